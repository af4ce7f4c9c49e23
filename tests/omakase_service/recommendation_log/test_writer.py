import threading
import time
from dataclasses import replace

import pytest
from django.db import DataError, OperationalError

from omakase_service.events.services import erase_events
from omakase_service.recommendation_log import spool, store, writer
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem, new_key
from omakase_service.recommendation_log.models import Answer

pytestmark = pytest.mark.django_db


def logged(request_id: str = "r") -> LoggedAnswer:
    return LoggedAnswer(
        request_id, 1_700_000_000, [ShownItem("i1", 0.5)], "ease", "v1", latency_ms=2.0
    )


def test_an_answer_waits_and_is_written():
    writer.note(logged())
    assert (writer.waiting(), Answer.objects.count()) == (1, 0)
    assert writer.flush() == 1
    assert (writer.waiting(), Answer.objects.count()) == (0, 1)
    assert writer.flush() == 0


def test_many_are_written_by_few_statements(django_assert_max_num_queries):
    for n in range(writer.CHUNK + 1):
        writer.note(logged(f"r{n}"))
    with django_assert_max_num_queries(30):
        assert writer.flush() == writer.CHUNK + 1
    ids = Answer.objects.order_by("pk").values_list("request_id", flat=True)
    assert list(ids) == [f"r{n}" for n in range(writer.CHUNK + 1)]


def test_lists_that_went_to_many_are_written_once_and_told_apart():
    kept, own = (ShownItem("i1", 0.5),), (ShownItem("i2", 0.25, why={"text": "because"}),)
    answers = [
        replace(logged(), request_id="a", items=kept, key=new_key()),
        replace(logged(), request_id="b", items=own, key=new_key(), context={"page": "home"}),
        replace(logged(), request_id="c", items=kept, key=new_key()),
    ]
    store.write(answers=answers)
    rows = Answer.objects.order_by("request_id").values_list("items", "whys", "context")
    assert list(rows) == [
        ([["i1", 0.5, 1.0]], [], {}),
        ([["i2", 0.25, 1.0]], [{"text": "because"}], {"page": "home"}),
        ([["i1", 0.5, 1.0]], [], {}),
    ]


def test_what_cannot_be_written_goes_on_waiting(monkeypatch):
    writer.note(logged())
    with monkeypatch.context() as away:
        away.setattr(writer, "write", gone)
        with pytest.raises(OperationalError):
            writer.flush()
    assert writer.waiting() == 1
    assert writer.flush() == 1


def gone(**more):
    raise OperationalError("gone")


@pytest.fixture
def kept_open(monkeypatch):
    """The thread's connection is the test's own: to close it would end the test's transaction."""
    monkeypatch.setattr(writer, "close_old_connections", lambda: None)
    monkeypatch.setattr(writer, "connection", type("C", (), {"close": staticmethod(lambda: None)}))


def ids() -> list[str]:
    return list(Answer.objects.order_by("pk").values_list("request_id", flat=True))


def test_beyond_the_end_of_the_queue_they_go_to_the_disk(short):
    for n in range(5):
        writer.note(logged(f"r{n}"))
    assert (writer.waiting(), writer.dropped_count(), spool.waiting()) == (1, 0, True)
    assert writer.flush() == 5
    assert ids() == [f"r{n}" for n in range(5)]
    assert not spool.waiting()


def test_writer_on_a_full_disk_says_what_it_lost(short):
    (short.data_folder / "answers").write_text("no folder")
    for n in range(5):
        writer.note(logged(f"r{n}"))
    assert (writer.waiting(), writer.dropped_count()) == (2, 3)
    assert writer.flush() == 2
    writer.note(logged())
    writer.forget()
    assert (writer.waiting(), writer.dropped_count()) == (0, 0)


