"""The first ten events of a person: what a list is worth after none, one, two, three, five, ten.

A fifth of the people with at least fifteen liked events are held out whole; models learn from the
others. Each held-out person is then asked for with the first n of their events as history, and what
they liked from the eleventh on is right (in the restaurants, what they took up from the eleventh
on). The same people and the same answers for every n, so a curve rises by what is known alone. The
whole catalog is ranked; the first ten events are never shown. "paths" is built as serving builds
it: popular and a tenth of new arrivals for strangers, the words of a profile where there is
one (in the restaurants, people name categories), and with events item neighbours, content and
popularity added up. How much popularity counts was chosen here on another draw of people; serving
takes it from how well model and popularity did when a version was made. "gain" is
the paired difference of paths to popularity in NDCG@10, with its 95 % bootstrap interval over
people.

![NDCG@10 by number of events](plots/cold_start.svg)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.form import Asked, Result, Row, run
from benchmarks.plots import Points, save_curves
from omakase.conformance.parts import MadeParts
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.evaluate.accuracy import ndcg
from omakase.evaluate.confidence import paired
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.paths import Offers, Paths
from omakase.registry import MODELS, build_pipeline, fitted
from omakase.types import PAD, Context, Queries, Rows, Slate
from omakase.worlds import as_dataset, make

K = 10
EVENTS = (0, 1, 2, 3, 5, 10)
FIRST = 10
LEAST = 15
FILMS, RESTAURANTS = "ml-100k", "restaurants (made world)"
CROWD = {FILMS: 4.0, RESTAURANTS: 0.5}
"""Chosen on another draw of people (seed 1), by the sum over all numbers of events."""
SINGLES = ("popular", "item_knn", "ease", "content")
KNOBS: Mapping[str, Mapping[str, Any]] = {"content": {"learns": True}}


@dataclass(frozen=True)
class HeldOut:
    """People that no model has seen.

    Attributes:
        data: everything.
        learnt: without their events.
        users: (Q,) their rows.
        liked: (Q,) their liked items, oldest first.
    """

    data: Dataset
    learnt: Dataset
    users: Rows
    liked: tuple[Rows, ...]

    @classmethod
    def of(cls, data: Dataset, seed: int) -> "HeldOut":
        """A fifth of the people with events enough."""
        liked = [_liked(data, user) for user in range(data.n_users)]
        long = np.asarray([u for u, items in enumerate(liked) if len(items) >= LEAST])
        users = np.sort(np.random.default_rng(seed).choice(long, len(long) // 5, replace=False))
        keep = ~np.isin(data.events.users, users)
        learnt = data.with_events(data.events.chosen(keep))
        return cls(data, learnt, users.astype(np.int32), tuple(liked[u] for u in users))

    def queries(self, events: int) -> Queries:
        """What they would ask after so many events; the first ten never come back."""
        first = np.stack([items[:FIRST] for items in self.liked])
        history = first[:, :events] if events else np.full((len(first), 1), PAD, dtype=np.int32)
        return Queries.of(history, users=self.users, exclude=first, contexts=self._contexts())

    def hits(self, slate: Slate) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """(Q, K) whether each place is right, and how many would be."""
        rest = [set(items[FIRST:].tolist()) for items in self.liked]
        hit = [[int(i) in right for i in row] for row, right in zip(slate.items, rest, strict=True)]
        return np.asarray(hit), np.asarray([len(right) for right in rest])

    def _contexts(self) -> tuple[Context, ...]:
        if "categories" not in self.data.users.columns:
            return tuple(Context() for _ in self.users)
        chosen = self.data.users[self.users.tolist()]
        wanted = chosen.select("categories", "excluded_categories").to_dicts()
        return tuple(Context(user={k: tuple(v or ()) for k, v in w.items()}) for w in wanted)


def _liked(data: Dataset, user: int) -> Rows:
    """A person's liked items in the order in which they first came."""
    line = data.timeline
    places = line.order[line.starts[user] : line.starts[user + 1]]
    items = data.events.items[places][data.events.weights[places] > 0]
    _, first = np.unique(items, return_index=True)
    return items[np.sort(first)]


