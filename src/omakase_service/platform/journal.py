"""What cannot go to the database now, kept on this disk until it can. No Django.

A process appends to a file of its own, which it holds a lock on; the system lets the lock go when
the process ends, however it ends, and then any other may take the file over. Each frame is
its payload's length and CRC-32 and the payload, synced before `append` returns where that is asked
for: what is not synced outlives the process, but not the machine.

A frame that the disk has damaged costs itself alone: what follows is read, the file is put aside
under another name (`.damaged`), and an ERROR line tells how many bytes could not be read.
"""

import logging
import os
import shutil
import struct
import threading
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows locks by the open file itself: nobody else can delete it
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("omakase.journal")
HEAD = struct.Struct("<II")
SUFFIX = ".journal"
ASIDE = ".damaged"
STARTS = b"[{"
"""First bytes of payloads, which are JSON; by them a frame is found behind a damaged head."""

LONGEST_BYTES = 64 * 2**20
"""Of a payload; a head that says more is damaged."""

MOST_BYTES = 8 * 2**20
"""Of one file, so that a replay has little of what waits in memory at a time."""


PROBE = ".probe"
PROBE_BYTES = 2**16
"""What a disk that refused a payload has to take before it is believed again."""


class JournalFull(Exception):
    """The disk took no more; nothing of the payload is kept."""


class Journal:
    """A folder of journals, one a process.

    Args:
        folder: made when the first payload comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._found_no_room = False
        self._own: tuple[int, Path, FileIO] | None = None
        self._lock = threading.RLock()

    @property
    def is_full(self) -> bool:
        """Whether the last payload found no room, and there still is none."""
        if self._found_no_room and _has_room(self.folder):
            self._found_no_room = False
        return self._found_no_room

    def append(self, payload: bytes, *, sync: bool = True) -> None:
        """Keep a payload; it is on the disk when this returns.

        Args:
            sync: wait for the disk; otherwise it is the system's when this returns, and is lost
                with the machine only, not with this process.

        Raises:
            JournalFull: it cannot be kept.
        """
        with self._lock:
            try:
                file = self._file()
            except OSError as error:
                self._found_no_room = True
                raise JournalFull(f"{self.folder}: {error}") from error
            size_before = file.seek(0, os.SEEK_END)
            frame = HEAD.pack(len(payload), zlib.crc32(payload)) + payload
            try:
                if file.write(frame) < len(frame):
                    raise OSError("the disk took a part only")
                if sync:
                    os.fsync(file.fileno())
            except OSError as error:
                self._taken_back(file, size_before)
                self._found_no_room = True
                raise JournalFull(f"{self.folder}: {error}") from error
            self._found_no_room = False
            if size_before + len(frame) >= MOST_BYTES:
                self.close()

    def waiting(self) -> bool:
        """Whether anything may be kept here, of whichever process. Looks at names and sizes."""
        return any(_size(path) for path in _existing(self.folder))

    def replay(self, take: Callable[[list[bytes]], None]) -> int:
        """Hand over what is kept, file by file in the order it came; how many payloads.

        What `take` returned from is not kept any more; what it raised from is. Files of living
        processes are theirs to replay. A frame that was cut short was never acknowledged;
        one that is damaged is put aside with its file.
        """
        done = 0
        with self._lock:
            for path in _existing(self.folder):
                if self._own is not None and path == self._own[1]:
                    done += self._replayed_own(take)
                else:
                    done += _taken_over(path, take)
        return done

    def close(self) -> None:
        """Let go of the own file, as the end of the process would."""
        with self._lock:
            if self._own is not None:
                self._own[2].close()
            self._own = None

    def put_aside(self, payload: bytes) -> None:
        """Keep a whole frame that nobody can make sense of, once, and say so."""
        path = self.folder / f"{sha256(payload).hexdigest()[:32]}{ASIDE}"
        path.write_bytes(payload)
        log.error("%s bytes of another release cannot be read; they are in %s", len(payload), path)

    def _replayed_own(self, take: Callable[[list[bytes]], None]) -> int:
        if self._own is None or self._own[0] != os.getpid():
            return 0
        _, path, file = self._own
        content = _content(file)
        if content.payloads:
            take(content.payloads)
        if content.damaged:
            shutil.copyfile(path, path.with_suffix(f".{uuid.uuid4().hex[:8]}{ASIDE}"))
            _tell(path, content)
        if content.payloads or content.damaged:
            self._taken_back(file, 0)
        return len(content.payloads)

    def _file(self) -> FileIO:
        """The own file; a child of a fork begins its own."""
        if self._own is not None and self._own[0] == os.getpid() and self._own[1].exists():
            return self._own[2]
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = self.folder / f"{uuid.uuid4().hex}{SUFFIX}"
            file = path.open("x+b", buffering=0)
            if _lock_file(file) and path.exists():  # nobody took it for one that was left behind
                self._own = (os.getpid(), path, file)
                return file
            file.close()

    @staticmethod
    def _taken_back(file: FileIO, size: int) -> None:
        """Cut the file; the disk may be full, but to cut needs no room."""
        file.truncate(size)


def _has_room(folder: Path) -> bool:
    """Whether a payload would find room: one is written, and taken back."""
    probe = folder / f"{uuid.uuid4().hex}{PROBE}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(bytes(PROBE_BYTES))
    except OSError:
        return False
    finally:
        with suppress(OSError):
            probe.unlink()
    return True


def _existing(folder: Path) -> list[Path]:
    """The journals, the one written to longest ago first."""
    files = folder.glob(f"*{SUFFIX}") if folder.is_dir() else ()
    return sorted(files, key=lambda path: (_age(path), path.name))


def _size(path: Path) -> int:
    """Of the file, 0 where somebody has taken it meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _taken_over(path: Path, take: Callable[[list[bytes]], None]) -> int:
    """Replay the file of a process that ended; nothing where it still lives."""
    with _open(path) as file:
        if file is None or not _lock_file(file):
            return 0
        content = _content(file)
        if content.payloads:
            take(content.payloads)
        if content.damaged:
            path.replace(path.with_suffix(ASIDE))
            _tell(path, content)
        else:
            path.unlink(missing_ok=True)
        return len(content.payloads)


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    """The file, none where somebody else was faster."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        yield None
        return
    with file:
        yield file


def _lock_file(file: FileIO) -> bool:
    """Whether the file is this process's now."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class JournalContent:
    """What a file holds.

    Attributes:
        payloads: of its whole frames, in order.
        damaged: bytes that belong to none of them.
    """

    payloads: list[bytes]
    damaged: int


