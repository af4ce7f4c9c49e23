"""Places: Gowalla, as LightGCN cut it.

The split that all papers since NGCF use: 29,858 people, 40,981 places, 810,128 visits to learn from
and 217,242 to predict. The whole catalog is ranked, what was learnt from is masked, Recall@20 and
NDCG@20 are means over people. The settings of `graph_filter` are chosen on a fifth of each person's
visits cut from the training part, the share that the publisher cut for the test: by the sum of the
two measures for 5,000 people, one knob after the other over the values below, until a round changes
none; it starts at the preset, where coarser searches on that part ended. Then the model is fitted
on the whole training part and asked about the test part once. The highest figures published are
0.1920 and 0.1597 (BSPM-EM, SIGIR 2023). iALS and sparse EASE have the settings of their presets,
chosen on a tenth cut from the training part; `graph_filter, symmetric` has the exponents that GF-CF
and BSPM fix, with rank and ridge chosen there; other models have their defaults, or the settings of
their paper.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, run
from benchmarks.given import K, answered, measured, some
from omakase.arrays.graph import NormalizedGraph
from omakase.build.presets import preset
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Split, published_split
from omakase.evaluate.compare import Candidate
from omakase.evaluate.questions import EvaluationQueries, evaluation_queries
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

PUBLISHED = {f"recall@{K}": 0.1920, f"ndcg@{K}": 0.1597}
GRID: Mapping[str, tuple[float, ...]] = {
    "item_exponent": (0.25, 0.3, 0.35, 0.4, 0.5),
    "user_exponent": (0.15, 0.2, 0.25, 0.3, 0.35),
    "rank": (60, 80, 100, 130, 200),
    "ridge": (0.05, 0.08, 0.1, 0.13, 0.2),
    "history_exponent": (0.1, 0.2, 0.25, 0.3),
    "popularity": (0.15, 0.2, 0.25, 0.3, 0.35),
}
VALIDATION = 0.2
DRAWN = 5000
FIELD: Mapping[str, Candidate] = {
    "popular": Candidate(popular.Popular, popular.PopularConfig()),
    "user_knn": Candidate(user_knn.UserKnn, user_knn.UserKnnConfig()),
    "item_knn": Candidate(item_knn.ItemKnn, item_knn.ItemKnnConfig()),
    "pure_svd": Candidate(pure_svd.PureSvd, pure_svd.PureSvdConfig()),
    "ials": Candidate(ials.Ials, preset("places-ials").config),
    "sparse_ease": Candidate(sparse_ease.SparseEase, preset("places-sparse-ease").config),
    "pruned_ease": Candidate(pruned_ease.PrunedEase, pruned_ease.PrunedEaseConfig()),
    "gf_cf": Candidate(gf_cf.GfCf, gf_cf.GfCfConfig()),
    "bspm": Candidate(bspm.Bspm, bspm.BspmConfig()),
    "graph_filter": Candidate(GraphFilter, graph_filter.GraphFilterConfig()),
    "graph_filter, symmetric": Candidate(
        GraphFilter,
        graph_filter.GraphFilterConfig(rank=400, ridge=0.05, user_exponent=0.5, popularity=0.5),
    ),
}


def gowalla(asked: Asked) -> Result:
    """A row a model; the search first."""
    loaded = load(asked.folder("gowalla-lightgcn"))
    split = published_split(loaded.dataset, loaded.parts, validation=VALIDATION)
    chosen, tried = searched(split, quick=asked.quick)
    field = {"popular": FIELD["popular"]} if asked.quick else FIELD
    test = drawn(split, "test", asked.quick)
    rows: list[dict[str, Any]] = []
    for name, contender in {**field, "graph_filter, chosen": chosen}.items():
        rows.append(measured(contender, split.learnt("test"), test).row(name))
        print(rows[-1], flush=True)
    return Result(rows, notes(rows[-1], chosen, tried))


def drawn(split: Split, part: Any, quick: bool) -> EvaluationQueries:
    """All questions of a part, or a few."""
    every = evaluation_queries(split, part)
    return some(every, 500, np.random.default_rng(0)) if quick else every


def searched(split: Split, *, quick: bool) -> tuple[Candidate, int]:
    """The settings with the highest sum of the two measures on the validation part."""
    drawn = some(
        evaluation_queries(split, "validation"), 500 if quick else DRAWN, np.random.default_rng(0)
    )
    grid = {"ridge": GRID["ridge"][:2]} if quick else GRID
    worth = Worth(split.learnt("validation"), drawn)
    best, before = preset("places-graph-filter").config, None
    while best != before:
        before = best
        for name, values in grid.items():
            near = [best.model_copy(update={name: value}) for value in values]
            best = max([best, *near], key=worth)
    return Candidate(GraphFilter, best), len(worth.known)


class Worth:
    """What settings are worth on a validation part; a graph is decomposed once for all ranks.

    Attributes:
        known: what was found, by the settings.
    """

    def __init__(self, learnt: Dataset, drawn: EvaluationQueries) -> None:
        self.known: dict[str, float] = {}
        self._learnt, self._drawn = learnt, drawn
        self._graph = lru_cache(maxsize=2 * len(GRID["item_exponent"]))(self._decomposed)

    def __call__(self, config: graph_filter.GraphFilterConfig) -> float:
        key = config.model_dump_json()
        if key not in self.known:
            figures = answered(self._model(config), self._drawn)
            self.known[key] = sum(float(values.mean()) for values in figures.values())
            print(f"validation {self.known[key]:.4f} {config}", flush=True)
        return self.known[key]

    def _model(self, config: graph_filter.GraphFilterConfig) -> GraphFilter:
        graph = self._graph(config.item_exponent, config.user_exponent)
        cut = replace(
            graph,
            modes=np.ascontiguousarray(graph.modes[:, : config.rank]),
            smoothness=graph.smoothness[: config.rank],
        )
        return GraphFilter(config, cut)

    def _decomposed(self, item_exponent: float, user_exponent: float) -> NormalizedGraph:
        config = graph_filter.GraphFilterConfig(
            rank=int(max(GRID["rank"])), item_exponent=item_exponent, user_exponent=user_exponent
        )
        return GraphFilter.fit(self._learnt, config, rng=np.random.default_rng(0)).graph


def notes(row: Mapping[str, Any], chosen: Candidate, tried: int) -> list[str]:
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
