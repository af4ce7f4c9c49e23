"""What is appended is there afterwards, once, in order, whatever dies in between."""

import os
import signal
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest

from omakase_service.platform import journal as journal_module
from omakase_service.platform.journal import ASIDE, HEAD, Journal, JournalFull

SOURCE = Path(__file__).parent.parent.parent.parent / "src"


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "journal"


def taken(journal: Journal) -> list[bytes]:
    found: list[bytes] = []
    journal.replay(found.extend)
    return found


def left_behind(folder: Path, *payloads: bytes) -> Path:
    """The file of a process that wrote these and ended."""
    journal = Journal(folder)
    for payload in payloads:
        journal.append(payload)
    journal.close()
    return next(iter(folder.glob("*.journal")))


def test_what_is_appended_comes_back_in_order_and_once(folder):
    journal = Journal(folder)
    assert not journal.waiting()
    for n in range(5):
        journal.append(b"%d" % n)
    assert journal.waiting()
    assert taken(journal) == [b"0", b"1", b"2", b"3", b"4"]
    assert not journal.waiting()
    assert taken(journal) == []


def test_nothing_and_anything_may_be_kept(folder):
    journal = Journal(folder)
    payloads = [b"", bytes(range(256)), b"x" * 100_000]
    for payload in payloads:
        journal.append(payload)
    assert taken(journal) == payloads


def test_what_cannot_be_taken_goes_on_waiting(folder):
    journal = Journal(folder)
    journal.append(b"a")

    def refuse(payloads: list[bytes]) -> None:
        raise RuntimeError("not now")

    with pytest.raises(RuntimeError):
        journal.replay(refuse)
    journal.append(b"b")
    assert taken(journal) == [b"a", b"b"]


def test_another_takes_over_what_a_process_left_behind(folder):
    left_behind(folder, b"a", b"b")
    journal = Journal(folder)
    assert journal.waiting()
    assert taken(journal) == [b"a", b"b"]
    assert list(folder.iterdir()) == []


def test_journal_of_a_living_process_is_left_alone(folder):
    alive, other = Journal(folder), Journal(folder)
    alive.append(b"a")
    assert taken(other) == []
    assert taken(alive) == [b"a"]


def test_what_lies_there_longest_comes_first_whosever_it_is(folder):
    file = left_behind(folder, b"left")
    journal = Journal(folder)
    journal.append(b"own")
    os.utime(file, (1, 1))
    assert taken(journal) == [b"left", b"own"]


def test_a_long_file_is_left_for_a_new_one_and_comes_before_it(folder, monkeypatch):
    monkeypatch.setattr(journal_module, "MOST_BYTES", 100)
    journal = Journal(folder)
    payloads = [b"%02d" % n + b"." * 40 for n in range(7)]
    for place, payload in enumerate(payloads):
        journal.append(payload)
        for age, file in enumerate(sorted(folder.iterdir(), key=lambda f: f.stat().st_mtime_ns)):
            os.utime(file, (place + age, place + age))
    assert len(list(folder.iterdir())) == 4
    seen: list[list[bytes]] = []
    assert journal.replay(seen.append) == 7
    assert [p for file in seen for p in file] == payloads
    assert max(map(len, seen)) == 2
    assert not journal.waiting()


@pytest.mark.parametrize("cut", [1, HEAD.size - 1, HEAD.size, HEAD.size + 2])
def test_a_frame_that_was_cut_short_is_left_out(folder, cut):
    file = left_behind(folder, b"whole", b"cut short")
    whole = HEAD.size + len(b"whole")
    file.write_bytes(file.read_bytes()[: whole + cut])
    assert taken(Journal(folder)) == [b"whole"]


FRAMES = [b'{"n":1}', b'{"n":2}', b'{"n":3}', b'{"n":4}']
EACH = HEAD.size + len(FRAMES[0])


