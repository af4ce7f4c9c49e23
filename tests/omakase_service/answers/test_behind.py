import threading
import time
from dataclasses import replace

import pytest
from django.db import DataError, OperationalError

from omakase_service.answers import aside, behind, log
from omakase_service.answers.contracts import Logged, Shown, new_key
from omakase_service.answers.models import Answer
from omakase_service.events.services import erase_events

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


def test_lists_that_went_to_many_are_written_once_and_told_apart():
    kept, own = (Shown("i1", 0.5),), (Shown("i2", 0.25, why={"text": "because"}),)
    answers = [
        replace(logged(), request_id="a", items=kept, key=new_key()),
        replace(logged(), request_id="b", items=own, key=new_key(), context={"page": "home"}),
        replace(logged(), request_id="c", items=kept, key=new_key()),
    ]
    log.write(answers=answers)
    rows = Answer.objects.order_by("request_id").values_list("items", "whys", "context")
    assert list(rows) == [
        ([["i1", 0.5, 1.0]], [], {}),
        ([["i2", 0.25, 1.0]], [{"text": "because"}], {"page": "home"}),
        ([["i1", 0.5, 1.0]], [], {}),
    ]


def test_what_cannot_be_written_goes_on_waiting(monkeypatch):
    behind.note(logged())
    with monkeypatch.context() as away:
        away.setattr(behind, "write", gone)
        with pytest.raises(OperationalError):
            behind.flush()
    assert behind.waiting() == 1
    assert behind.flush() == 1


def gone(**more):
    raise OperationalError("gone")


@pytest.fixture
def kept_open(monkeypatch):
    """The thread's connection is the test's own: to close it would end the test's transaction."""
    monkeypatch.setattr(behind, "close_old_connections", lambda: None)
    monkeypatch.setattr(behind, "connection", type("C", (), {"close": staticmethod(lambda: None)}))


def ids() -> list[str]:
    return list(Answer.objects.order_by("pk").values_list("request_id", flat=True))


def test_beyond_the_end_of_the_queue_they_go_to_the_disk(short):
    for n in range(5):
        behind.note(logged(f"r{n}"))
    assert (behind.waiting(), behind.dropped(), aside.waiting()) == (1, 0, True)
    assert behind.flush() == 5
    assert ids() == [f"r{n}" for n in range(5)]
    assert not aside.waiting()


def test_where_the_disk_is_full_too_it_says_what_it_lost(short):
    (short.data_folder / "answers").write_text("no folder")
    for n in range(5):
        behind.note(logged(f"r{n}"))
    assert (behind.waiting(), behind.dropped()) == (2, 3)
    assert behind.flush() == 2
    behind.note(logged())
    behind.forget()
    assert (behind.waiting(), behind.dropped()) == (0, 0)


def test_while_the_database_is_down_they_lie_on_the_disk(short, kept_open, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(behind, "write", gone)
        for n in range(3):
            behind.note(logged(f"r{n}"))
            behind._flushed()
            assert (behind.waiting(), aside.waiting()) == (0, True)
    assert behind.flush() == 3
    assert ids() == ["r0", "r1", "r2"]


def test_what_was_written_though_nobody_said_so_is_there_once(short, kept_open, monkeypatch):
    """The connection broke after the commit: the answers lie aside, and are in the table."""

    def broken(*, answers):
        log.write(answers=answers)
        raise OperationalError("the connection is gone")

    with monkeypatch.context() as away:
        away.setattr(behind, "write", broken)
        behind.note(logged("r0"))
        behind.note(logged("r1"))
        behind._flushed()
    behind.note(logged("r2"))
    assert behind.flush() == 3
    assert ids() == ["r0", "r1", "r2"]


def test_one_that_the_database_refuses_does_not_block_the_others(short, monkeypatch):
    def refuses(*, answers):
        if any(answer.request_id == "r1" for answer in answers):
            raise DataError("no")
        log.write(answers=answers)

    monkeypatch.setattr(behind, "write", refuses)
    for n in range(4):
        behind.note(logged(f"r{n}"))
    behind.flush()
    assert ids() == ["r0", "r2", "r3"]
    assert (behind.waiting(), aside.waiting()) == (0, False)


def test_who_was_forgotten_is_not_brought_back_from_the_disk(short):
    ada, bob = (replace(logged(name), user_id=name) for name in ("ada", "bob"))
    for each in (ada, bob):
        behind.note(each)
    behind.put_aside()
    assert aside.waiting()
    erase_events(user_id="ada")
    behind.flush()
    assert ids() == ["bob"]


def test_a_database_that_hangs_does_not_keep_them_from_the_disk(short, monkeypatch):
    """At the end of the process, what is in hand is put aside with what waits."""
    hangs, entered = threading.Event(), threading.Event()

    def hung(*, answers):
        entered.set()
        hangs.wait()
        raise OperationalError("at last")

    with monkeypatch.context() as away:
        away.setattr(behind, "write", hung)
        away.setattr(behind, "_kept", lambda answers: answers)
        away.setattr(behind, "STOP_SECONDS", 0.0)
        behind.note(logged("r0"))
        writer = threading.Thread(target=pytest.raises, args=(OperationalError, behind.flush))
        writer.start()
        entered.wait()
        behind.note(logged("r1"))
        assert behind.waiting() == 2
        away.setattr(behind, "_thread", writer)
        away.setattr(behind, "_ending", threading.Event())
        behind.stop()
        assert aside.waiting()
        hangs.set()
        writer.join()
    behind.flush()
    assert ids() == ["r0", "r1"]


def test_two_who_write_at_once_write_each_answer_once(monkeypatch):
    written: list[str] = []

    def slow(*, answers):
        time.sleep(0.01)
        written.extend(answer.request_id for answer in answers)

    monkeypatch.setattr(behind, "write", slow)
    monkeypatch.setattr(behind, "_kept", lambda answers: answers)
    for n in range(50):
        behind.note(logged(f"r{n}"))
    threads = [threading.Thread(target=behind.flush) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written == [f"r{n}" for n in range(50)]


def test_a_database_that_is_away_does_not_end_the_thread(kept_open):
    assert behind._tried(gone) is None
    assert behind._tried(lambda: 7) == 7
