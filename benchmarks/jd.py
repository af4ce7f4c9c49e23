"""Purchases of a shop: do views and favourites help to predict them.

JD with 217,977 views, 7,380 favourites and 60,967 purchases to learn from; the validation and test
purchases came with the data. One model, `graph_filter`, learns once from purchases alone and once
from all three, and is asked the same questions both times: what will this person buy that they have
not bought. Only what was bought is masked; what was looked at may well be bought next. Each side
gets its own best settings on the validation purchases, from the grids below. The difference is
paired over people, with a 95 % bootstrap interval.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, run
from benchmarks.given import Figures, K, answered, bounds, some
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Part, Split, published_split
from omakase.evaluate.confidence import paired_difference
from omakase.evaluate.questions import evaluation_queries
from omakase.models import popular
from omakase.models.graph_filter import GraphFilter, GraphFilterConfig
from omakase.protocols import Model
from omakase.types import Queries, Scores

MEASURE = f"ndcg@{K}"
KNOBS: Mapping[str, tuple[float, ...]] = {"ridge": (0.2, 1.0), "popularity": (0.1, 0.3)}
VIEWS: tuple[float, ...] = (0.1, 0.3, 1.0)
FAVOURITES: tuple[float, ...] = (0.3, 1.0)


@dataclass(frozen=True)
class Signals:
    """How much each kind of event counts; 0 is as if it had not happened."""

    view: float
    bookmark: float
    purchase: float = 1.0


@dataclass(frozen=True)
class Informed:
    """A model asked with a history of its own choosing, whatever the question holds."""

    model: Model[Any]
    history: Dataset

    def score(self, queries: Queries) -> Scores:
        """(B, N)"""
        return self.model.score(self.history.queries(queries.users))


@dataclass(frozen=True)
class Choice:
    """Settings of one side."""

    signals: Signals
    config: GraphFilterConfig


def jd(asked: Asked) -> Result:
    """Popularity, purchases alone, all three, and the difference."""
    loaded = load(asked.folder("jd-multibehavior"))
    split = published_split(loaded.dataset, loaded.parts or {})
    alone = best(split, choices((Signals(0, 0),), asked.quick), asked.quick)
    signals = tuple(Signals(view, mark) for view, mark in product(VIEWS, FAVOURITES))
    together = best(split, choices(signals, asked.quick), asked.quick)
    bought = purchases_only(split)
    test = evaluation_queries(bought, "test")
    shelf = popular.Popular.fit(
        bought.learnt("test"), popular.PopularConfig(), rng=np.random.default_rng(0)
    )
    figures = {
        "popular": answered(shelf, test),
        "purchases": answered(fitted(split, "test", alone), test),
        "purchases, views, favourites": answered(fitted(split, "test", together), test),
    }
    rows = [row(name, each) for name, each in figures.items()]
    gains, words = gained(figures["purchases, views, favourites"], figures["purchases"])
    notes = [words, f"purchases: {alone}.", f"all three: {together}."]
    return Result([*rows, gains], notes)


def choices(signals: tuple[Signals, ...], quick: bool) -> Iterator[Choice]:
    """Every signal with every setting; two of them in a quick run."""
    for each in signals[: 1 if quick else None]:
        for values in list(product(*KNOBS.values()))[: 2 if quick else None]:
            knobs = dict(zip(KNOBS, values, strict=True))
            yield Choice(each, GraphFilterConfig(rank=200, binarise=False, **knobs))  # type: ignore[arg-type]


def best(split: Split, tried: Iterator[Choice], quick: bool) -> Choice:
    """The choice with the highest NDCG on the validation purchases."""
    asked = evaluation_queries(purchases_only(split), "validation")
    if quick:
        asked = some(asked, 500, np.random.default_rng(0))
    found: list[tuple[float, Choice]] = []
    for choice in tried:
        figures = answered(fitted(split, "validation", choice), asked)
        found.append((float(figures[MEASURE].mean()), choice))
        print(f"validation {found[-1][0]:.4f} {choice}", flush=True)
    return max(found, key=lambda each: each[0])[1]


def fitted(split: Split, part: Part, choice: Choice) -> Informed:
    """The graph filter, learnt from and asked with events that count as chosen."""
    learnt = weighed(split.learnt(part), choice.signals)
    model = GraphFilter.fit(learnt, choice.config, rng=np.random.default_rng(0))
    return Informed(model, learnt)


def weighed(data: Dataset, signals: Signals) -> Dataset:
    """The events that count, with their weights."""
    weights = np.asarray([getattr(signals, kind) for kind in data.kinds], np.float32)
    events = replace(data.events, weights=weights[data.events.kinds])
    return data.with_events(events.chosen(events.weights > 0))


def purchases_only(split: Split) -> Split:
    """What is asked: the same for every side."""
    bought = Signals(0, 0)
    return replace(
        split,
        train=weighed(split.train, bought),
        validation=weighed(split.validation, bought),
        test=weighed(split.test, bought),
    )


def row(name: str, figures: Figures) -> dict[str, Any]:
    """A line of the table."""
    return {
        "model": name,
        **{measure: float(values.mean()) for measure, values in figures.items()},
        f"95 % of {MEASURE}": bounds(figures[MEASURE]),
    }


def gained(more: Figures, less: Figures) -> tuple[dict[str, Any], str]:
    """The paired differences as a line and as a sentence."""
    rng = np.random.default_rng(0)
    gaps = {measure: paired_difference(more[measure], less[measure], rng=rng) for measure in more}
    line: dict[str, Any] = {"model": "gain of views and favourites"}
    for measure, gap in gaps.items():
        line |= {measure: gap.mean, f"95 % of {measure}": [gap.low, gap.high]}
    sure = all(gap.low > 0 for gap in gaps.values())
    gap = gaps[MEASURE]
    verdict = "help" if sure else "do not surely help"
    return line, f"views and favourites {verdict}: {MEASURE} {gap.low:+.4f} to {gap.high:+.4f}."


if __name__ == "__main__":
    run("jd", jd, __doc__)
