"""Learning a stack from lists that people were really shown, and what they clicked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from omakase.data.dataset import Dataset
from omakase.data.ids import IdMap
from omakase.features.moment import Moment
from omakase.features.profiles import profiled
from omakase.protocols import Parts
from omakase.stacking.examples import StackExamples
from omakase.stacking.propensity import corrected, position_propensities
from omakase.stacking.stack import StackConfig, codes, features
from omakase.types import PAD, Queries, Rows

BLOCK: Final = 64
"""Lists described at once: what a model looks at for each candidate is large."""

FEWEST: Final = 300
"""Lists with a click that are enough to learn from; of fewer, reconstructed ones tell more."""

NEGATIVES: Final = 2
"""Most items that were shown and not chosen for each that was."""

HISTORY: Final = 100
"""Last events of a person that are looked at."""


@dataclass(frozen=True)
class ShownList:
    """A list as it was shown to somebody.

    Attributes:
        user_id: to whom.
        time: Unix seconds.
        items: ids, in the order in which they were shown.
        clicked: of each whether it was.
        first_rank: of the first, from 1; above 1 in further parts of a list.
    """

    user_id: str
    time: int
    items: Sequence[str]
    clicked: Sequence[bool]
    first_rank: int = 1


@dataclass(frozen=True)
class LoggedLists:
    """Q lists that were shown, as arrays.

    Attributes:
        queries: Q of them, of what each person had done before.
        items: (Q, C) rows, PAD where there is none or it is not known.
        clicked: (Q, C)
        ranks: (Q, C) from 0.
    """

    queries: Queries
    items: Rows
    clicked: NDArray[np.bool_]
    ranks: NDArray[np.int64]

    @classmethod
    def of(cls, lists: Sequence[ShownList], data: Dataset) -> "LoggedLists":
        """Of lists with a click by people of the data, by what they had done before."""
        lists = [answer for answer in lists if any(answer.clicked)]
        users = data.ids.users.rows([answer.user_id for answer in lists])
        answers = [answer for answer, row in zip(lists, users, strict=True) if row != PAD]
        shape = len(answers), max((len(answer.items) for answer in answers), default=0)
        items, clicked = np.full(shape, PAD, np.int32), np.zeros(shape, np.bool_)
        ranks = np.zeros(shape, np.int64)
        for n, each in enumerate(answers):
            size = len(each.items)
            items[n, :size] = _rows(data.ids, each.items)
            clicked[n, :size] = each.clicked
            ranks[n, :size] = each.first_rank - 1 + np.arange(size)
        times = np.asarray([answer.time for answer in answers], dtype=np.int64)
        queries = past_queries(data, users[users != PAD], times)
        return cls(queries, items, clicked & (items != PAD), ranks)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def enough(self) -> bool:
        """Whether there are enough to learn from."""
        return int(self.clicked.any(axis=1).sum()) >= FEWEST

    def examples(self, config: StackConfig, parts: Parts, past: Dataset) -> StackExamples:
        """What a stack learns from: clicks corrected for their positions.

        Args:
            parts: the models; they should not have learnt from what came after the lists.
            past: features of items are as of its end.
        """
        models = [parts.model(component.model) for component in config.components]
        moment = Moment.of(past) if config.moment else None
        blocks = []
        for at in range(0, len(self), BLOCK):
            some = slice(at, at + BLOCK)
            profiles, items = profiled(self.queries[some], past.users), self.items[some]
            names, table = features(config, models, moment, profiles, items)
            category_codes = codes(config, moment, profiles, items)
            blocks.append(
                StackExamples(names, table, self.clicked[some], items != PAD, category_codes)
            )
        shown = StackExamples.joined(blocks)
        return corrected(shown, self.ranks, position_propensities(shown, self.ranks))


def past_queries(data: Dataset, users: Rows, times: NDArray[np.int64]) -> Queries:
    """What some people ask at some times, by the last events that each had then."""
    line = data.timeline
    size = min(HISTORY, int(np.diff(line.starts).max(initial=1)))
    history = np.full((len(users), size), PAD, np.int32)
    weights = np.zeros(history.shape, np.float32)
    moments = np.zeros(history.shape, np.int64)
    for n, (user, time) in enumerate(zip(users, times, strict=True)):
        events = line.order[line.starts[user] : line.starts[user + 1]]
        events = events[data.events.times[events] < time][-size:]
        at = slice(size - len(events), size)
        history[n, at], weights[n, at] = data.events.items[events], data.events.weights[events]
        moments[n, at] = data.events.times[events]
    return Queries.of(history, users=users, weights=weights, times=moments, now=times)


def _rows(ids: IdMap, items: Sequence[str]) -> Rows:
    return ids.items.rows(list(items))
