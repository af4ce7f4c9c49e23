"""Users' histories as training sequences: what is held out, and which are batched together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.data.dataset import Dataset
from omakase.deep.train.loop import Batch
from omakase.types import PAD, Rows


@dataclass(frozen=True)
class Sequences:
    """S sequences of item rows, oldest first, one after the other.

    Attributes:
        items: (sum of lengths,) item rows.
        starts: (S + 1,) sequence s is `items[starts[s]:starts[s + 1]]`.
    """

    items: Rows
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    @classmethod
    def of(cls, data: Dataset) -> "Sequences":
        """One for each user row: everything they liked, oldest first; may be empty."""
        order = data.timeline.order
        liked = data.events.weights[order] > 0
        offsets = np.concatenate([[0], np.cumsum(liked)])
        return cls(data.events.items[order][liked], offsets[data.timeline.starts])

    def padded(self, rows: NDArray[np.int64], length: int, skip: int = 0) -> Rows:
        """(len(rows), longest) the newest `length` items, without the last `skip`, PAD on the left.

        `longest` is at least 1.
        """
        ends = self.starts[rows + 1] - skip
        starts = np.maximum(self.starts[rows], ends - length)
        longest = max(1, int((ends - starts).max(initial=1)))
        positions = ends[:, None] - np.arange(longest, 0, -1)  # (B, longest)
        inside = positions >= starts[:, None]
        return np.where(inside, self.items[np.maximum(positions, 0)], np.int32(PAD))

    def without_last(self, rows: NDArray[np.int64]) -> "Sequences":
        """The same, the last item of these sequences left out."""
        gone = np.zeros(len(self.items), dtype=bool)
        gone[self.starts[rows + 1] - 1] = True
        offsets = np.concatenate([[0], np.cumsum(~gone)])
        return Sequences(self.items[~gone], offsets[self.starts])

    def windows(self, length: int) -> "Sequences":
        """Long sequences cut into pieces of at most `length` + 1, one item shared by neighbours.

        So every item but a user's first is once the target of a loss.
        """
        pieces = [
            (max(start, end - length - 1), end)
            for start, stop in zip(self.starts[:-1].tolist(), self.starts[1:].tolist(), strict=True)
            for end in range(stop, start + 1, -length)
        ]
        items = [self.items[a:b] for a, b in pieces]
        ends = np.cumsum([b - a for a, b in pieces], dtype=np.int64)
        joined = np.concatenate(items) if items else np.empty(0, dtype=np.int32)
        return Sequences(joined, np.concatenate([[0], ends]).astype(np.int64))


def bucketed(lengths: NDArray[np.int64], batch: int, chance: np.random.Generator) -> list[Batch]:
    """All rows in batches of about `batch` positions, equal lengths together, in random order.

    Little is padded then: most shops have many short histories and few long ones.
    """
    noise = chance.random(len(lengths))
    order = np.lexsort([noise, lengths])
    full = np.cumsum(lengths[order]) // batch
    cuts = np.flatnonzero(np.diff(full)) + 1
    pieces = np.split(order.astype(np.int64), cuts)
    return [pieces[piece] for piece in chance.permutation(len(pieces))]
