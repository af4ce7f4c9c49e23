"""What reasons cite: nothing that a person refused, rated low or took back.

Everybody of ML-100K gets the first ten items of each model's list with their reasons, by all their
ratings; "against" counts reasons that cite an item which that person gave less than three stars.
Then people who never were: each has 3 to 40 events of random kinds on random items, dislikes,
refusals, low ratings, things out of the cart again and returned ones among them, and is asked for
as a request is, by the same weighing. "against" counts reasons that cite an item which they
disliked, refused, rated below three stars, or whose cart or purchase they took back last.
"cite" is how many reasons name anything of the past at all.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.build.trainable import HYBRID, HybridConfig, fit_hybrid
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.explain.reasons import reasons
from omakase.pipeline.pipeline import Pipeline
from omakase.queries import one_query
from omakase.registry import MODELS, build_pipeline, fit_model
from omakase.types import Queries
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.engine import default_kinds
from omakase_service.online_store.contracts import PastColumns
from omakase_service.serving.engine import weigh_past, weighting_of

NAMES = ("ease", "item_knn", "user_knn", "ials", "transitions", "content")
SHOWN = 10
BLOCK = 50
LATEST_EVENTS = 200
MIDDLE = 3
SIMULATED = 1000

REFUSALS = frozenset(("dislike", "not_interested", "inappropriate"))
TAKE_BACKS = frozenset(("remove_from_cart", "return", "cancel", "refund"))
TAKEN = frozenset(("cart", "purchase"))
KINDS = ("view", "click", "like", "rating", "rating", *sorted(REFUSALS | TAKE_BACKS | TAKEN))

Forbidden = Sequence[frozenset[int]]
"""Of each person the item rows that no reason may cite."""


def cited_reasons(asked: Asked) -> Result:
    """A line for each model and each kind of people."""
    data = load(asked.folder("ml-100k")).dataset
    chance = np.random.default_rng(asked.seeds[0])
    names = NAMES[:2] if asked.quick else (*NAMES, HYBRID)
    simulated = [history(chance, data.ids.items.ids) for _ in range(SIMULATED)]
    forbidden = [refused(data, past) for past in simulated]
    rows: list[Row] = []
    for name in names:
        print(name, flush=True)
        pipeline = pipeline_of(name, data, asked.seeds[0])
        rows.append(line("ml-100k", name, pipeline, rated(data), low_rated(data)))
        people = [query(data, past) for past in simulated]
        rows.append(line("simulated", name, pipeline, people, forbidden))
    wrong = sum(int(str(row["against"])) for row in rows)
    verdict = "met" if not wrong else "not met"
    return Result(rows, [f"The bar is none: {wrong} reasons cite what speaks against: {verdict}."])


def line(
    data: str, model: str, pipeline: Pipeline, people: Sequence[Queries], forbidden: Forbidden
) -> Row:
    """What the reasons of some people cite; (1,) queries each, or blocks of them."""
    shown = cite = against = asked = 0
    for queries in people:
        slate = pipeline.recommend(queries, SHOWN)
        for told in reasons(pipeline, queries, slate):
            cited = [{item for item, _ in reason.because} for reason in told]
            shown += len(cited)
            cite += sum(map(bool, cited))
            against += sum(bool(each & forbidden[asked]) for each in cited)
            asked += 1
    return {
        "data": data,
        "model": model,
        "people": asked,
        "reasons": shown,
        "cite": cite,
        "against": against,
    }


def pipeline_of(name: str, data: Dataset, seed: int) -> Pipeline:
    """The model alone, as a version serves it; of the hybrid its whole stack."""
    if name == HYBRID:
        made = fit_hybrid(HybridConfig(), data, seed=seed)
        parts = InMemoryVersion(data.items, made.models, stacks=made.stacks)
        return build_pipeline(made.pipeline, parts)
    model = fit_model(name, data, MODELS[name].config_type(), seed=seed)
    parts = InMemoryVersion(data.items, {name: model})
    source = {"kind": "scored", "name": name, "config": {"model": name}}
    return build_pipeline({"name": name, "sources": [source]}, parts)


def rated(data: Dataset) -> list[Queries]:
    """Everybody, by blocks, with their newest events."""
    users = np.arange(data.n_users, dtype=np.int32)
    return [
        data.queries(users[at : at + BLOCK], length=LATEST_EVENTS)
        for at in range(0, data.n_users, BLOCK)
    ]


def low_rated(data: Dataset) -> Forbidden:
    """By the ratings themselves."""
    events, found = data.events, [set[int]() for _ in range(data.n_users)]
    for user, item in zip(
        events.users[events.values < MIDDLE], events.items[events.values < MIDDLE], strict=True
    ):
        found[user].add(int(item))
    return [frozenset(items) for items in found]


def history(chance: np.random.Generator, items: Sequence[str]) -> list[HistoryEvent]:
    """Random events on few items, so that there are several on one; oldest first."""
    size = int(chance.integers(3, 41))
    mine = [items[at] for at in chance.integers(0, len(items), max(2, size // 2))]
    return [
        HistoryEvent(
            item_id=str(chance.choice(mine)),
            kind=(kind := str(chance.choice(KINDS))),
            value=float(chance.integers(1, 6)) if kind == "rating" else None,
            time=1_700_000_000 + 60 * at,
        )
        for at in range(size)
    ]


def query(data: Dataset, past: Sequence[HistoryEvent]) -> Queries:
    """As a request asks: the declared kinds weigh the events."""
    told = weigh_past(weighting_of(default_kinds()), *PastColumns.of(past))
    seen = [item for item, _, _ in told.events]
    return one_query(data.ids, history=told.events, stances=told.stances, exclude=seen)


def refused(data: Dataset, past: Sequence[HistoryEvent]) -> frozenset[int]:
    """What no reason may cite, read off the events one by one."""
    found = {event.item_id for event in past if _speaks_against(event)}
    last: Mapping[str, str] = {e.item_id: e.kind for e in past if e.kind in TAKE_BACKS | TAKEN}
    found |= {item for item, kind in last.items() if kind in TAKE_BACKS}
    return frozenset(_rows(data, found))


def _speaks_against(event: HistoryEvent) -> bool:
    low = event.kind == "rating" and event.value is not None and event.value < MIDDLE
    return low or event.kind in REFUSALS


def _rows(data: Dataset, items: set[str]) -> Iterator[int]:
    return (data.ids.items.row(item) for item in items)


if __name__ == "__main__":
    run("cited_reasons", cited_reasons, __doc__)
