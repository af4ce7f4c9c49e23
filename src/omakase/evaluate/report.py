"""`Report`: what one model scored on one part of a split."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from omakase.evaluate.cost import Cost
from omakase.evaluate.questions import QueryCounts
from omakase.stacking.calibration import Calibration
from omakase.types import Rows


@dataclass(frozen=True)
class Report:
    """The figures of one model.

    Attributes:
        model: its name.
        split: how the data were cut.
        part: "validation" or "test".
        k: length of the lists.
        figures: measure ("recall@10", "coverage@10", …) to its value over all queries.
        groups: the same means for "known users" and "new users", where there are any.
        counts: what was asked and what was left out.
        cost: seconds, milliseconds, bytes.
        users: (Q,) who was asked for.
        per_query: measure to its (Q,) values, for intervals and paired tests.
        chances: from scores to how often such an item was right, over people with a history; None
            where there were none.
    """

    model: str
    split: str
    part: str
    k: int
    figures: Mapping[str, float]
    groups: Mapping[str, Mapping[str, float]]
    counts: QueryCounts
    cost: Cost
    users: Rows
    per_query: Mapping[str, NDArray[np.float64]]
    chances: Calibration | None = None

    def to_dict(self) -> dict[str, Any]:
        """Everything but the values of each query, as plain Python."""
        return {
            "model": self.model,
            "split": self.split,
            "part": self.part,
            "k": self.k,
            "figures": dict(self.figures),
            "groups": {name: dict(figures) for name, figures in self.groups.items()},
            "counts": asdict(self.counts),
            "cost": asdict(self.cost),
        }
