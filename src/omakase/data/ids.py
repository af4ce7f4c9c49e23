"""One mapping of ids to rows, shared by every model, index and artefact of a version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np

from omakase.types import PAD, Arrays, Rows


@dataclass(frozen=True)
class Vocabulary:
    """Ids of one kind; the position of an id is its row, for ever.

    Attributes:
        ids: external ids, distinct.
    """

    ids: tuple[str, ...]
    _rows: dict[str, int] = field(repr=False, compare=False)

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Vocabulary":
        """From distinct ids, in the order given.

        Raises:
            ValueError: an id occurs twice.
        """
        ordered = tuple(ids)
        rows = {key: row for row, key in enumerate(ordered)}
        if len(rows) != len(ordered):
            raise ValueError(f"{len(ordered) - len(rows)} ids occur twice")
        return cls(ordered, rows)

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, key: str) -> int:
        """The row of one id, PAD where unknown."""
        return self._rows.get(key, PAD)

    def rows(self, keys: Sequence[str]) -> Rows:
        """(len(keys),) rows, PAD where unknown."""
        return np.fromiter((self._rows.get(k, PAD) for k in keys), np.int32, count=len(keys))

    def extended(self, keys: Iterable[str]) -> "Vocabulary":
        """With the unknown ones of `keys` appended; old rows stay."""
        fresh = dict.fromkeys(k for k in keys if k not in self._rows)
        return Vocabulary.of((*self.ids, *fresh))

    def digest(self) -> str:
        """SHA-256 of the ids in order; equal digests mean equal rows."""
        return sha256("\x00".join(self.ids).encode()).hexdigest()

    def arrays(self) -> Arrays:
        """The ids as UTF-8 bytes with their ends."""
        encoded = [key.encode() for key in self.ids]
        ends = np.cumsum([len(key) for key in encoded], dtype=np.int64)
        return {"utf8": np.frombuffer(b"".join(encoded), dtype=np.uint8), "ends": ends}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Vocabulary":
        """Inverse of `arrays`."""
        text = arrays["utf8"].tobytes()
        ends = arrays["ends"].tolist()
        starts = [0, *ends[:-1]]
        return cls.of(text[a:b].decode() for a, b in zip(starts, ends, strict=True))


@dataclass(frozen=True)
class IdMap:
    """The two vocabularies of a version."""

    users: Vocabulary
    items: Vocabulary

    def digest(self) -> str:
        """SHA-256 over both; a model's arrays are meaningful with this map and no other."""
        return sha256(f"{self.users.digest()}{self.items.digest()}".encode()).hexdigest()
