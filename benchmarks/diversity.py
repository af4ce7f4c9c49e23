"""The one knob for variety: what it costs and what it brings.

ML-100K, cut by time. A pipeline of three models proposes, a weighted sum orders them, and one
ranker spreads: by unlikeness (MMR), by volume (DPP), by the person's own mix of genres, or by
novelty. The knob of a request goes from 0 to 1. "diversity" is the mean distance within a list
by who watched what, "genres apart" the divergence of a list's genres from the person's own (lower
is nearer), "kept" the share of the NDCG@10 of knob 0. Likeness is told by the vectors of iALS.

![NDCG@10 against diversity](plots/diversity.svg)
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from benchmarks.plots import save_curves
from benchmarks.strategies import Scored
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.data.readers import load
from omakase.data.splits import Split, by_time
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.run import evaluate
from omakase.pipeline.pipeline import Pipeline
from omakase.rankers.calibrated import Calibrated, CalibratedConfig, divergence
from omakase.registry import MODELS, build_pipeline, fit_model
from omakase.types import PAD, Context, Queries, Slate

K = 10
KNOB = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SOURCES = ("ials", "ease", "trending")
RANKERS: Mapping[str, Mapping[str, Any]] = {
    "mmr": {"model": "ials"},
    "dpp": {"model": "ials"},
    "calibrated": {"column": "category", "length": K},
    "novelty": {"model": "popular"},
}


@dataclass(frozen=True)
class Turned:
    """A pipeline whose every request turns the knob to the same place."""

    pipeline: Pipeline
    knob: float

    def recommend(self, queries: Queries, k: int) -> Slate:
        """(B, k)"""
        contexts = tuple(Context(diversity=self.knob) for _ in range(len(queries)))
        return self.pipeline.recommend(replace(queries, contexts=contexts), k)


def diversity(asked: Asked) -> Result:
    """A row a ranker and place of the knob, and the plot."""
    split = by_time(load(asked.folder("ml-100k"), weighting=EVERY_RATING).dataset)
    data = split.learnt("test")
    names = (*SOURCES, "popular")
    models = {n: fit_model(n, data, MODELS[n].config_type(), seed=asked.seeds[0]) for n in names}
    parts = InMemoryVersion(data.items, models)
    knobs = (0.0, 0.5, 1.0) if asked.quick else KNOB
    rows = [row(name, knob, parts, split) for name in RANKERS for knob in knobs]
    rows = [{**each, "kept": each["ndcg@10"] / rows[0]["ndcg@10"]} for each in rows]
    if not asked.quick:
        lines = {
            name: [(r["diversity@10"], r["ndcg@10"]) for r in rows if r["ranker"] == name]
            for name in RANKERS
        }
        save_curves("diversity", {"ML-100K, by time": lines}, "diversity@10", "NDCG@10")
    return Result(rows, [verdict(rows, name) for name in RANKERS])


def row(name: str, knob: float, parts: InMemoryVersion, split: Split) -> Row:
    """One ranker at one place of the knob."""
    turned = Turned(pipeline(name, parts), knob)
    report = evaluate(Scored(turned.recommend, split.train), split, "test", k=K)
    shown = ("ndcg", "diversity", "coverage", "novelty")
    return {
        "ranker": name,
        "knob": knob,
        **{f"{measure}@{K}": report.figures[f"{measure}@{K}"] for measure in shown},
        "genres apart": apart(turned, parts, split),
    }


def pipeline(name: str, parts: InMemoryVersion) -> Pipeline:
    """Three models, added up, then the ranker."""
    return build_pipeline(
        {
            "name": name,
            "sources": [{"kind": "scored", "name": n, "config": {"model": n}} for n in SOURCES],
            "merge": {"kind": "weighted"},
            "rankers": [{"kind": name, "config": dict(RANKERS[name])}],
            "fallback": {"kind": "fixed", "config": {"model": "popular"}},
        },
        parts,
    )


def apart(turned: Turned, parts: InMemoryVersion, split: Split) -> float:
    """Mean divergence of the lists' genres from the people's own, of those who have a history."""
    ranker = Calibrated.of(CalibratedConfig(), parts)
    asked = evaluation_queries(split, "test")
    queries = asked.queries(np.arange(len(asked), dtype=np.int32))
    mixes, slate = ranker.mixes(queries), turned.recommend(queries, K)
    known = np.flatnonzero(mixes.sum(axis=1) > 0)
    lists = [items[items != PAD] for items in slate.items[known]]
    shares = [np.asarray(ranker.shares[items].mean(axis=0)).ravel() for items in lists]
    return float(np.mean([divergence(mixes[b], s) for b, s in zip(known, shares, strict=True)]))


def verdict(rows: list[Row], name: str) -> str:
    """The most variety for at most a twentieth of the accuracy."""
    mine = [each for each in rows if each["ranker"] == name and each["kept"] >= 0.95]
    best = max(mine, key=lambda each: float(each["diversity@10"]))
    start = next(each for each in rows if each["ranker"] == name and each["knob"] == 0)
    return (
        f"{name}: for at most a twentieth of NDCG@10, knob {best['knob']} brings diversity from "
        f"{start['diversity@10']:.3f} to {best['diversity@10']:.3f} and genres apart from "
        f"{start['genres apart']:.3f} to {best['genres apart']:.3f}."
    )


if __name__ == "__main__":
    run("diversity", diversity, __doc__)
