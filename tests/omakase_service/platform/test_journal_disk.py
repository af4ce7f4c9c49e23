"""What an operator sees of a disk that is full, and what other processes do to the folder."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from omakase_service.platform import journal as journal_module
from omakase_service.platform.journal import ASIDE, HEAD, Journal, JournalFull

PROBE = 2**16
"""Bytes that a disk has to take before it is believed to have room again."""


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "journal"


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file grows beyond a size, as on a full disk: the system writes what fits, then refuses."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def taken(journal: Journal) -> list[bytes]:
    found: list[bytes] = []
    assert journal.replay(found.extend) == len(found)
    return found


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_append_disk_that_is_full_keeps_nothing_of_the_payload(folder):
    journal = Journal(folder)
    with room(500):
        journal.append(b"[1]")
        with pytest.raises(JournalFull):
            journal.append(bytes(1000))
        journal.append(b"[2]")
    journal.append(b"[3]")
    assert taken(journal) == [b"[1]", b"[2]", b"[3]"]
    journal.close()
    assert taken(journal) == []
    assert files(folder) == []


def test_append_disk_that_cannot_sync_keeps_nothing_of_the_payload(folder, monkeypatch):
    journal = Journal(folder)
    journal.append(b"[1]")

    def broken(_: int) -> None:
        raise OSError("input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(JournalFull, match="input/output error"):
            journal.append(b"[2]")
    assert taken(journal) == [b"[1]"]


def test_append_waits_for_the_disk_unless_told_otherwise(folder, monkeypatch):
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    journal = Journal(folder)
    journal.append(b"[1]", sync=False)
    assert synced == []
    journal.append(b"[2]")
    journal.append(b"[3]", sync=True)
    assert len(synced) == 2
    assert taken(journal) == [b"[1]", b"[2]", b"[3]"]


def test_is_full_before_anything_was_refused_is_false_and_makes_no_folder(folder):
    assert not Journal(folder).is_full
    assert not folder.exists()


@pytest.mark.parametrize(("size", "is_full"), [(PROBE - 1, True), (PROBE, False)])
def test_is_full_until_the_disk_takes_64_kib_again(folder, size, is_full):
    journal = Journal(folder)
    with room(10), pytest.raises(JournalFull):
        journal.append(b"[1]")
    with room(size):
        assert journal.is_full is is_full
    assert not journal.is_full


def test_is_full_after_a_smaller_payload_that_was_kept_is_false(folder):
    journal = Journal(folder)
    with room(500):
        with pytest.raises(JournalFull):
            journal.append(bytes(1000))
        assert journal.is_full
        journal.append(b"[1]")
        assert not journal.is_full


def test_is_full_leaves_nothing_of_its_trial_behind(folder):
    journal = Journal(folder)
    with room(10):
        with pytest.raises(JournalFull):
            journal.append(b"[1]")
        assert journal.is_full
    assert not journal.is_full
    assert [path.suffix for path in files(folder)] == [".journal"]


@pytest.mark.parametrize(("size", "many"), [(8 * 2**20 - 1, 1), (8 * 2**20, 2)])
def test_append_file_of_8_mib_is_followed_by_a_new_one(folder, size, many):
    journal = Journal(folder)
    journal.append(bytes(size - HEAD.size), sync=False)
    journal.append(b"[1]")
    assert len(files(folder)) == many


def test_append_folder_far_below_what_exists_is_made(tmp_path):
    journal = Journal(tmp_path / "far" / "below")
    journal.append(b"[1]")
    assert taken(journal) == [b"[1]"]


def test_close_without_a_file_does_nothing_and_append_goes_on(folder):
    journal = Journal(folder)
    journal.close()
    journal.append(b"[1]")
    journal.close()
    journal.close()
    journal.append(b"[2]")
    assert sorted(taken(journal)) == [b"[1]", b"[2]"]


@pytest.fixture
def gone(folder) -> Path:
    """A file that another process takes between its name being read and its being opened."""
    folder.mkdir()
    path = folder / "gone.journal"
    path.symlink_to(folder / "nowhere")
    return path


def test_waiting_file_that_another_has_taken_is_nothing(gone, folder):
    assert not Journal(folder).waiting()


def test_replay_file_that_another_has_taken_is_passed_over(gone, folder):
    before, after = Journal(folder), Journal(folder)
    before.append(b"[1]")
    before.close()
    after.append(b"[2]")
    assert sorted(taken(after)) == [b"[1]", b"[2]"]


def test_replay_journal_of_a_living_process_is_none_of_its_payloads(folder):
    alive = Journal(folder)
    alive.append(b"[1]")
    assert Journal(folder).replay(lambda _: None) == 0
    assert taken(alive) == [b"[1]"]


def test_replay_own_file_damaged_tells_how_many_bytes(folder, caplog):
    journal = Journal(folder)
    journal.append(b"[1]")
    with files(folder)[0].open("ab") as end:
        end.write(b"\xfe" * 21)
    assert taken(journal) == [b"[1]"]
    (line,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert "21 bytes" in line.getMessage()
    assert [path.suffix for path in files(folder)].count(ASIDE) == 1


def taking(folder: Path, real: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """A lock that comes too late: another process took the file for one left behind, and ended."""
    late = iter([True])

    def lock(file: int, how: int) -> None:
        if next(late, False):
            for path in files(folder):
                path.unlink()
        real(file, how)

    return lock


def holding(real: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """A lock that comes too late: another process has it still."""
    late = iter([True])

    def lock(file: int, how: int) -> None:
        if next(late, False):
            raise BlockingIOError
        real(file, how)

    return lock


@pytest.mark.parametrize("case", ["taken", "held"])
def test_append_file_that_another_was_faster_to_lock_is_not_written_to(folder, monkeypatch, case):
    fcntl = pytest.importorskip("fcntl")
    late = taking(folder, fcntl.flock) if case == "taken" else holding(fcntl.flock)
    monkeypatch.setattr(journal_module.fcntl, "flock", late)
    journal = Journal(folder)
    journal.append(b"[1]")
    written = [path.read_bytes() for path in files(folder)]
    assert [raw[HEAD.size :] for raw in written if raw] == [b"[1]"]
    assert len(written) == (1 if case == "taken" else 2)
    assert taken(journal) == [b"[1]"]


def in_a_fork(work: Callable[[], list[bytes]], told: Path) -> list[bytes]:
    """What a child of this process found."""
    child = os.fork()
    if child == 0:
        try:
            told.write_bytes(b"\n".join(work()))
        finally:
            os.kill(os.getpid(), signal.SIGKILL)  # no more of the tests in this process
    os.waitpid(child, 0)
    return told.read_bytes().splitlines()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on this system")
def test_replay_child_of_a_fork_leaves_its_parents_file_alone(folder, tmp_path):
    journal = Journal(folder)
    journal.append(b"[1]")
    assert in_a_fork(lambda: [b"%d" % len(taken(journal))], tmp_path / "told") == [b"0"]
    assert taken(journal) == [b"[1]"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks on this system")
def test_append_child_of_a_fork_begins_a_file_of_its_own(folder, tmp_path):
    journal = Journal(folder)
    journal.append(b"[1]")

    def work() -> list[bytes]:
        journal.append(b"[2]")
        return taken(journal)

    assert in_a_fork(work, tmp_path / "told") == [b"[2]"]
    journal.append(b"[3]")
    assert taken(journal) == [b"[1]", b"[3]"]
