import threading
import time

import pytest
from django.db import OperationalError

from omakase_service.answers import behind
from omakase_service.answers.contracts import Logged, Shown
from omakase_service.answers.models import Answer
from omakase_settings import Settings

pytestmark = pytest.mark.django_db


def logged(request_id: str = "r") -> Logged:
    return Logged(request_id, 1_700_000_000, [Shown("i1", 0.5)], "ease", "v1", latency_ms=2.0)


def test_an_answer_waits_and_is_written():
    behind.note(logged())
    assert (behind.waiting(), Answer.objects.count()) == (1, 0)
    assert behind.flush() == 1
    assert (behind.waiting(), Answer.objects.count()) == (0, 1)
    assert behind.flush() == 0


def test_many_are_written_by_few_statements(django_assert_max_num_queries):
    for n in range(behind.CHUNK + 1):
        behind.note(logged(f"r{n}"))
    with django_assert_max_num_queries(30):
        assert behind.flush() == behind.CHUNK + 1
    ids = Answer.objects.order_by("pk").values_list("request_id", flat=True)
    assert list(ids) == [f"r{n}" for n in range(behind.CHUNK + 1)]


def test_what_cannot_be_written_goes_on_waiting(monkeypatch):
    def gone(*, answers):
        raise OperationalError("gone")

    behind.note(logged())
    with monkeypatch.context() as away:
        away.setattr(behind, "write", gone)
        with pytest.raises(OperationalError):
            behind.flush()
    assert behind.waiting() == 1
    assert behind.flush() == 1


def test_the_queue_has_an_end_and_says_what_it_lost(monkeypatch):
    made = Settings(answers={"queue": 2})
    monkeypatch.setattr(behind, "settings", lambda: made)
    for n in range(5):
        behind.note(logged(f"r{n}"))
    assert (behind.waiting(), behind.dropped()) == (2, 3)
    behind.forget()
    assert (behind.waiting(), behind.dropped()) == (0, 0)


def test_two_who_write_at_once_write_each_answer_once(monkeypatch):
    written: list[str] = []

    def slow(*, answers):
        time.sleep(0.01)
        written.extend(answer.request_id for answer in answers)

    monkeypatch.setattr(behind, "write", slow)
    for n in range(50):
        behind.note(logged(f"r{n}"))
    threads = [threading.Thread(target=behind.flush) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written == [f"r{n}" for n in range(50)]


def test_a_database_that_is_away_does_not_end_the_thread(monkeypatch):
    def gone():
        raise OperationalError("gone")

    monkeypatch.setattr(behind, "close_old_connections", lambda: None)
    monkeypatch.setattr(behind, "connection", type("C", (), {"close": staticmethod(lambda: None)}))
    assert behind._tried(gone) == 0
    assert behind._tried(lambda: 7) == 7
