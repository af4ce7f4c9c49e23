"""Sources propose, one merge, rankers take turns, the gate closes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import ceil

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.lists import side_by_side, stacked, trimmed
from omakase.bandits.feedback import Feedback
from omakase.pipeline.drawn import carried, without
from omakase.pipeline.filtering import FilteredRetrieval, allowing
from omakase.pipeline.rules import NO_RULES, CompiledRules
from omakase.protocols import (
    Draws,
    DrawsMerge,
    LearnsOnline,
    Merge,
    Ranker,
    Shares,
    Source,
)
from omakase.rankers.gate import Gate
from omakase.stacking.calibration import GivesProbability, ScoreCalibration
from omakase.types import PAD, Queries, Slate

LARGE = 200_000
"""Items from which the filters of a person or a request are asked of candidates, not of all."""


@dataclass(frozen=True)
class Proposer:
    """A source in its place.

    Attributes:
        source: who proposes.
        share: how much it counts in the merge.
        quota: most candidates asked of it; None for the whole pool.
    """

    source: Source
    share: float = 1.0
    quota: int | None = None

    def proposals(self, queries: Queries, pool: int) -> Slate:
        return self.source.candidates(queries, pool if self.quota is None else self.quota)


@dataclass(frozen=True)
class Pipeline:
    """One immutable value a process: to change it, put another in its place.

    `registry.build_pipeline` makes one of a configuration and a version.

    Attributes:
        name: of the configuration.
        proposers: asked in order; an earlier one wins a tie.
        merge: makes one slate of theirs.
        rankers: applied in order.
        gate: always last; nothing passes by it, the fallback neither.
        rules: the owner's; those of a request come on top.
        fallback: fills rows that came out short; None leaves them short.
        oversample: candidates asked of a source for each item to be shown.
        pool: least candidates asked of a source.
        meaning: of the scores, as it was found when the pipeline was judged.
    """

    name: str
    proposers: tuple[Proposer, ...]
    merge: Merge
    rankers: tuple[Ranker, ...]
    gate: Gate
    fallback: Source | None = None
    rules: CompiledRules = NO_RULES
    oversample: float = 5.0
    pool: int = 100
    meaning: ScoreCalibration | None = None

    def recommend(self, queries: Queries, k: int, *, rules: CompiledRules = NO_RULES) -> Slate:
        """(B, k), best first, PAD where nothing is left to show.

        The order is what counts: after a ranker that spreads or pins, scores need not fall.

        Args:
            rules: of this request, beside the pipeline's own.
        """
        if len(queries) > 1 and (self.rules.personal or rules.personal):
            rows = (self.recommend(queries[b : b + 1], k, rules=rules) for b in range(len(queries)))
            return stacked(list(rows))
        *_, (_, slate) = self.stages(queries, k, rules=rules)
        return slate

    def stages(
        self, queries: Queries, k: int, *, rules: CompiledRules = NO_RULES
    ) -> Iterator[tuple[str, Slate]]:
        """What `recommend` does, step by step: the name of each step and what came out of it.

        Rules that ask about people or requests are answered for one query at a time.
        """
        ruled, pinnable = self._ruled(rules), queries
        queries, extra_rules = self._allowing(queries, rules)
        narrowed = self._closing.narrowed(queries)
        asking = FilteredRetrieval(narrowed, extra_rules, len(self.gate.available), k)
        proposals = []
        for proposer in self.proposers:
            proposals.append(asking.of(partial(proposer.proposals, pool=self._pool_size(k))))
            yield f"source {proposer.source.name}", proposals[-1]
        pins = self.gate.rank(pinnable, ruled.pins_for(pinnable)) if ruled.pins else None

        def passing(given: Slate) -> Slate:
            return self._closing.rank(queries, asking.passing(given))

        def free(given: Slate) -> Slate:
            return without(given, pins, ruled.pins, k)

        if self._merge_draws and isinstance(self.merge, DrawsMerge):
            ready = [free(passing(ruled.boosted(narrowed, proposal))) for proposal in proposals]
            slate = self.merge.drawn(queries, ready, self._shares, k)
            yield "merge", slate
        else:
            slate = trimmed(self.merge.merge(narrowed, proposals, self._shares))
            yield "merge", slate
            for ranker in self._orders:
                slate = ranker.rank(narrowed, slate)
                yield f"ranker {type(ranker).__name__}", slate
            if ruled.boosts:
                slate = ruled.boosted(narrowed, slate)
                yield "boosts", slate
            slate = passing(slate)
            yield "gate", slate
        for drawer in self._draws:
            slate = drawer.draw(queries, free(slate), k)
            yield f"ranker {type(drawer).__name__}", slate
        drawn = slate
        slate = self._fill(queries, asking, slate, k)
        if pins is not None:
            yield "filled", slate
            slate = ruled.pinned(slate, pins)
        yield "answer", carried(slate, drawn)

    @property
    def calibration(self) -> ScoreCalibration | None:
        """What scores mean: as the last ranker that knows has learnt it, else as it was judged."""
        for ranker in reversed(self.rankers):
            if isinstance(ranker, GivesProbability):
                return ScoreCalibration(f"ranker {type(ranker).__name__}", ranker.curve)
        return self.meaning

    def with_available(self, available: NDArray[np.bool_]) -> "Pipeline":
        """The same with another mask (N,): False where an item is hidden or out of stock."""
        if available.shape != self.gate.available.shape:
            raise ValueError(f"mask {available.shape} for {len(self.gate.available)} items")
        return replace(self, gate=self.gate.open_to(available))

    def with_feedback(self, feedback: Feedback) -> "Pipeline":
        """The same, its rankers that learn of showings and clicks with newer counts (N,)."""
        return replace(
            self,
            rankers=tuple(
                ranker.with_feedback(feedback) if isinstance(ranker, LearnsOnline) else ranker
                for ranker in self.rankers
            ),
        )

    @cached_property
    def draws(self) -> bool:
        """Whether something of a list is left to chance."""
        return self._merge_draws or bool(self._draws)

    @cached_property
    def _merge_draws(self) -> bool:
        """Where a ranker comes after it, the merge leaves nothing to chance: it would be untrue."""
        merge = self.merge
        alone = len(self.proposers) > 1 and not self._orders
        return isinstance(merge, DrawsMerge) and merge.draws and alone

    @cached_property
    def _orders(self) -> tuple[Ranker, ...]:
        """Rankers that leave nothing to chance."""
        return tuple(ranker for ranker in self.rankers if not isinstance(ranker, Draws))

    @cached_property
    def _draws(self) -> tuple[Draws, ...]:
        """Those that draw: at most one, for the chances of two together are nobody's."""
        return tuple(ranker for ranker in self.rankers if isinstance(ranker, Draws))

    @property
    def _shares(self) -> Shares:
        return np.asarray([proposer.share for proposer in self.proposers])

    def _pool_size(self, k: int) -> int:
        return min(max(self.pool, ceil(k * self.oversample)), len(self.gate.available))

    @cached_property
    def _closing(self) -> Gate:
        """The gate, with the pipeline's own rules that hold whoever asks: found once, then kept."""
        standing_rules = self.rules.standing
        return self.gate if standing_rules is None else self.gate.closed_to(standing_rules)

    def _ruled(self, rules: CompiledRules) -> CompiledRules:
        """Its own rules and those of a request."""
        return self.rules if rules is NO_RULES else self.rules.with_those_of(rules)

    def _allowing(self, queries: Queries, rules: CompiledRules) -> tuple[Queries, CompiledRules]:
        """The questions with what filters let pass marked, and filters that they do not hold.

        The latter are those of long catalogs, which candidates are asked of.
        """
        if rules is NO_RULES and self.rules is NO_RULES:
            return queries, NO_RULES
        extra_rules = self.rules.beyond_standing(rules)
        if len(self.gate.available) > LARGE:
            return queries, extra_rules
        return allowing(queries, extra_rules.allows(queries)), NO_RULES

    def _fill(self, queries: Queries, asking: FilteredRetrieval, slate: Slate, k: int) -> Slate:
        """Exactly k wide; short rows go on with the fallback's, through the gate."""
        slate = _resize(slate, k)
        if self.fallback is None or (slate.items[:, -1] != PAD).all():
            return slate
        fillers = asking.of(partial(self.fallback.candidates, k=2 * k))
        both = side_by_side([slate, Slate(fillers.items, _below(slate, fillers))])
        return _resize(self._closing.rank(queries, both), k)


def _resize(slate: Slate, k: int) -> Slate:
    """The first k of each row, PAD where there are fewer."""
    missing = k - slate.items.shape[1]
    if missing <= 0:
        return Slate(slate.items[:, :k], slate.scores[:, :k])
    width = ((0, 0), (0, missing))
    return Slate(
        np.pad(slate.items, width, constant_values=PAD),
        np.pad(slate.scores, width, constant_values=-np.inf),
    )


def _below(slate: Slate, more: Slate) -> NDArray[np.float32]:
    """Falling scores for `more`, all under the lowest of each row, of its sign or lower."""
    lowest = slate.scores.min(axis=1, where=slate.items != PAD, initial=np.inf)
    lowest = np.where(np.isinf(lowest), 1, lowest)[:, None]
    step = (1 + np.arange(more.items.shape[1])) / (1 + more.items.shape[1])
    return (lowest - np.maximum(np.abs(lowest), 1e-6) * step).astype(np.float32)
