"""Ways to put sources together, chosen a request: one pipeline each, over the same sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.lists import nothing
from omakase.errors import UnknownName
from omakase.pipeline.drawn import scattered
from omakase.pipeline.merges import (
    Cascade,
    Interleave,
    NoConfig,
    RanksConfig,
    ReciprocalRanks,
    SwitchConfig,
    Switching,
    WeightedScores,
)
from omakase.pipeline.pipeline import Pipeline
from omakase.protocols import Merge, Ranker
from omakase.types import PAD, Queries, Rows, Slate

Mode = Literal["", "exploration", "precision"]

MERGES: Final[Mapping[str, Merge]] = {
    "cascade": Cascade(NoConfig()),
    "mixed": Interleave(NoConfig()),
    "rrf": ReciprocalRanks(RanksConfig()),
    "switching": Switching(SwitchConfig()),
    "weighted": WeightedScores(NoConfig()),
}
NO_STACKS: Final[Mapping[str, Ranker]] = MappingProxyType({})
FEW, SOME = 5, 20


@dataclass(frozen=True)
class Strategies:
    """One pipeline for each strategy; `auto` picks by what is known of each person.

    Attributes:
        pipelines: by the name of the strategy.
    """

    pipelines: Mapping[str, Pipeline]

    @classmethod
    def of(cls, pipeline: Pipeline, stacks: Mapping[str, Ranker] = NO_STACKS) -> "Strategies":
        """The same sources, rankers and gate under each strategy's merge.

        Args:
            stacks: learnt rankers by the name of their strategy ("stacking", "attention"): they
                order what reciprocal rank fusion proposes, before the other rankers.
        """
        merged = {name: replace(pipeline, merge=merge) for name, merge in MERGES.items()}
        fused = merged["rrf"]
        learnt = {n: replace(fused, rankers=(r, *fused.rankers)) for n, r in stacks.items()}
        return cls(merged | learnt)

    def recommend(
        self, queries: Queries, k: int, *, mode: Mode = "", strategy: str = "auto"
    ) -> Slate:
        """(B, k), each query answered by the strategy; by `auto`, by the one `chosen` gives it.

        Raises:
            UnknownName: no such strategy.
        """
        if strategy != "auto":
            return self.named(strategy).recommend(queries, k)
        names = np.asarray(chosen(queries, mode))
        answer = nothing(len(queries), k)
        for name in np.unique(names):
            rows = np.flatnonzero(names == name).astype(np.int32)
            slate = self.pipelines[str(name)].recommend(queries[rows], k)
            answer = scattered(rows, slate, answer)
        return answer

    def named(self, strategy: str) -> Pipeline:
        """The pipeline of a strategy.

        Raises:
            UnknownName: there is none.
        """
        if strategy not in self.pipelines:
            raise UnknownName("strategy", strategy, self.pipelines)
        return self.pipelines[strategy]


def shares(figures: Mapping[str, float | None]) -> dict[str, float]:
    """How much each source counts, by how well it does alone: squared, never nothing.

    One of which nothing is known counts as much as the worst of the others.
    """
    figures_given = [figure for figure in figures.values() if figure is not None]
    worst = min(figures_given, default=1.0)
    return {name: (worst if f is None else f) ** 2 + 1e-6 for name, f in figures.items()}


def chosen(queries: Queries, mode: Mode = "") -> Sequence[str]:
    """The strategy for each query.

    Exploring mixes and precision weighs, whoever asks. Otherwise: under 5 events cascade, under
    20 switching, from there on weighted.
    """
    if mode:
        return ["mixed" if mode == "exploration" else "weighted"] * len(queries)
    return [_by_events(int(n)) for n in _events(queries)]


def _by_events(events: int) -> str:
    if events < FEW:
        return "cascade"
    return "switching" if events < SOME else "weighted"


def _events(queries: Queries) -> NDArray[np.int64]:
    history: Rows = queries.history
    return (history != PAD).sum(axis=1)
