"""What a damaged file costs, and what looks like damage and is none."""

import zlib
from pathlib import Path

import pytest

from omakase_service.platform.journal import ASIDE, HEAD, Journal, content_of

FRAMES = [b'["first"]', b'["the second"]', b'["third"]']
LONGEST = 64 * 2**20


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "journal"
    made.mkdir()
    return made


def framed(*payloads: bytes) -> bytes:
    return b"".join(HEAD.pack(len(each), zlib.crc32(each)) + each for each in payloads)


def left(folder: Path, raw: bytes) -> list[bytes]:
    """What is read of a file that a process left behind in this state."""
    (folder / "left.journal").write_bytes(raw)
    found: list[bytes] = []
    Journal(folder).replay(found.extend)
    return found


def is_told(folder: Path, caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the file was put aside, and an operator told."""
    aside = [path.suffix for path in folder.iterdir()] == [ASIDE]
    errors = [each for each in caplog.records if each.levelname == "ERROR"]
    assert aside == bool(errors), "either both or neither"
    return aside


@pytest.mark.parametrize("kept", [1, HEAD.size - 1, HEAD.size, HEAD.size + 1, HEAD.size + 8])
def test_replay_frame_that_was_not_written_to_its_end_is_no_damage(folder, caplog, kept):
    raw = framed(FRAMES[0]) + framed(FRAMES[2])[:kept]
    assert left(folder, raw) == FRAMES[:1]
    assert not is_told(folder, caplog)


@pytest.mark.parametrize("length", [LONGEST, 2 * 2**20])
def test_replay_long_frame_that_was_not_written_to_its_end_is_no_damage(folder, caplog, length):
    raw = framed(FRAMES[0]) + HEAD.pack(length, 1) + b'["the beginning'
    assert left(folder, raw) == FRAMES[:1]
    assert not is_told(folder, caplog)


def test_replay_whole_frame_at_the_end_with_a_wrong_byte_is_damage(folder, caplog):
    raw = bytearray(framed(*FRAMES))
    raw[-3] ^= 1
    assert left(folder, bytes(raw)) == FRAMES[:2]
    assert is_told(folder, caplog)


def test_replay_damaged_last_frame_reads_no_frame_out_of_its_inside(folder, caplog):
    outer = b"[" + framed(b'["inside"]') + b"]"
    raw = bytearray(framed(FRAMES[0], outer))
    raw[-1] ^= 1
    assert left(folder, bytes(raw)) == FRAMES[:1]
    assert is_told(folder, caplog)


def test_replay_length_that_reaches_beyond_the_file_costs_that_frame_alone(folder, caplog):
    raw = bytearray(framed(*FRAMES))
    raw[len(framed(FRAMES[0])) + 1] ^= 255
    assert left(folder, bytes(raw)) == [FRAMES[0], FRAMES[2]]
    assert is_told(folder, caplog)


def test_replay_last_frame_whose_length_alone_is_wrong_is_damage(folder, caplog):
    raw = bytearray(framed(*FRAMES))
    raw[len(framed(*FRAMES[:2])) + 1] ^= 255
    assert left(folder, bytes(raw)) == FRAMES[:2]
    assert is_told(folder, caplog)


def test_replay_first_frame_damaged_reads_all_that_follow(folder, caplog):
    raw = bytearray(framed(*FRAMES))
    raw[0] ^= 255
    assert left(folder, bytes(raw)) == FRAMES[1:]
    assert is_told(folder, caplog)


def test_replay_empty_payload_at_the_end_is_read(folder, caplog):
    assert left(folder, framed(FRAMES[0], b"")) == [FRAMES[0], b""]
    assert not is_told(folder, caplog)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_content_of_counts_the_bytes_that_no_frame_holds(place):
    noise = b"\xfe" * 21
    parts = [framed(each) for each in FRAMES]
    content = content_of(b"".join([*parts[:place], noise, *parts[place:]]))
    assert (content.payloads, content.damaged) == (FRAMES, len(noise))


def test_content_of_nothing_is_nothing():
    content = content_of(b"")
    assert (content.payloads, content.damaged) == ([], 0)