def cold_start(asked: Asked) -> Result:
    """One table a data set, and the plot."""
    worlds = {FILMS: load(asked.folder(FILMS)).dataset}
    if not asked.quick:
        worlds[RESTAURANTS] = restaurants()
    rows: list[Row] = []
    panels: dict[str, dict[str, Points]] = {}
    for name, data in worlds.items():
        found = table(data, CROWD[name], asked.seeds[0])
        rows += [{"data": name, **row} for row in found]
        panels[name] = curves(found)
    if not asked.quick:
        save_curves("cold_start", panels, "events known", f"NDCG@{K}")
    return Result(rows, [verdict(rows, name) for name in worlds])


def restaurants() -> Dataset:
    """Four thousand people and twelve hundred restaurants, by known tastes."""
    return as_dataset(make("restaurants", users=4_000, items=1_200, events=160_000, seed=0))


def table(data: Dataset, crowd: float, seed: int) -> list[Row]:
    """A row for each number of events."""
    held = HeldOut.of(data, seed)
    models = {
        n: fitted(n, held.learnt, MODELS[n].config_type(**KNOBS.get(n, {})), seed=seed)
        for n in (*SINGLES, "newest")
    }
    parts = MadeParts(held.learnt.items, models)
    asks = {name: build_pipeline(alone(name), parts).recommend for name in SINGLES}
    asks["paths"] = paths(parts, crowd).recommend
    return [row(held, asks, events) for events in EVENTS]


def paths(parts: MadeParts, crowd: float) -> Paths:
    """What serving would run; `crowd` is how much popularity counts beside the models."""
    shares = {"item_knn": 1.0, "content": 1.0, "popular": crowd}
    known = PipelineConfig(
        name="known",
        sources=tuple(
            SourceSpec(kind="scored", name=name, share=share, config={"model": name})
            for name, share in shares.items()
        ),
        merge=PlugSpec(kind="weighted"),
        fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
        pool=200,
    )
    offers = Offers(likes={"categories": "category"}, crowd=crowd)
    return Paths.of(lambda config: build_pipeline(config, parts), known, offers)


def alone(name: str) -> PipelineConfig:
    """One model's own list."""
    return PipelineConfig(
        name=name,
        sources=(SourceSpec(kind="scored", config={"model": name}),),
        fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
    )


def row(held: HeldOut, asks: Mapping[str, Any], events: int) -> Row:
    """NDCG@10 of each, and how much better paths are than popularity."""
    queries = held.queries(events)
    figures = {}
    for name, ask in asks.items():
        hits, right = held.hits(ask(queries, K))
        figures[name] = ndcg(hits, right)
    gap = paired(figures["paths"], figures["popular"], rng=np.random.default_rng(0))
    return {
        "events": events,
        "people": len(queries),
        **{name: float(values.mean()) for name, values in figures.items()},
        "gain": gap.mean,
        "gain 95 %": [gap.low, gap.high],
    }


def curves(rows: list[Row]) -> dict[str, Points]:
    """A line for each way."""
    names = (*SINGLES, "paths")
    return {name: [(float(r["events"]), float(r[name])) for r in rows] for name in names}


def verdict(rows: list[Row], name: str) -> str:
    """From how many events on paths are surely better than popularity."""
    sure = [row["events"] for row in rows if row["data"] == name and row["gain 95 %"][0] > 0]
    worse = [row["events"] for row in rows if row["data"] == name and row["gain 95 %"][1] < 0]
    return (
        f"{name}: surely better than popularity at {', '.join(map(str, sure)) or 'no number of'} "
        f"events, surely worse at {', '.join(map(str, worse)) or 'none'}."
    )


if __name__ == "__main__":
    run("cold_start", cold_start, __doc__)
