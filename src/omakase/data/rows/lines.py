"""The shape of each record of a block: where it is, how many fields, what is wrong with it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel
from omakase.data.rows.blocks import LINE_LIMIT

NEWLINE, RETURN, QUOTE, SPACE, TAB = 10, 13, 34, 32, 9
BLANK, NUL, LONG, QUOTES, HIGH, NOT_TEXT, ODD = 1, 2, 4, 8, 16, 32, 64
MOST_BREAKS = 500
"""Line ends that one record may hold inside its quotation marks."""


@dataclass(frozen=True, slots=True)
class Lines:
    """n records of a block; each is a line, or several where a quoted field goes over line ends.

    Attributes:
        starts, ends: (n,) int64 places in the block, the newline not included.
        offsets: (n,) int64, lines before the record.
        fields: (n,) int32, separators outside quotation marks and one.
        flags: (n,) uint8, sum of BLANK, NUL, LONG, QUOTES (opened and not closed), HIGH (not
            ASCII), NOT_TEXT (not UTF-8) and ODD (a quotation mark where none belongs).
        rest: place from which a last record is still open; the end of the block where none is.
        lines: how many lines the records are.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    offsets: NDArray[np.int64]
    fields: NDArray[np.int32]
    flags: NDArray[np.uint8]
    rest: int
    lines: int

    def __len__(self) -> int:
        return len(self.starts)


def lines_of(
    data: bytes,
    separator: bytes,
    *,
    quoted: bool,
    expected: int = 0,
    spare: int = 0,
    final: bool = True,
) -> Lines:
    """The records of data that ends in a newline; one byte separates fields.

    A record goes on over a line end inside quotation marks where it has the `expected` number of
    fields then, or up to `spare` more (0 expected: any); otherwise each of its lines stands alone,
    so that a stray quotation mark costs one line. With `final` False, a record that is open at the
    end is left for later.

    Cost: one pass, about a gigabyte a second.
    """
    view = np.frombuffer(data, dtype=np.uint8)
    count = data.count(b"\n")
    bounds = np.empty((3, count), np.int64)
    fields, flags = np.empty(count, np.int32), np.empty(count, np.uint8)
    n, rest, lines = _scan(
        view, separator[0], quoted, (expected, expected + spare), final, bounds, fields, flags
    )
    starts, ends, offsets = bounds[:, :n]
    parsed = Lines(starts, ends, offsets, fields[:n], flags[:n], rest, lines)
    parsed.flags[parsed.ends - parsed.starts > LINE_LIMIT] |= LONG
    parsed.flags[_not_text(data, parsed)] |= NOT_TEXT
    return parsed


def keep_lines(data: bytes, lines: Lines, keep: NDArray[np.bool_]) -> bytes:
    """The data without the lines that are not kept."""
    if keep.all():
        return data[: lines.rest]
    lengths = np.diff(np.append(lines.starts, lines.rest))
    view = np.frombuffer(data, dtype=np.uint8)[: lines.rest]
    return view[np.repeat(keep, lengths)].tobytes()


def _not_text(data: bytes, lines: Lines) -> list[int]:
    if _is_text(data):
        return []
    high = np.flatnonzero(lines.flags & HIGH)
    return [n for n in high.tolist() if not _is_text(data[lines.starts[n] : lines.ends[n]])]


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@kernel
def _scan(
    data: NDArray[np.uint8],
    separator: int,
    quoted: bool,
    expected: tuple[int, int],
    final: bool,
    places: NDArray[np.int64],
    fields: NDArray[np.int32],
    flags: NDArray[np.uint8],
) -> tuple[int, int, int]:
    """Records found, where the last ends, and the lines they are."""
    record, line, start, size = 0, 0, 0, len(data)
    while start < size:
        end, count, flag, breaks = _record(data, start, separator, quoted, True)
        if breaks or end >= size:
            is_open = end >= size or flag & QUOTES
            if is_open and not final and size - start < LINE_LIMIT and breaks < MOST_BREAKS:
                break
            if is_open or flag & ODD or (expected[0] and not expected[0] <= count <= expected[1]):
                end, count, flag, breaks = _record(data, start, separator, quoted, False)
        places[0, record], places[1, record], places[2, record] = start, end, line
        fields[record], flags[record] = count, flag
        record, line, start = record + 1, line + breaks + 1, end + 1
    return record, min(start, size), line


@kernel
def _record(
    data: NDArray[np.uint8], start: int, separator: int, quoted: bool, across: bool
) -> tuple[int, int, int, int]:
    """Where the record ends, its fields, its flags, and the line ends within it."""
    position, count, flag, breaks = start, 1, BLANK, 0
    first, inside, closed = True, False, False
    while position < len(data):
        byte = data[position]
        if byte == NEWLINE:
            if not inside:
                return position, count, flag, breaks
            if not across or breaks >= MOST_BREAKS:
                return position, count, flag | QUOTES, breaks
            breaks += 1
        elif byte != SPACE and byte != RETURN and byte != TAB:
            flag &= ~BLANK
        if byte == 0:
            flag |= NUL
        elif byte >= 128:
            flag |= HIGH
        if inside:
            if byte == QUOTE:
                if position + 1 < len(data) and data[position + 1] == QUOTE:
                    position += 1
                else:
                    inside, closed = False, True
        elif byte == separator:
            count, first, closed = count + 1, True, False
            position += 1
            continue
        elif quoted and byte == QUOTE:
            if first:
                inside = True
            else:
                flag |= ODD
        elif closed and byte != SPACE and byte != RETURN:
            flag |= ODD
        first = False
        position += 1
    return position, count, flag | QUOTES, breaks
