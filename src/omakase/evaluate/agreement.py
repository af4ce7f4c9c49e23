"""How alike the lists of two models are, and how fast and how wide each is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class ListFigures:
    """How one model answers some questions.

    Attributes:
        clicks_held: of the items that were clicked, the share that its lists hold too; None where
            nothing was. It favours the model that was shown: nobody clicks what they did not see.
        median_ms, p95_ms: of a list, in milliseconds.
        items: different ones in all lists.
    """

    clicks_held: float | None
    median_ms: float
    p95_ms: float
    items: int


@dataclass(frozen=True, slots=True)
class TimedLists:
    """Lists of item ids, one a question, and the milliseconds that each took."""

    lists: Sequence[Sequence[str]]
    milliseconds: Sequence[float]

    def figures(self, clicked: Sequence[Collection[str]]) -> ListFigures:
        """How these answer; `clicked` are the items that were clicked of what was shown."""
        total = sum(map(len, clicked))
        hits = sum(
            len(set(items) & set(clicks)) for items, clicks in zip(self.lists, clicked, strict=True)
        )
        times = np.asarray([*self.milliseconds] or [0.0])
        return ListFigures(
            clicks_held=round(hits / total, 4) if total else None,
            median_ms=round(float(np.median(times)), 3),
            p95_ms=round(float(np.quantile(times, 0.95)), 3),
            items=len({item for items in self.lists for item in items}),
        )


def overlap(first: Sequence[Sequence[str]], second: Sequence[Sequence[str]]) -> float:
    """Mean share of a list's items that are in the other one's, over questions; 1 for no question.

    Of lists of different lengths the longer one counts.
    """
    shares = [
        len(set(a) & set(b)) / longest if (longest := max(len(a), len(b))) else 1.0
        for a, b in zip(first, second, strict=True)
    ]
    return float(np.mean(shares)) if shares else 1.0


def same_first(first: Sequence[Sequence[str]], second: Sequence[Sequence[str]]) -> float:
    """Share of the questions with the same item at the first place; 1 for no question."""
    same = [list(a[:1]) == list(b[:1]) for a, b in zip(first, second, strict=True)]
    return float(np.mean(same)) if same else 1.0
