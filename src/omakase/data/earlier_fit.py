"""Where the rows of a dataset stood when a model was fitted earlier, and what came in since."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.data.dataset import Dataset
from omakase.data.ids import IdMap
from omakase.types import PAD, Rows


@dataclass(frozen=True)
class EarlierFit:
    """The rows of an earlier fit as those of now find them.

    Attributes:
        users: (U,) row of the earlier fit for each user row of now; PAD where new.
        items: (N,) likewise of items.
        last: Unix seconds of the newest event that it learnt from.
    """

    users: Rows
    items: Rows
    last: int

    @classmethod
    def of(cls, earlier: IdMap, now: IdMap, last: int) -> "EarlierFit":
        """From the id maps of both."""
        users, items = earlier.users.rows(now.users.ids), earlier.items.rows(now.items.ids)
        return cls(users, items, last)

    def recent(self, data: Dataset, rng: np.random.Generator) -> Dataset:
        """The events of the people who did something since, and of as many others.

        Those others are rehearsed: a net that sees what is new alone forgets what it knew. Paper:
        Ratcliff, "Connectionist models of recognition memory", Psychological Review 1990.
        """
        active = np.zeros(data.n_users, dtype=np.bool_)
        active[data.events.users[data.events.times > self.last]] = True
        inactive = np.flatnonzero(~active)
        active[rng.permutation(inactive)[: int(active.sum())]] = True
        return data.with_events(data.events.chosen(active[data.events.users]))


def appended(rows: Rows, before: int) -> Rows:
    """(before + len(rows),): `before` places that stay as they are, then those of `rows`."""
    moved = np.where(rows == PAD, PAD, rows + before)
    return np.concatenate([np.arange(before), moved]).astype(np.int32)


def shared_rows(earlier: NDArray[np.uint64], now: NDArray[np.uint64]) -> Rows:
    """(len(now),) place among `earlier` of each key; PAD where it is not there."""
    order = np.argsort(earlier, kind="stable")
    index = np.minimum(np.searchsorted(earlier[order], now), max(0, len(earlier) - 1))
    if not len(earlier):
        return np.full(len(now), PAD, dtype=np.int32)
    candidates = order[index]
    return np.where(earlier[candidates] == now, candidates, PAD).astype(np.int32)
