"""Group commit: who writes what, in which order, and who hears of it."""

import threading
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest
from tests.patience import PATIENCE_SECONDS

from omakase_service.events import group_commit
from omakase_service.events.contracts import EventRow
from omakase_service.events.group_commit import GroupCommit, PendingWrite


class Disk:
    """Writes when the test lets it, and remembers the groups."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.writers: list[str] = []
        self.is_writing, self.may_go = threading.Event(), threading.Event()
        self.may_go.set()

    def __call__(self, group: Sequence[PendingWrite]) -> None:
        self.is_writing.set()
        assert self.may_go.wait(PATIENCE_SECONDS)
        self.groups.append([row.event_id for each in group for row in each.rows])
        self.writers.append(threading.current_thread().name)
        for each in group:
            each.stored = len(each.rows)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def writer(disk) -> GroupCommit:
    return GroupCommit(disk)


def events(writer: GroupCommit, *ids: str) -> PendingWrite:
    rows = [EventRow(each, "ada", "i", "view", None, 0) for each in ids]
    return PendingWrite(rows, create_unknown=True, writer=writer)


def begun(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def gathered(writer: GroupCommit, number: int) -> None:
    """Return when so many wait."""
    pause = threading.Event()
    while len(writer.pending) < number:
        assert not pause.wait(0.001)


def test_one_alone_is_written_at_once_by_its_own_thread(writer, disk):
    mine = events(writer, "a", "b")
    mine.wait()
    assert (mine.result(), mine.is_done) == (2, True)
    assert disk.writers == [threading.current_thread().name]


def test_what_gathers_while_one_writes_is_written_together_in_its_order(writer, disk):
    disk.may_go.clear()
    waits = [events(writer, str(n)) for n in range(6)]
    threads = [begun(waits[0].wait)]
    assert disk.is_writing.wait(PATIENCE_SECONDS)
    for n in range(1, 6):
        threads.append(begun(waits[n].wait))
        gathered(writer, n)
    disk.may_go.set()
    for thread in threads:
        thread.join()
    assert disk.groups == [["0"], ["1", "2", "3", "4", "5"]]
    assert [each.result() for each in waits] == [1] * 6
    assert len(set(disk.writers)) == 2


def test_nobody_is_acknowledged_before_the_write_has_ended(writer, disk):
    disk.may_go.clear()
    mine = events(writer, "a")
    thread = begun(mine.wait)
    assert disk.is_writing.wait(PATIENCE_SECONDS)
    assert not mine.is_done
    disk.may_go.set()
    thread.join()
    assert mine.is_done


def test_a_commit_has_an_end(writer, disk, monkeypatch):
    monkeypatch.setattr(group_commit, "MOST_ROWS", 3)
    waits = [events(writer, *"ab"), events(writer, "c"), events(writer, *"defgh"), events(writer)]
    writer.pending.extend(waits[:-1])
    waits[-1].wait()
    assert disk.groups == [list("abc"), list("defgh"), []]


def test_what_the_write_raises_everybody_of_its_group_hears():
    def broken(group: Sequence[PendingWrite]) -> None:
        raise OSError("no disk")

    writer = GroupCommit(broken)
    mine = events(writer, "a")
    mine.wait()
    with pytest.raises(OSError, match="no disk"):
        mine.result()
    assert mine.is_done


def test_a_broken_group_does_not_stop_the_next():
    fates = iter([OSError("no disk"), None])

    def write(group: Sequence[PendingWrite]) -> None:
        if error := next(fates):
            raise error
        for each in group:
            each.stored = 7

    writer = GroupCommit(write)
    first, second = events(writer, "a"), events(writer, "b")
    first.wait()
    second.wait()
    assert first.error
    assert second.result() == 7


def test_who_may_not_wait_is_called_when_it_is_kept(writer, disk):
    heard = threading.Event()
    mine = events(writer, "a")
    disk.may_go.clear()
    mine.call(heard.set)
    assert not heard.is_set()
    disk.may_go.set()
    assert heard.wait(PATIENCE_SECONDS)
    assert (mine.is_done, mine.result()) == (True, 1)
    assert disk.writers[0].startswith("omakase-events")


def test_many_who_may_not_wait_share_a_commit_and_are_called_once_each(writer, disk):
    heard: list[int] = []
    ended = threading.Event()

    def hear(n: int) -> None:
        heard.append(n)
        if len(heard) == 50:
            ended.set()

    disk.may_go.clear()
    waits = [events(writer, str(n)) for n in range(50)]
    waits[0].call(lambda: hear(0))
    assert disk.is_writing.wait(PATIENCE_SECONDS)
    for n in range(1, 50):
        waits[n].call(lambda n=n: hear(n))
    disk.may_go.set()
    assert ended.wait(PATIENCE_SECONDS)
    assert heard == list(range(50))
    assert disk.groups == [["0"], [str(n) for n in range(1, 50)]]


def test_those_who_wait_and_those_who_are_called_are_one_line(writer, disk):
    disk.may_go.clear()
    heard = threading.Event()
    first = begun(events(writer, "a").wait)
    assert disk.is_writing.wait(PATIENCE_SECONDS)
    events(writer, "b").call(heard.set)
    last = begun(events(writer, "c").wait)
    gathered(writer, 2)
    disk.may_go.set()
    first.join()
    last.join()
    assert heard.wait(PATIENCE_SECONDS)
    assert disk.groups == [["a"], ["b", "c"]]


def test_under_many_threads_everything_is_written_once(writer, disk):
    def send(n: int) -> None:
        for k in range(20):
            mine = events(writer, f"{n} {k}")
            mine.wait()
            assert mine.result() == 1

    threads = [begun(lambda n=n: send(n)) for n in range(8)]
    for thread in threads:
        thread.join()
    written = [event for group in disk.groups for event in group]
    assert len(written) == len(set(written)) == 160
    for n in range(8):
        own = [event for event in written if event.startswith(f"{n} ")]
        assert own == [f"{n} {k}" for k in range(20)]


def test_a_second_call_after_the_first_was_written_is_written_too(writer, disk):
    for each in ("a", "b"):
        heard = threading.Event()
        events(writer, each).call(heard.set)
        assert heard.wait(PATIENCE_SECONDS)
        events(writer).wait()
    assert [group for group in disk.groups if group] == [["a"], ["b"]]


def test_calls_that_gather_ask_for_the_thread_once(writer, disk, monkeypatch):
    asked: list[Callable[[], None]] = []
    thread = SimpleNamespace(submit=asked.append)
    monkeypatch.setattr(group_commit, "writer_thread", lambda: thread)
    for n in range(20):
        events(writer, str(n)).call(lambda: None)
    assert len(asked) == 1
    asked.pop()()
    assert disk.groups == [[str(n) for n in range(20)]]


def test_calls_of_several_writers_share_one_thread(disk):
    """It has one connection to the database."""
    first, second = GroupCommit(disk), GroupCommit(disk)
    ends = [threading.Event(), threading.Event()]
    disk.may_go.clear()
    events(first, "a").call(ends[0].set)
    assert disk.is_writing.wait(PATIENCE_SECONDS)
    events(second, "b").call(ends[1].set)
    disk.may_go.set()
    assert all(end.wait(PATIENCE_SECONDS) for end in ends)
    assert len(set(disk.writers)) == 1


def test_a_write_that_keeps_nothing_new_is_answered_with_none():
    mine = events(GroupCommit(lambda group: None), "a")
    mine.wait()
    assert mine.result() == 0


def test_two_requests_that_bring_the_same_are_two(writer):
    assert events(writer, "a") != events(writer, "a")
