"""Why an item is in a list, as far as the models can tell, and whether it is true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.constant_scores import ConstantScores
from omakase.explain.evidence import Rescores, evidence, verify_evidence
from omakase.pipeline.pipeline import Pipeline
from omakase.protocols import Attributes, Explains, ExplainsItself, Model, Primary, Source
from omakase.types import PAD, Queries, Rows, Scores, Slate

UNASKED: Final[Mapping[str, Slate]] = MappingProxyType({})
MOST = np.iinfo(np.int64).max
TRIED = 2
"""What each model cites for an item, at most, that a ranker is asked about."""


@runtime_checkable
class HasModel(Protocol):
    """A source that proposes what one model finds."""

    @property
    def model(self) -> Model[Any]: ...


Citation = tuple[tuple[tuple[int, float], ...], float]
"""Of one item what is cited and how much that weighs; see `Reason`."""


@dataclass(frozen=True)
class Reason:
    """Why one item is in one list.

    Attributes:
        primary: in a word.
        confidence: 0..1; what the cited items hold of all that speaks for the item and against
            it. 0 where nothing is cited.
        because: cited items of the history with the share of the support each gives, largest
            first.
        algorithms: names of the sources that proposed it with the place each gave it, from 0.
        said: words of the person's profile that the item holds.
    """

    primary: Primary
    confidence: float
    because: tuple[tuple[int, float], ...]
    algorithms: tuple[tuple[str, int], ...]
    said: tuple[str, ...] = ()


def reasons(
    pipeline: Pipeline,
    queries: Queries,
    slate: Slate,
    *,
    cited: int = 2,
    found: Mapping[str, Slate] = UNASKED,
) -> list[list[Reason]]:
    """A reason for each item of (B, K) `slate`, in its order, PAD left out.

    Asks the model of the source that placed the item highest what of the history speaks for it.
    Cost: a model that cannot tell (`Explains`) is asked once more for each event of the history.

    Where a ranker weighs what several models say, those that can tell are asked what speaks for
    the items, and the ranker what it would think without that (`verify_evidence`): cited is only
    what the item's score would lose. What a person refused, rated low or took back is never cited,
    however a model comes to count it in favour of an item.

    Args:
        found: what came out of each of `Pipeline.stages`; without it the sources are asked again.
    """
    found = found or dict(pipeline.stages(queries, max(1, slate.items.shape[1])))
    sources = [proposer.source for proposer in pipeline.proposers]
    positions = np.stack([_places(found[f"source {s.name}"], slate) for s in sources])  # (S, B, K)
    highest = _leading(pipeline, positions)
    reason_query = _ReasonQuery(
        tuple(sources), queries, slate, highest, cited, _rescores(pipeline, found)
    )
    return [
        [
            reason_query.reason(b, n, at)
            for n, at in enumerate(positions[:, b].T.tolist())
            if items[n] != PAD
        ]
        for b, items in enumerate(slate.items)
    ]


@dataclass(frozen=True)
class _ReasonQuery:
    """The evidence of each source that placed some item highest, asked for once.

    Attributes:
        sources: of the pipeline.
        queries: B of them.
        slate: (B, K).
        highest: (B, K) position of the source that the item is due to, -1 where none proposed it.
        most: items of the history that are cited for one.
        weighed: who ranked by scores of its own, and what came to it; None where nobody did.
    """

    sources: tuple[Source, ...]
    queries: Queries
    slate: Slate
    highest: NDArray[np.int64]
    most: int
    weighed: tuple[Rescores, Slate] | None = None

    @cached_property
    def speaking(self) -> Mapping[int, ExplainsItself]:
        """The sources that say themselves why, by their position."""
        return {
            n: source for n, source in enumerate(self.sources) if isinstance(source, ExplainsItself)
        }

    @cached_property
    def cited(self) -> Mapping[int, list[list[Citation]]]:
        """(B, K) by the position of a source: what is cited for the items that are due to it."""
        if self.weighty is not None:
            together = _cite(self.weighty, self.queries, self.most)
            return dict.fromkeys(range(len(self.sources)), together)
        return {n: _cite(parts, self.queries, self.most) for n, parts in self.parts.items()}

    @cached_property
    def parts(self) -> dict[int, Scores]:
        return {
            n: evidence(source.model, self.queries, self.slate.items)
            for n, source in enumerate(self.sources)
            if isinstance(source, HasModel) and (self.highest == n).any()
        }

    @cached_property
    def stranger(self) -> NDArray[np.bool_]:
        """(B,) of whom nothing is known that a taste could be told from."""
        has_history = (self.queries.history != PAD).any(axis=1) | (self.queries.users != PAD)
        has_profile = [any(context.user.values()) for context in self.queries.contexts]
        return ~(has_history | np.asarray(has_profile)) if has_profile else ~has_history

    @cached_property
    def weighty(self) -> Scores | None:
        """(B, K, L) by who ranked, of what the models that can tell cite; None where nobody did."""
        if self.weighed is None:
            return None
        history, items = self.queries.history, self.slate.items
        cited = np.zeros(history.shape, dtype=np.bool_)
        for source in self.sources:
            if isinstance(source, HasModel) and isinstance(source.model, Explains):
                parts = source.model.contributions(self.queries, items)
                loudest = np.argsort(-parts, axis=2, kind="stable")[:, :, :TRIED]  # (B, K, T)
                speaks = np.take_along_axis(parts, loudest, axis=2) > 0
                for b in range(len(items)):
                    cited[b, loudest[b][speaks[b]]] = True
        ranker, pool = self.weighed
        return verify_evidence(ranker, self.queries, pool, items, cited & self.queries.citable())

    def reason(self, b: int, n: int, places: Sequence[int]) -> Reason:
        """Of the item at place n of query b, which the sources put at (S,) places."""
        by = sorted((position, s) for s, position in enumerate(places) if position >= 0)
        algorithms = tuple((self.sources[s].name, position) for position, s in by)
        best = int(self.highest[b, n])
        if best < 0:
            return Reason("fill", 0.0, (), ())
        if best in self.speaking:
            statement = self.speaking[best].says(self.queries, b, int(self.slate.items[b, n]))
            return Reason(statement.primary, 0.0, (), algorithms, statement.words)
        if everybodys := _everybodys(self.sources[best]):
            return Reason(everybodys, 0.0, (), algorithms)
        if self.stranger[b]:
            return Reason("list", 0.0, (), algorithms)
        if best not in self.cited:
            return Reason("taste", 0.0, (), algorithms)
        because, confidence = self.cited[best][b][n]
        return Reason("history" if because else "taste", confidence, because, algorithms)


def _everybodys(source: Source) -> Primary | None:
    """Why an item is there that everybody would get; None where the list is the person's own."""
    model = source.model if isinstance(source, HasModel) else None
    return model.primary if isinstance(model, ConstantScores) else None