def test_writer_without_the_database_spools_answers(short, kept_open, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(writer, "write", gone)
        for n in range(3):
            writer.note(logged(f"r{n}"))
            writer.try_flush()
            assert (writer.waiting(), spool.waiting()) == (0, True)
    assert writer.flush() == 3
    assert ids() == ["r0", "r1", "r2"]


def test_what_was_written_though_nobody_said_so_is_there_once(short, kept_open, monkeypatch):
    """The connection broke after the commit: the answers lie aside, and are in the table."""

    def broken(*, answers):
        store.write(answers=answers)
        raise OperationalError("the connection is gone")

    with monkeypatch.context() as away:
        away.setattr(writer, "write", broken)
        writer.note(logged("r0"))
        writer.note(logged("r1"))
        writer.try_flush()
    writer.note(logged("r2"))
    assert writer.flush() == 3
    assert ids() == ["r0", "r1", "r2"]


def test_one_that_the_database_refuses_does_not_block_the_others(short, monkeypatch):
    def refuses(*, answers):
        if any(answer.request_id == "r1" for answer in answers):
            raise DataError("no")
        store.write(answers=answers)

    monkeypatch.setattr(writer, "write", refuses)
    for n in range(4):
        writer.note(logged(f"r{n}"))
    writer.flush()
    assert ids() == ["r0", "r2", "r3"]
    assert (writer.waiting(), spool.waiting()) == (0, False)


def test_who_was_forgotten_is_not_brought_back_from_the_disk(short):
    ada, bob = (replace(logged(name), user_id=name) for name in ("ada", "bob"))
    for each in (ada, bob):
        writer.note(each)
    writer.put_aside()
    assert spool.waiting()
    erase_events(user_id="ada")
    writer.flush()
    assert ids() == ["bob"]


def test_a_database_that_hangs_does_not_keep_them_from_the_disk(short, monkeypatch):
    """At the end of the process, what is in hand is put aside with what waits."""
    hangs, entered = threading.Event(), threading.Event()

    def hung(*, answers):
        entered.set()
        hangs.wait()
        raise OperationalError("at last")

    with monkeypatch.context() as away:
        away.setattr(writer, "write", hung)
        away.setattr(writer, "_of_living", lambda answers: answers)
        away.setattr(writer, "STOP_SECONDS", 0.0)
        writer.note(logged("r0"))
        flushing = threading.Thread(target=pytest.raises, args=(OperationalError, writer.flush))
        flushing.start()
        entered.wait()
        writer.note(logged("r1"))
        assert writer.waiting() == 2
        away.setattr(writer, "_thread", flushing)
        away.setattr(writer, "_ending", threading.Event())
        writer.stop()
        assert spool.waiting()
        hangs.set()
        flushing.join()
    writer.flush()
    assert ids() == ["r0", "r1"]


def test_two_who_write_at_once_write_each_answer_once(monkeypatch):
    written: list[str] = []

    def slow(*, answers):
        time.sleep(0.01)
        written.extend(answer.request_id for answer in answers)

    monkeypatch.setattr(writer, "write", slow)
    monkeypatch.setattr(writer, "_of_living", lambda answers: answers)
    for n in range(50):
        writer.note(logged(f"r{n}"))
    threads = [threading.Thread(target=writer.flush) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert written == [f"r{n}" for n in range(50)]


def test_a_database_that_is_away_does_not_end_the_thread(kept_open):
    assert writer.attempt(gone) is None
    assert writer.attempt(lambda: 7) == 7


def of_experiment(request_id: str) -> LoggedAnswer:
    return replace(logged(request_id), context={"experiment": "e", "variant": "new"})


def test_answer_of_an_experiment_is_on_the_disk_before_it_goes_out(short):
    writer.note(of_experiment("r0"))
    writer.note(logged("r1"))
    assert writer.waiting() == 1
    writer.forget()  # what a process that dies has in memory
    assert writer.flush() == 1
    assert ids() == ["r0"]


def test_answer_of_an_experiment_waits_in_memory_where_the_disk_is_full(short):
    (short.data_folder / "answers").write_text("no folder")
    writer.note(of_experiment("r0"))
    assert writer.waiting() == 1
    assert writer.flush() == 1


def test_answer_of_an_experiment_stays_on_the_disk_while_the_database_is_down(
    short, kept_open, monkeypatch
):
    with monkeypatch.context() as away:
        away.setattr(writer, "write", gone)
        writer.note(of_experiment("r0"))
        assert not writer.try_flush()
    assert writer.flush() == 1
    assert ids() == ["r0"]
