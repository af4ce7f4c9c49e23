"""Places: Gowalla, as LightGCN cut it.

The split that all papers since NGCF use: 29,858 people, 40,981 places, 810,128 visits to learn from
and 217,242 to predict. The whole catalog is ranked, what was learnt from is masked, Recall@20 and
NDCG@20 are means over people. The settings of `graph_filter` are chosen on a tenth of each person's
visits cut from the training part, by the sum of the two measures over the grid below, which a
coarser search on the same part had narrowed; then the model is fitted on the whole training part
and asked about the test part once. The highest figures published are 0.1920 and 0.1597 (BSPM-EM,
SIGIR 2023). iALS and sparse EASE have the settings of their presets, chosen on the same part;
`graph_filter, symmetric` has the exponents that GF-CF and BSPM fix, with rank and ridge chosen
there; other models have their defaults, or the settings of their paper.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, run
from benchmarks.given import K, answered, measured, some
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Split, given
from omakase.evaluate.compare import Contender
from omakase.evaluate.questions import Questions, questions
from omakase.models import (
    bspm,
    gf_cf,
    graph_filter,
    ials,
    item_knn,
    popular,
    pruned_ease,
    pure_svd,
    sparse_ease,
    user_knn,
)
from omakase.models.graph_filter import GraphFilter
from omakase.presets import preset

PUBLISHED = {f"recall@{K}": 0.1920, f"ndcg@{K}": 0.1597}
GRID: Mapping[str, tuple[float, ...]] = {
    "rank": (200, 300),
    "ridge": (0.05, 0.1, 0.2),
    "history_exponent": (0.1, 0.2),
    "popularity": (0.3, 0.35, 0.4),
}
DRAWN = 2000
FIELD: Mapping[str, Contender] = {
    "popular": Contender(popular.Popular, popular.Config()),
    "user_knn": Contender(user_knn.UserKnn, user_knn.Config()),
    "item_knn": Contender(item_knn.ItemKnn, item_knn.Config()),
    "pure_svd": Contender(pure_svd.PureSvd, pure_svd.Config()),
    "ials": Contender(ials.Ials, preset("places-ials").config),
    "sparse_ease": Contender(sparse_ease.SparseEase, preset("places-sparse-ease").config),
    "pruned_ease": Contender(pruned_ease.PrunedEase, pruned_ease.Config()),
    "gf_cf": Contender(gf_cf.GfCf, gf_cf.Config()),
    "bspm": Contender(bspm.Bspm, bspm.Config()),
    "graph_filter": Contender(GraphFilter, graph_filter.Config()),
    "graph_filter, symmetric": Contender(
        GraphFilter, graph_filter.Config(rank=400, ridge=0.05, user_exponent=0.5, popularity=0.5)
    ),
}


def gowalla(asked: Asked) -> Result:
    """A row a model; the search first."""
    loaded = load(asked.folder("gowalla-lightgcn"))
    split = given(loaded.dataset, loaded.parts)
    chosen, tried = searched(split, quick=asked.quick)
    field = {"popular": FIELD["popular"]} if asked.quick else FIELD
    test = drawn(split, "test", asked.quick)
    rows: list[dict[str, Any]] = []
    for name, contender in {**field, "graph_filter, chosen": chosen}.items():
        rows.append(measured(contender, split.learnt("test"), test).row(name))
        print(rows[-1], flush=True)
    return Result(rows, notes(rows[-1], chosen, tried))


def drawn(split: Split, part: Any, quick: bool) -> Questions:
    """All questions of a part, or a few."""
    every = questions(split, part)
    return some(every, 500, np.random.default_rng(0)) if quick else every


def searched(split: Split, *, quick: bool) -> tuple[Contender, int]:
    """The settings with the highest sum of the two measures on the validation part."""
    asked = some(questions(split, "validation"), 500 if quick else DRAWN, np.random.default_rng(0))
    best, tried, top = preset("places-graph-filter").config, 0, -1.0
    for model in candidates(split.learnt("validation"), quick=quick):
        figures = answered(model, asked)
        total = sum(float(values.mean()) for values in figures.values())
        tried += 1
        print(f"validation {total:.4f} {model.config}", flush=True)
        if total > top:
            best, top = model.config, total
    return Contender(GraphFilter, best), tried


def candidates(learnt: Dataset, *, quick: bool) -> Iterator[GraphFilter]:
    """A model for each place of the grid; the graph is decomposed once, at the highest rank."""
    start = preset("places-graph-filter").config
    assert isinstance(start, graph_filter.Config)
    grid = {name: values[:1] for name, values in GRID.items()} if quick else GRID
    most = start.model_copy(update={"rank": int(max(grid["rank"]))})
    fitted = GraphFilter.fit(learnt, most, rng=np.random.default_rng(0))
    for values in product(*grid.values()):
        knobs = dict(zip(grid, values, strict=True))
        rank = int(knobs["rank"])
        graph = replace(
            fitted.graph,
            modes=np.ascontiguousarray(fitted.graph.modes[:, :rank]),
            smoothness=fitted.graph.smoothness[:rank],
        )
        yield GraphFilter(start.model_copy(update={**knobs, "rank": rank}), graph)


def notes(row: Mapping[str, Any], chosen: Contender, tried: int) -> list[str]:
    """What was chosen, and where that stands."""
    above = all(row[measure] > figure for measure, figure in PUBLISHED.items())
    words = "above" if above else "not above"
    return [
        f"chosen among {tried} on validation: {chosen.config.model_dump()}.",
        f"{row['model']} is {words} the highest published figures, "
        + " and ".join(f"{measure} {figure}" for measure, figure in PUBLISHED.items())
        + ".",
    ]


if __name__ == "__main__":
    run("gowalla", gowalla, __doc__)
