"""Judging a live and a new version on the same events, which neither has learnt from.

- Recipes: both are fitted on the same earlier part and asked about the same later events. A recipe
  sees the earlier part alone, so one that peeks at what it is judged on gains nothing.
- Versions: both as they were saved, on events that came after either was trained. What was spoilt
  on the way to the disk shows here.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.arrays.topk import mask_rows, top_k
from omakase.artifacts.version import Version
from omakase.data.ids import IdMap
from omakase.data.splits import Split
from omakase.evaluate.compare import Candidate
from omakase.evaluate.fit_inputs import fit_inputs
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.report import Report
from omakase.evaluate.run import Scorer, evaluate
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.stack_examples import as_scores
from omakase.registry import build_pipeline
from omakase.types import PAD, Queries, Rows, Scores

LONG_SECONDS: Final = 60.0
"""A recipe that takes longer to fit and judge is not fitted again."""

SAMPLE_PEOPLE: Final = 1000
"""People whose lists are looked at for new items and categories."""

POOL: Final = 100
"""Places that a pipeline is asked for."""

NEW_SHARE: Final = 0.1
"""Items whose first event lies in the newest tenth of what was learnt are new."""


@dataclass(frozen=True)
class Judgement:
    """One side of a comparison.

    Attributes:
        reports: of the metric and its fellows, query by query; one for each fit.
        figures: guarded ones by name; `miscalibration@k` where items have categories.
    """

    reports: tuple[Report, ...]
    figures: Mapping[str, float]

    def per_query(self, metric: str) -> NDArray[np.float64]:
        """(S, Q) values of a metric: one row a fit, the same people in the same order."""
        return np.stack([report.per_query[metric] for report in self.reports])


def judge_recipes(
    split: Split,
    live: Candidate,
    new: Candidate,
    *,
    k: int = 10,
    seed: int = 0,
    fits: int = 3,
    mask_seen: bool = True,
) -> tuple[Judgement, Judgement]:
    """(live, new): fitted on what precedes the "test" part, asked about "test".

    A recipe with chance in it is fitted several times: of one lucky start nothing is left when it
    is trained anew, and the spread over people alone would call it sure.

    Args:
        fits: of each side, each from another seed; one where a second gives the same figures, or
            where the first took longer than `LONG_SECONDS`.

    Raises:
        EmptyData: the part holds nothing that could be predicted.
    """
    sides = [_fits(split, side, k, seed, fits, mask_seen) for side in (live, new)]
    return sides[0], sides[1]


def _fits(
    split: Split, side: Candidate, k: int, seed: int, fits: int, mask_seen: bool
) -> Judgement:
    learnt, config = fit_inputs(side.config, split, "test")
    judgements: list[Judgement] = []
    start = time.perf_counter()
    for number in range(fits):
        model = side.cls.fit(learnt, config, rng=np.random.default_rng(seed + number))
        judgements.append(_judge(model, split, k, mask_seen))
        same = number and judgements[-1].reports[0].figures == judgements[0].reports[0].figures
        if same or time.perf_counter() - start > LONG_SECONDS:
            break
    reports = tuple(report for judgement in judgements for report in judgement.reports)
    names = judgements[0].figures
    means = {
        name: float(np.mean([judgement.figures[name] for judgement in judgements]))
        for name in names
    }
    return Judgement(reports, means)


def judge_versions(
    split: Split,
    live: tuple[Version, str],
    new: tuple[Version, str],
    *,
    k: int = 10,
    mask_seen: bool = True,
) -> tuple[Judgement, Judgement]:
    """(live, new): models of saved versions, asked about events that came after both.

    Args:
        split: its "test" part came after both versions had been trained; see `by_moment`.
        live, new: a version, and the name of the model that answers in it.

    Raises:
        EmptyData: nothing that could be predicted came after them.
    """
    ids = split.learnt("test").ids
    scorers = [VersionScorer.of(version, name, ids) for version, name in (live, new)]
    return _judge(scorers[0], split, k, mask_seen), _judge(scorers[1], split, k, mask_seen)


def _judge(model: Scorer, split: Split, k: int, mask_seen: bool) -> Judgement:
    report = evaluate(model, split, "test", k=k, mask_seen=mask_seen)
    figures = {
        name: report.figures[name]
        for name in (f"coverage@{k}", f"diversity@{k}")
        if np.isfinite(report.figures[name])
    }
    figures["answer_milliseconds"] = report.cost.answer_milliseconds
    return Judgement((report,), {**figures, **_list_figures(model, split, k, mask_seen)})


def _list_figures(model: Scorer, split: Split, k: int, mask_seen: bool) -> dict[str, float]:
    """Share of new items, and how far categories of lists stray from those of histories."""
    questions = evaluation_queries(split, "test", mask_seen=mask_seen)
    queries = questions.queries(slice(0, min(len(questions), SAMPLE_PEOPLE)))
    scores = mask_rows(model.score(queries), queries.exclude)
    lists = top_k(scores, k).items
    figures = {f"new_items@{k}": _new_share(lists, split)}
    categories = _categories(split)
    if categories is not None:
        figures[f"miscalibration@{k}"] = _miscalibration(lists, queries.history, categories)
    return figures


def _new_share(lists: Rows, split: Split) -> float:
    """Of all places, the share with an item that is new."""
    learnt = split.learnt("test")
    first = np.full(learnt.n_items, len(learnt.events), dtype=np.int64)
    np.minimum.at(first, learnt.events.items, np.arange(len(learnt.events)))
    new = first >= (1 - NEW_SHARE) * len(learnt.events)
    real = lists != PAD
    return float(new[lists[real]].mean()) if real.any() else 0.0


def _categories(split: Split) -> NDArray[np.int64] | None:
    """(N,) number of each item's category; None where items have none."""
    items = split.learnt("test").items
    if items is None or "category" not in items.columns:
        return None
    column = items["category"]
    words = column.list.join(" > ") if column.dtype == pl.List else column.cast(pl.String)
    return np.asarray(np.unique(words.fill_null("").to_numpy(), return_inverse=True)[1])


