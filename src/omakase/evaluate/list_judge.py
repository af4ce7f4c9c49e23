"""Lists by the ids of their items, measured by what was taken and by labels."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from omakase.evaluate.shown_lists import LabelSets, Popularity

LabelsOf = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


class ListWorth(NamedTuple):
    """What one list is worth beyond being clicked.

    Attributes:
        diversity: 0..1; None where fewer than two of its items have labels.
        bits: sum of how surprising its items are.
        in_tail: items of the long tail.
    """

    diversity: float | None
    bits: float
    in_tail: int


class ListJudge:
    """Measures lists by what was taken so far, and by the labels of their items.

    Args:
        taken: how often each item was, by id; of those that were at all.
        n_items: of the catalog.
        labels_of: tells the labels of items by id; each item is asked for once.
    """

    def __init__(self, taken: Mapping[str, int], n_items: int, labels_of: LabelsOf) -> None:
        self._taken, self._labels_of = taken, labels_of
        self._popularity = Popularity.of(list(taken.values()), n_items)
        self._rows: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._counts, self._starts, self._labels = array("q"), array("q", [0]), array("q")

    @property
    def knows_popularity(self) -> bool:
        """Whether anything was taken at all, by which novelty and the like can be measured."""
        return bool(self._taken)

    def judge(self, lists: Sequence[Sequence[str]]) -> list[ListWorth]:
        """What each list of item ids is worth."""
        flat = [item_id for items in lists for item_id in items]
        self._learn([item_id for item_id in dict.fromkeys(flat) if item_id not in self._rows])
        rows = np.fromiter((self._rows[item_id] for item_id in flat), np.int64, len(flat))
        sizes = np.fromiter(map(len, lists), np.int64, len(lists))
        labels = LabelSets(np.asarray(self._starts), np.asarray(self._labels))
        spread = labels.diversities(sizes, rows).tolist()
        counts = np.asarray(self._counts)[rows] if flat else np.zeros(0, np.int64)
        owner = np.repeat(np.arange(len(lists)), sizes)
        bits = np.bincount(owner, self._popularity.bits(counts), len(lists)).tolist()
        tail = np.bincount(owner, self._popularity.in_tail(counts), len(lists)).tolist()
        return [
            ListWorth(None if similarity != similarity else similarity, surprise, int(far))
            for similarity, surprise, far in zip(spread, bits, tail, strict=True)
        ]

    def unexpectedness(self, item_ids: Sequence[str]) -> list[float]:
        """Share of the catalog that was taken more often than each item."""
        counts = np.asarray([self._taken.get(item_id, 0) for item_id in item_ids], dtype=np.int64)
        return [float(surprise) for surprise in self._popularity.unexpectedness(counts)]

    def _learn(self, item_ids: Sequence[str]) -> None:
        """Take in items that were in no list before."""
        labels = self._labels_of(item_ids) if item_ids else {}
        for item_id in item_ids:
            self._rows[item_id] = len(self._rows)
            self._counts.append(self._taken.get(item_id, 0))
            for label in dict.fromkeys(labels.get(item_id, ())):
                self._labels.append(self._codes.setdefault(label, len(self._codes)))
            self._starts.append(len(self._labels))