def _leading(pipeline: Pipeline, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """(B, K) position of the source that an item is due to, -1 where none proposed it."""
    if isinstance(pipeline.merge, Attributes):
        return pipeline.merge.leading(places)
    return np.where(places.max(axis=0) < 0, -1, np.where(places < 0, MOST, places).argmin(axis=0))


def _rescores(pipeline: Pipeline, found: Mapping[str, Slate]) -> tuple[Rescores, Slate] | None:
    """The first ranker with scores of its own, and what came out of the stage before it."""
    stage = "merge"
    for ranker in pipeline.rankers:
        if isinstance(ranker, Rescores):
            return ranker, found[stage]
        stage = f"ranker {type(ranker).__name__}"
    return None


def _places(proposed: Slate, slate: Slate) -> NDArray[np.int64]:
    """(B, K): where the source put each item, -1 where it did not propose it."""
    same = slate.items[:, :, None] == proposed.items[:, None, :]  # (B, K, P)
    if not same.shape[2]:
        return np.full(slate.items.shape, -1)
    return np.where(same.any(axis=2), same.argmax(axis=2), -1)


def _cite(parts: Scores, queries: Queries, most: int) -> list[list[Citation]]:
    """(B, K): of (B, K, L) parts the items that speak loudest, and what they hold of all said."""
    together = zip(parts, queries.history, queries.citable(), strict=True)
    return [_loudest(*row_evidence, most) for row_evidence in together]


def _loudest(parts: Scores, history: Rows, citable: NDArray[np.bool_], most: int) -> list[Citation]:
    """(K,) of one query's (K, L) parts; only items at `citable` (L,) places are cited."""
    items, inverse = np.unique(history, return_inverse=True)
    shape = (len(parts), len(items))
    at = inverse + shape[1] * np.arange(shape[0])[:, None]
    parts_heard = np.where(history == PAD, 0, parts)
    sums = np.bincount(at.ravel(), parts_heard.ravel(), minlength=shape[0] * shape[1]).reshape(
        shape
    )
    totals = np.abs(sums).sum(axis=1)
    positive = np.where(sums > 0, sums, 0).sum(axis=1)
    parts_heard = np.where(np.isin(items, history[citable]), sums, 0)
    best = np.argsort(-parts_heard, axis=1, kind="stable")[:, :most]
    loudest = np.take_along_axis(parts_heard, best, axis=1).tolist()
    citations = zip(items[best].tolist(), loudest, totals.tolist(), positive.tolist(), strict=True)
    return [_citation(*citation) for citation in citations]


def _citation(
    items: Sequence[int], heard: Sequence[float], total: float, positive: float
) -> Citation:
    """Of one item: those that are heard, each with its share of what speaks for it."""
    loud = [
        (item, amount) for item, amount in zip(items, heard, strict=True) if amount > 1e-9 * total
    ]
    if not loud:
        return (), 0.0
    because = tuple((item, amount / positive) for item, amount in loud)
    return because, sum(amount for _, amount in loud) / total
