"""Are reasons true: take away what is cited, and the score must fall.

For each model that scores a history, the first three items of each person's list are explained by
what of the history speaks loudest for them; that item is then taken out of the history and the
recommended item scored again. "passed" is the share whose score fell, of those for which something
was cited. Models that tell their own contributions (`Explains`) are asked; for the others the
evidence is what the score loses when a place is left out, so the test is passed by making, unless
taking the item out at all its places tells otherwise. "hybrid" is the default stack over several
models, and what is tested are its reasons as a request gets them: what its models cite and the
stack's own score of the item, beside the same candidates, would lose. People are drawn from
ML-100K, histories of at most thirty events, so that the slow way ends in time.
"""

from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.arrays.topk import mask_rows, top_k
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.build.trainable import HYBRID, HybridConfig, fit_hybrid
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.weighting import EVERY_RATING
from omakase.explain.evidence import Deletion, deletion_test, without
from omakase.explain.reasons import reasons
from omakase.pipeline.pipeline import Pipeline
from omakase.protocols import Explains, Model
from omakase.rankers.stacked import Stacked
from omakase.registry import MODELS, build_pipeline, fit_model
from omakase.types import Queries

PEOPLE = 200
EVENTS = 30
SHOWN = 3
BLOCK = 25
BAR = ("item_knn", "ease", "content")
"""Models whose reasons must pass in nine of ten."""
DEEP: dict[str, dict[str, Any]] = {
    "neumf": {"plan": {"epochs": 2}},
    "sasrec": {
        "plan": {"epochs": 2},
        "shape": {"width": 32, "heads": 2, "blocks": 1, "length": 30},
    },
    "wide_deep": {"plan": {"epochs": 2}},
}


def deletion(asked: Asked) -> Result:
    """A line a model."""
    data = load(asked.folder("ml-100k"), weighting=EVERY_RATING).dataset
    names = [n for n in MODELS if not asked.quick or n in (*BAR, "ials", "transitions")]
    people = 40 if asked.quick else PEOPLE
    rows = [line(name, data, people, asked.seeds[0]) for name in names]
    rows.append(together(data, people, asked.seeds[0]))
    rows = sorted(rows, key=lambda row: -(row["passed"] if row["passed"] is not None else -1))
    passed = {row["model"]: row["passed"] for row in rows}
    told = [f"{name} {passed[name]:.3f}" for name in BAR if passed.get(name) is not None]
    enough = all((passed.get(name) or 0) >= 0.9 for name in BAR)
    return Result(rows, [f"The bar is 0.9: {', '.join(told)}: {'met' if enough else 'not met'}."])


def line(name: str, data: Dataset, people: int, seed: int) -> Row:
    """One model's share."""
    print(name, flush=True)
    config = MODELS[name].config_type(**DEEP.get(name, {}))
    model = fit_model(name, data, config, seed=seed)
    users = np.random.default_rng(seed).choice(data.n_users, people, replace=False)
    found = tested(model, data.queries(np.sort(users).astype(np.int32), length=EVENTS))
    return {
        "model": name,
        "tells itself": "yes" if isinstance(model, Explains) else "no",
        "explained": found.tested,
        "passed": found.share if found.tested else None,
    }


def together(data: Dataset, people: int, seed: int) -> Row:
    """The hybrid's share."""
    print(HYBRID, flush=True)
    made = fit_hybrid(HybridConfig(), data, seed=seed)
    parts = InMemoryVersion(data.items, made.models, stacks=made.stacks)
    pipeline = build_pipeline(made.pipeline, parts)
    users = np.random.default_rng(seed).choice(data.n_users, people, replace=False)
    queries = data.queries(np.sort(users).astype(np.int32), length=EVENTS)
    found = [reasoned(pipeline, queries[n : n + 1]) for n in range(people)]
    total = Deletion(sum(each.tested for each in found), sum(each.passed for each in found))
    share = total.share if total.tested else None
    return {"model": HYBRID, "tells itself": "no", "explained": total.tested, "passed": share}


def reasoned(pipeline: Pipeline, one: Queries) -> Deletion:
    """The first items of one person's list, as a request explains them."""
    stages = dict(pipeline.stages(one, SHOWN))
    pool, slate, ranker = stages["merge"], stages["answer"], pipeline.rankers[0]
    assert isinstance(ranker, Stacked)
    nothing = np.zeros(one.history.shape, dtype=np.bool_)
    before = ranker.scores(without(one, nothing), pool)[0]
    tested = passed = 0
    whys = reasons(pipeline, one, slate, found=stages)[0]
    for item, why in zip(slate.items[0], whys, strict=True):
        if why.because:
            gone = without(one, one.history == why.because[0][0])
            place = int(np.flatnonzero(pool.items[0] == item)[0])
            tested += 1
            passed += int(ranker.scores(gone, pool)[0, place] < before[place])
    return Deletion(tested, passed)


def tested(model: Model[Any], queries: Queries) -> Deletion:
    """The first items of everybody's list."""
    total = Deletion(0, 0)
    for at in range(0, len(queries), BLOCK):
        some = queries[slice(at, at + BLOCK)]
        shown = top_k(mask_rows(model.score(some), some.exclude), SHOWN)
        found = deletion_test(model, some, shown.items)
        total = Deletion(total.tested + found.tested, total.passed + found.passed)
    return total


if __name__ == "__main__":
    run("deletion", deletion, __doc__)