def _content(file: FileIO) -> JournalContent:
    file.seek(0)
    return content_of(file.read())


def content_of(raw: bytes) -> JournalContent:
    """All that can be read of a file. A frame cut short at its end was never acknowledged."""
    payloads: list[bytes] = []
    at = damaged = 0
    while at < len(raw):
        payload = _frame(raw, at)
        if payload is not None:
            payloads.append(payload)
            at += HEAD.size + len(payload)
            continue
        following = _next_frame(raw, at)
        if following == len(raw) and _is_torn(raw, at):
            break
        damaged += following - at
        at = following
    return JournalContent(payloads, damaged)


def _frame(raw: bytes, at: int) -> bytes | None:
    """The payload of the frame that begins at a place; none where no whole one does."""
    if at + HEAD.size > len(raw):
        return None
    length, check = HEAD.unpack_from(raw, at)
    begin = at + HEAD.size
    if length > len(raw) - begin:
        return None
    payload = raw[begin : begin + length]
    return payload if zlib.crc32(payload) == check else None


def _is_torn(raw: bytes, at: int) -> bool:
    """Whether what the file ends in is a frame that was not written to its end.

    One that is all there, and whose length alone says otherwise, was acknowledged and is damaged.
    """
    rest = len(raw) - at
    if rest <= HEAD.size:
        return True
    length, check = HEAD.unpack_from(raw, at)
    begin = at + HEAD.size
    if raw[begin] not in STARTS or zlib.crc32(raw[begin:]) == check:
        return False
    return rest - HEAD.size < length <= LONGEST_BYTES


def _next_frame(raw: bytes, at: int) -> int:
    """Where the next whole frame begins behind a damaged one; the file's end where none does."""
    if at + HEAD.size <= len(raw):
        length, _ = HEAD.unpack_from(raw, at)
        stated = at + HEAD.size + length
        if stated == len(raw) or _frame(raw, stated) is not None:
            return stated
    for offset in range(at + 1, len(raw) - HEAD.size):
        if raw[offset + HEAD.size] in STARTS and _frame(raw, offset) is not None:
            return offset
    return len(raw)


def _tell(path: Path, content: JournalContent) -> None:
    log.error(
        "%s bytes of %s are damaged and could not be read, its %s other frames were; "
        "the file is kept beside as *%s",
        content.damaged,
        path,
        len(content.payloads),
        ASIDE,
    )