@pytest.mark.parametrize(
    ("at", "bits"),
    [
        (EACH + HEAD.size + 3, 1),  # its payload
        (EACH + 5, 1),  # its checksum
        (EACH, 1),  # its length, a little
        (EACH + 3, 255),  # its length, beyond the file
    ],
)
def test_replay_damaged_frame_reads_the_others_and_keeps_the_file_aside(folder, caplog, at, bits):
    file = left_behind(folder, *FRAMES)
    raw = bytearray(file.read_bytes())
    raw[at] ^= bits
    file.write_bytes(bytes(raw))
    assert taken(Journal(folder)) == [FRAMES[0], *FRAMES[2:]]
    (aside,) = folder.iterdir()
    assert (aside.suffix, aside.read_bytes()) == (ASIDE, bytes(raw))
    (line,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert f"{EACH} bytes" in line.getMessage()
    assert taken(Journal(folder)) == []


def test_replay_damaged_frame_reads_no_frame_out_of_its_inside(folder):
    inner = b'{"n":9}'
    outer = b"[" + HEAD.pack(len(inner), zlib.crc32(inner)) + inner + b"]"
    file = left_behind(folder, FRAMES[0], outer, FRAMES[2])
    raw = bytearray(file.read_bytes())
    raw[EACH + HEAD.size + len(outer) - 1] ^= 1
    file.write_bytes(bytes(raw))
    assert taken(Journal(folder)) == [FRAMES[0], FRAMES[2]]


def test_replay_one_byte_too_many_reads_the_frame_behind_it(folder):
    file = left_behind(folder, *FRAMES)
    raw = file.read_bytes()
    file.write_bytes(raw[:EACH] + b"\x01" + raw[EACH:])
    assert taken(Journal(folder)) == FRAMES
    assert [path.suffix for path in folder.iterdir()] == [ASIDE]


def test_replay_head_of_more_than_64_mib_is_damage_and_no_frame_cut_short(folder):
    file = left_behind(folder, FRAMES[0])
    with file.open("ab") as end:
        end.write(HEAD.pack(2**26 + 1, 0) + b"{" * 100)
    assert taken(Journal(folder)) == FRAMES[:1]
    assert [path.suffix for path in folder.iterdir()] == [ASIDE]


def test_replay_file_deleted_meanwhile_is_no_fault(folder):
    file = left_behind(folder, b"a")
    found: list[bytes] = []

    def take(payloads: list[bytes]) -> None:
        found.extend(payloads)
        file.unlink()

    assert Journal(folder).replay(take) == 1
    assert found == [b"a"]


def test_replay_hole_of_zeros_in_damage_is_no_payload(folder):
    file = left_behind(folder, *FRAMES[:2])
    raw = file.read_bytes()
    file.write_bytes(raw[:EACH] + b"\xff" * 20 + bytes(30) + raw[EACH:])
    assert taken(Journal(folder)) == FRAMES[:2]


def test_append_some_megabytes_go_on_in_one_file(folder):
    journal = Journal(folder)
    for _ in range(2):
        journal.append(bytes(3 * 10**6))
    assert len(list(folder.iterdir())) == 1


def test_journal_system_without_file_locks_keeps_and_gives_back(folder, monkeypatch):
    monkeypatch.setattr(journal_module, "fcntl", None)
    journal = Journal(folder)
    journal.append(b"a")
    assert taken(journal) == [b"a"]


def test_replay_own_file_damaged_frame_is_kept_aside_too(folder):
    journal = Journal(folder)
    for payload in FRAMES:
        journal.append(payload)
    file = next(iter(folder.glob("*.journal")))
    raw = bytearray(file.read_bytes())
    raw[EACH + HEAD.size] ^= 1
    file.write_bytes(bytes(raw))
    assert taken(journal) == [FRAMES[0], *FRAMES[2:]]
    journal.append(b'{"n":5}')
    assert taken(journal) == [b'{"n":5}']
    assert [each.read_bytes() for each in folder.glob(f"*{ASIDE}")] == [bytes(raw)]


def test_replay_file_of_noise_is_kept_aside_and_blocks_nothing(folder):
    folder.mkdir()
    (folder / "noise.journal").write_bytes(bytes(range(256)) * 8)
    assert taken(Journal(folder)) == []
    assert [path.suffix for path in folder.iterdir()] == [ASIDE]


def test_put_aside_same_payload_twice_is_one_file(folder):
    journal = Journal(folder)
    journal.append(b"{}")
    for _ in range(2):
        journal.put_aside(b'["of another release"]')
    assert [path.read_bytes() for path in folder.glob(f"*{ASIDE}")] == [b'["of another release"]']


def test_threads_may_append_at_once(folder):
    journal = Journal(folder)

    def work(name: int) -> None:
        for n in range(20):
            journal.append(b"%d-%d" % (name, n))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = taken(journal)
    assert len(found) == len(set(found)) == 80
    for name in range(4):
        own = [payload for payload in found if payload.startswith(b"%d-" % name)]
        assert own == [b"%d-%d" % (name, n) for n in range(20)]


def test_a_folder_that_somebody_deleted_is_made_anew(folder):
    journal = Journal(folder)
    journal.append(b"a")
    for file in folder.iterdir():
        file.unlink()
    journal.append(b"b")
    assert taken(journal) == [b"b"]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("no folder")
    journal = Journal(tmp_path / "file")
    with pytest.raises(JournalFull):
        journal.append(b"a")
    assert journal.is_full
    (tmp_path / "file").unlink()
    journal.append(b"a")
    assert not journal.is_full


@pytest.mark.parametrize("deeper", ["", "deeper/still"])
def test_is_full_place_that_can_be_written_again_is_believed(tmp_path, deeper):
    (tmp_path / "file").write_text("no folder")
    journal = Journal(tmp_path / "file" / deeper)
    with pytest.raises(JournalFull):
        journal.append(b"a")
    (tmp_path / "file").unlink()
    (tmp_path / "file").mkdir()
    assert not journal.is_full


FULL = """
import resource, sys
from pathlib import Path
from omakase_service.platform.journal import Journal, JournalFull
journal, kept = Journal(Path(sys.argv[1])), 0
resource.setrlimit(resource.RLIMIT_FSIZE, (500, resource.RLIM_INFINITY))
for n in range(20):
    try:
        journal.append(b"%03d" % n + b"." * 90)
        kept += 1
    except JournalFull:
        pass
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.append(b"room again")
print(kept)
"""


def test_a_full_disk_refuses_and_spoils_nothing(folder):
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(folder)],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    kept = int(done.stdout)
    assert kept == 4
    found = taken(Journal(folder))
    assert list(folder.iterdir()) == []  # what was written of a refused one is no damage
    assert [payload[:3] for payload in found[:-1]] == [b"%03d" % n for n in range(kept)]
    assert found[-1] == b"room again"


WRITER = """
import sys
from pathlib import Path
from omakase_service.platform.journal import Journal
journal, n = Journal(Path(sys.argv[1])), 0
while True:
    journal.append(b"%s-%d" % (sys.argv[2].encode(), n))
    print(n, flush=True)
    n += 1
"""


def test_a_process_that_is_killed_loses_nothing_that_it_acknowledged(folder):
    told: list[bytes] = []
    for life in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(life)],
            env={"PYTHONPATH": str(SOURCE)},
            stdout=subprocess.PIPE,
        )
        lines = [writer.stdout.readline() for _ in range(30)]
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        lines += writer.stdout.read().splitlines(keepends=True)
        told += [b"%d-%d" % (life, int(line)) for line in lines if line.endswith(b"\n")]
    found = taken(Journal(folder))
    assert len(found) == len(set(found))
    assert set(told) <= set(found)
    assert len(found) - len(told) <= 3
