"""A file as blocks of whole lines in UTF-8, in bounded memory whatever the file holds."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from omakase.data.rows.encoding import encoding_of

BLOCK_BYTES = 1 << 22
LINE_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines.

    Attributes:
        data: the lines, each ending in a newline; one longer than `LINE_LIMIT` is cut and
            stays longer than it.
        first_line: number of the first, from 1.
        bytes_read: how far into the file the block reaches.
    """

    data: bytes
    first_line: int
    bytes_read: int


def blocks(
    path: Path, *, encoding: str | None = None, after_line: int = 0, size: int = BLOCK_BYTES
) -> Iterator[Block]:
    """The lines after `after_line`, in order.

    Bytes that are not text in `encoding` come back as invalid UTF-8, so that the reader of lines
    finds them.
    """
    line = 1
    for data, bytes_read in _whole_lines(path, encoding_of(path, encoding), size):
        count = data.count(b"\n")
        skipped = min(count, max(0, after_line - line + 1))
        if skipped < count:
            yield Block(data[_start_of_line(data, skipped) :], line + skipped, bytes_read)
        line += count


def _whole_lines(path: Path, encoding: str, size: int) -> Iterator[tuple[bytes, int]]:
    tail = b""
    with path.open("rb") as file:
        for piece in _pieces(file, encoding, size):
            data = tail + piece
            cut = data.rfind(b"\n") + 1
            tail = data[cut : cut + LINE_LIMIT + 1]
            if cut:
                yield data[:cut], file.tell()
        if tail:
            yield tail + b"\n", file.tell()


def _pieces(file: BinaryIO, encoding: str, size: int) -> Iterator[bytes]:
    """The bytes of the file as UTF-8, without a byte order mark."""
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    decoder = codecs.getincrementaldecoder(encoding)("replace" if wide else "surrogateescape")
    first = True
    while raw := file.read(size):
        if codecs.lookup(encoding).name == "utf-8":
            yield raw.removeprefix(codecs.BOM_UTF8) if first else raw
        else:
            yield decoder.decode(raw).encode("utf-8", "surrogateescape")
        first = False


def _start_of_line(data: bytes, index: int) -> int:
    """Where line number `index` of the data starts, counted from 0."""
    if index == 0:
        return 0
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
    return int(ends[index - 1]) + 1