def _miscalibration(lists: Rows, histories: Rows, categories: NDArray[np.int64]) -> float:
    """Mean total variation distance (0..1) between the mixes of a list and its history.

    Paper: Steck, "Calibrated Recommendations", RecSys 2018. Differs: total variation, which needs
        no smoothing, in place of the divergence.
    """
    has_history = (histories != PAD).any(axis=1) & (lists != PAD).any(axis=1)
    if not has_history.any():
        return 0.0
    size = int(categories.max()) + 1
    gaps = _mixes(lists[has_history], categories, size) - _mixes(
        histories[has_history], categories, size
    )
    return float(np.abs(gaps).sum(axis=1).mean() / 2)


def _mixes(rows: Rows, categories: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """(B, size) share of each category in (B, L) item rows."""
    real = rows != PAD
    people = np.nonzero(real)[0]
    counts = np.zeros((len(rows), size))
    np.add.at(counts, (people, categories[rows[real]]), 1.0)
    return counts / counts.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class VersionScorer:
    """A saved version's model, asked by the rows of another id map.

    Items that the version does not know get a score below all that it knows; users and items of
    a history that it does not know are left out.

    Attributes:
        model: of the version.
        users: (U,) row of the version for each row of the other map; PAD where unknown.
        items: (N,) likewise.
    """

    model: Scorer
    users: Rows
    items: Rows

    @classmethod
    def of(cls, version: Version, name: str, ids: IdMap) -> Self:
        """The named model of a version, asked by rows of `ids`."""
        model: Any = version.model(name) if name in version.models else _Pipeline.of(version, name)
        users, items = version.ids.users.rows(ids.users.ids), version.ids.items.rows(ids.items.ids)
        return cls(model, users, items)

    def score(self, queries: Queries) -> Scores:
        """(B, N) by the other map's items."""
        known = self.model.score(self._translate(queries))
        scores = np.full((len(queries), len(self.items)), known.min(initial=0.0) - 1, np.float32)
        columns = np.flatnonzero(self.items != PAD)
        scores[:, columns] = known[:, self.items[columns]]
        return scores

    def _translate(self, queries: Queries) -> Queries:
        return replace(
            queries,
            users=_map_rows(self.users, queries.users),
            history=_map_rows(self.items, queries.history),
            exclude=_map_rows(self.items, queries.exclude),
            allowed=None,
        )


@dataclass(frozen=True)
class _Pipeline:
    """A pipeline of a version (a hybrid's, say) as one that scores: its places, from the best."""

    pipeline: Pipeline
    n_items: int

    @classmethod
    def of(cls, version: Version, name: str) -> Self:
        return cls(build_pipeline(version.pipelines[name], version), version.n_items)

    def score(self, queries: Queries) -> Scores:
        return as_scores(self.pipeline.recommend(queries, POOL), self.n_items)


def _map_rows(table: Rows, rows: Rows) -> Rows:
    return np.where(rows == PAD, PAD, table[np.where(rows == PAD, 0, rows)]).astype(np.int32)
