"""One mapping of ids to rows, shared by every model, index and artefact of a version."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, overload

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel
from omakase.types import PAD, Arrays, Rows

FULL = 0.6
CHUNK = 1 << 20
FEW = 2000
"""Keys up to which they are packed without a table; a history is about as long."""

Bytes = NDArray[np.uint8]
Ends = NDArray[np.int64]


class Ids(Sequence[str]):
    """The ids of a vocabulary in row order, decoded one by one as they are asked for."""

    def __init__(self, text: Bytes, ends: Ends) -> None:
        self._text = text
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[str, ...]: ...
    def __getitem__(self, row: int | slice) -> str | tuple[str, ...]:
        if isinstance(row, slice):
            return tuple(self[n] for n in range(*row.indices(len(self))))
        number = range(len(self))[row]
        start = self._ends[number - 1] if number else 0
        return self._text[start : self._ends[number]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        start = 0
        for first in range(0, len(self), CHUNK):
            ends = self._ends[first : first + CHUNK].tolist()
            text, base = self._text[start : ends[-1]].tobytes(), start
            for end in ends:
                yield text[start - base : end - base].decode()
                start = end

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Ids):
            return np.array_equal(self._ends, other._ends) and np.array_equal(
                self._text, other._text
            )
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Ids of one kind; the position of an id is its row, for ever.

    Made for tens of millions of ids: three arrays, which may be read-only memory maps.
    Cost: an id takes its UTF-8 bytes and 15 to 22 more; a look-up touches two places in memory.

    Attributes:
        text: uint8, all ids in UTF-8, one after another.
        ends: (n,) where each id ends in `text`.
        slots: int32, an open hash table (FNV-1a, linear probing): rows, PAD where empty. Ids whose
            hashes meet are told apart by their bytes.
    """

    text: Bytes = field(repr=False)
    ends: Ends = field(repr=False)
    slots: Rows = field(repr=False)

    @classmethod
    def of(cls, ids: Iterable[str] | pl.Series) -> "Vocabulary":
        """From distinct ids, in the order given.

        Raises:
            ValueError: an id occurs twice.
        """
        text, ends = _pack(_series(ids))
        return cls._built(text, ends)

    @classmethod
    def _built(cls, text: Bytes, ends: Ends, known: Rows | None = None) -> "Vocabulary":
        """With a table of slots, which starts as `known` where that has the right size."""
        fits = known is not None and len(known) == _room(len(ends))
        slots = np.array(known) if fits else np.full(_room(len(ends)), PAD, dtype=np.int32)
        first = int(np.count_nonzero(slots != PAD))
        twice = int(_insert(_frozen(text), _frozen(ends), slots, first))
        if twice:
            raise ValueError(f"{twice} ids occur twice")
        return cls(_frozen(text), _frozen(ends), _frozen(slots))

    @property
    def ids(self) -> Ids:
        """The ids in row order: a sequence that decodes what is asked for."""
        return Ids(self.text, self.ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.ids == other.ids

    __hash__ = None  # type: ignore[assignment]

    def row(self, key: str) -> int:
        """The row of one id, PAD where unknown."""
        raw = np.frombuffer(key.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        return int(_find(self.text, self.ends, self.slots, raw))

    def rows(self, keys: Sequence[str] | pl.Series) -> Rows:
        """(len(keys),) rows, PAD where unknown or null."""
        if not isinstance(keys, pl.Series) and len(keys) <= FEW and None not in keys:
            return self._rows_of_few(keys)
        series = _series(keys)
        indices = np.empty(len(series), dtype=np.int32)
        for start in range(0, len(series), CHUNK):
            text, ends = _pack(series.slice(start, CHUNK).fill_null(""))
            part = indices[start : start + CHUNK]
            _find_all(self.text, self.ends, self.slots, _frozen(text), _frozen(ends), part)
        if series.null_count():
            indices[series.is_null().to_numpy()] = PAD
        return indices

    def _rows_of_few(self, keys: Sequence[str]) -> Rows:
        """As `rows`; a table made for a few keys would cost more than finding them."""
        joined = "".join(keys)
        parts: Sequence[str | bytes] = keys
        raw = joined.encode("utf-8", "surrogatepass")
        if len(raw) != len(joined):  # not a byte a character
            parts = [key.encode("utf-8", "surrogatepass") for key in keys]
        text = np.frombuffer(raw, dtype=np.uint8)
        ends = np.fromiter(map(len, parts), dtype=np.int64, count=len(keys)).cumsum()
        indices = np.empty(len(keys), dtype=np.int32)
        _find_all(self.text, self.ends, self.slots, text, _frozen(ends), indices)
        return indices

    def extended(self, keys: Iterable[str] | pl.Series) -> "Vocabulary":
        """With the unknown ones of `keys` appended; old rows stay; nulls are passed over."""
        series = _series(keys)
        unknown = pl.Series(self.rows(series) == PAD)
        fresh = series.filter(unknown).drop_nulls().unique(maintain_order=True)
        if fresh.is_empty():
            return self
        text, ends = _pack(fresh)
        return Vocabulary._built(
            np.concatenate([self.text, text]),
            np.concatenate([self.ends, ends + len(self.text)]),
            known=self.slots,
        )

    def series(self) -> pl.Series:
        """(n,) the ids in row order, as a column of text."""
        return pl.Series(list(self.ids), dtype=pl.String)

    def digest(self) -> str:
        """SHA-256 of the ids in order; equal digests mean equal rows."""
        hashed = sha256(self.ends.astype("<i8").tobytes())
        hashed.update(self.text.tobytes())
        return hashed.hexdigest()

    def arrays(self) -> Arrays:
        """`text` as "utf8", `ends` and `slots`."""
        return {"utf8": self.text, "ends": self.ends, "slots": self.slots}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Vocabulary":
        """Inverse of `arrays`; without "slots" they are made.

        Raises:
            ValueError: arrays that do not belong together.
        """
        text, ends = np.asarray(arrays["utf8"]), np.asarray(arrays["ends"])
        if (np.diff(ends, prepend=0) < 0).any() or (ends[-1] if len(ends) else 0) != len(text):
            raise ValueError("the ends of the ids do not fit their text")
        if "slots" not in arrays:
            return cls._built(text, ends)
        slots = np.asarray(arrays["slots"])
        if len(slots) != _room(len(ends)):
            raise ValueError("the table of the ids has another size")
        if not _is_table(slots, len(ends)):
            raise ValueError("the table of the ids is not theirs")
        return cls(_frozen(text), _frozen(ends), _frozen(slots))


@dataclass(frozen=True)
class IdMap:
    """The two vocabularies of a version."""

    users: Vocabulary
    items: Vocabulary

    def digest(self) -> str:
        """SHA-256 over both; a model's arrays are meaningful with this map and no other."""
        return sha256(f"{self.users.digest()}{self.items.digest()}".encode()).hexdigest()


def _series(keys: Iterable[str] | pl.Series) -> pl.Series:
    if isinstance(keys, pl.Series):
        return keys.cast(pl.String)
    return pl.Series(list(keys), dtype=pl.String)


def _pack(keys: pl.Series) -> tuple[Bytes, Ends]:
    """The keys' bytes one after another, and where each ends."""
    lengths = keys.str.len_bytes().to_numpy().astype(np.int64)
    joined = keys.str.join("").item() if len(keys) else ""
    return np.frombuffer(joined.encode(), dtype=np.uint8), np.cumsum(lengths)


def _room(count: int) -> int:
    """Slots for so many ids: a power of two."""
    return 1 << max(3, int(count / FULL).bit_length())


def _is_table(slots: Rows, count: int) -> bool:
    """Whether each row stands somewhere. A search in another table may leave it, or never end."""
    filled = slots[slots != PAD]
    if len(filled) != count or (count and (filled.min() < 0 or filled.max() >= count)):
        return False
    return not count or bool(np.bincount(filled, minlength=count).all())


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """A read-only view, so that compiled code meets one type only."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


@kernel
def _place(keys: Bytes, start: int, end: int, slots: Rows) -> np.int64:
    """Where to look first: FNV-1a, its high bits folded in."""
    key = np.uint64(14695981039346656037)
    for n in range(start, end):
        key = (key ^ np.uint64(keys[n])) * np.uint64(1099511628211)
    return np.int64((key ^ (key >> np.uint64(32))) & np.uint64(len(slots) - 1))


@kernel
def _same(text: Bytes, ends: Ends, row: int, keys: Bytes, start: int, end: int) -> bool:
    begin = ends[row - 1] if row > 0 else 0
    if ends[row] - begin != end - start:
        return False
    size = end - start
    alike = 0
    while alike < size and text[begin + alike] == keys[start + alike]:
        alike += 1
    return alike == size


@kernel
def _search(text: Bytes, ends: Ends, slots: Rows, keys: Bytes, start: int, end: int) -> np.int64:
    """The slot that holds a key, or the empty one where it belongs."""
    slot = _place(keys, start, end, slots)
    while slots[slot] >= 0 and not _same(text, ends, slots[slot], keys, start, end):
        slot = (slot + 1) & (len(slots) - 1)
    return slot


@kernel
def _find(text: Bytes, ends: Ends, slots: Rows, key: Bytes) -> int:
    return slots[_search(text, ends, slots, key, 0, len(key))]


@kernel
def _find_all(text: Bytes, ends: Ends, slots: Rows, keys: Bytes, key_ends: Ends, out: Rows) -> None:
    start = 0
    for n in range(len(key_ends)):
        out[n] = slots[_search(text, ends, slots, keys, start, key_ends[n])]
        start = key_ends[n]


@kernel
def _insert(text: Bytes, ends: Ends, slots: Rows, first: int) -> int:
    """Put rows from `first` on into their slots; how many ids were there already."""
    twice = 0
    for row in range(first, len(ends)):
        start = ends[row - 1] if row > 0 else 0
        slot = _search(text, ends, slots, text, start, ends[row])
        if slots[slot] >= 0:
            twice += 1
        else:
            slots[slot] = row
    return twice
