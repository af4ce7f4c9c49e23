"""Nothing passes by the gate: random requests over every source, strategy, index and kept list.

Each line draws its own pipelines (one to three sources, any merge, up to three rankers, perhaps
rules, with a fallback), masks of what is in stock, and questions with seen, disliked and excluded
items. The lines of kind "cache" ask a whole service instead, with a database and a live hybrid: new
sessions and users with some events or none, profiles, places with pins and caps, strategies and
filters, and what may happen between the computing of a list and its showing. A violation is an item
that was seen, disliked, excluded, hidden, out of stock, ruled out, not in the catalog, or twice in
a list; "short" is a list that came out shorter than what might be shown would allow (with every
pin, cap and filter). The goal is none in 100,000 requests. pgvector is asked on a real PostgreSQL.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from benchmarks import gate_served
from benchmarks.form import Asked, Result, Row, run
from benchmarks.gate_served import STATES, Shop
from benchmarks.upload import postgres
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.stacks import small_stack
from omakase.conformance.toy_data import two_tribes
from omakase.pipeline.pipeline import Pipeline
from omakase.pipeline.rules import CompiledRules, RulesConfig
from omakase.pipeline.strategies import MERGES as STRATEGIES
from omakase.pipeline.strategies import Strategies
from omakase.registry import INDEXES, MERGES, MODELS, RANKERS, SOURCES, build_pipeline
from omakase.types import PAD, Context, Queries, Slate

ITEMS = 48
BATCH = 50
REQUESTS = 100_000
PIPELINES = 40
NO_STORES: Mapping[str, Any] = MappingProxyType({})
KNOBS: Mapping[str, Mapping[str, Any]] = {
    "blend": {"models": {"ease": 1.0, "popular": 0.5}},
    "caps": {"column": "category"},
    "calibrated": {"column": "category"},
    "cut": {"k": 20},
    "dpp": {"model": "pure_svd"},
    "fixed": {"model": "popular"},
    "gate": {},
    "mmr": {"model": "pure_svd"},
    "novelty": {"model": "popular"},
    "preferred": {"model": "popular"},
    "context": {"model": "popular"},
    "stacked": {"stack": "hybrid"},
    "weighted": {"models": {"ease": 0.7, "popular": 0.3}},
}


@dataclass(frozen=True)
class Found:
    """What became of some requests."""

    requests: int = 0
    shown: int = 0
    violations: int = 0
    short: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.requests + other.requests,
            self.shown + other.shown,
            self.violations + other.violations,
            self.short + other.short,
        )


def gate(asked: Asked) -> Result:
    """A line a kind of answer; all requests shared equally."""
    rng = np.random.default_rng(asked.seeds[0])
    kinds = [*lines(), *(("cache", state) for state in STATES)]
    each = (2_000 if asked.quick else REQUESTS) // len(kinds) + 1
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # a server may run as another user
        with postgres(Path(folder) / "pg") as url:
            parts = world(rng, {"pgvector": {"url": url, "table": "gate"}})
            rows = [line(what, name, parts, each, rng) for what, name in lines()]
    with gate_served.service():
        shop = gate_served.opened()
        rows += [served_line(state, shop, each, rng) for state in STATES]
    total = sum(int(row["requests"]) for row in rows)
    bad = sum(int(row["violations"]) for row in rows)
    short = sum(int(row["short"]) for row in rows)
    return Result(rows, [f"{total:,} requests: {bad} violations, {short} short lists."])


def lines() -> Iterator[tuple[str, str]]:
    """Every source, index, merge, ranker and strategy there is."""
    yield from (("source", name) for name in SOURCES if name != "indexed")
    yield from (("index", name) for name in INDEXES)
    yield from (("merge", name) for name in MERGES)
    yield from (("ranker", name) for name in RANKERS)
    yield from (("strategy", name) for name in (*STRATEGIES, "auto"))


def world(rng: np.random.Generator, stores: Mapping[str, Any] = NO_STORES) -> InMemoryVersion:
    """Two tribes, a few models, every embedded index and those whose servers are named."""
    data = two_tribes(ITEMS)
    knobs: Mapping[str, Mapping[str, Any]] = {
        "ease": {"l2": 1},
        "popular": {},
        "pure_svd": {"factors": 8},
    }
    configs = {name: MODELS[name].config_type(**some) for name, some in knobs.items()}
    made = InMemoryVersion.fitted(data, MODELS, configs, rng)
    vectors = MODELS["pure_svd"].item_vectors(made.models["pure_svd"])  # type: ignore[attr-defined]
    indexes = {
        name: cls.build(vectors, cls.config_type(**stores.get(name, {})), rng=rng)
        for name, cls in INDEXES.items()
        if name != "pgvector" or name in stores
    }
    items = data.items.with_columns(
        category=pl.Series(["a", "b", "c", "d"] * (ITEMS // 4)),
        price=pl.Series([float(n) for n in range(ITEMS)]),
        latitude=pl.Series([n / 200 if n % 5 else None for n in range(ITEMS)]),
        longitude=pl.Series([0.0] * ITEMS),
    )
    return InMemoryVersion(
        items, made.models, indexes, {"hybrid": small_stack(data, made.models, rng)}
    )


def source(kind: str, index: str = "exact") -> dict[str, Any]:
    """A source's configuration."""
    if kind == "indexed":
        return {"kind": kind, "config": {"model": "pure_svd", "index": index}}
    return {"kind": kind, "config": dict(KNOBS.get(kind, {"model": "ease"}))}


def line(
    what: str, name: str, parts: InMemoryVersion, requests: int, rng: np.random.Generator
) -> Row:
    """So many requests to pipelines that all hold this plug."""
    start, found = time.perf_counter(), Found()
    while found.requests < requests:
        pipeline = drawn(what, name, parts, rng)
        for _ in range(max(1, requests // (BATCH * PIPELINES))):
            found += asked_once(pipeline, what, name, parts, rng)
    return as_row(what, name, found, time.perf_counter() - start)


def as_row(what: str, name: str, found: Found, seconds: float) -> Row:
    """A line of the table."""
    return {
        "kind": what,
        "name": name,
        "requests": found.requests,
        "items shown": found.shown,
        "violations": found.violations,
        "short": found.short,
        "ms a request": 1000 * seconds / found.requests,
    }


def served_line(state: str, shop: Shop, requests: int, rng: np.random.Generator) -> Row:
    """So many requests to the service, each with its own session."""
    start, found = time.perf_counter(), Found()
    for turn in range(requests):
        case = gate_served.drawn(f"{state} {turn}", rng)
        found += Found(1, *gate_served.checked(state, case, shop))
    return as_row("cache", state, found, time.perf_counter() - start)


def drawn(what: str, name: str, parts: InMemoryVersion, rng: np.random.Generator) -> Pipeline:
    """A pipeline at random that holds the plug."""
    kinds = [str(kind) for kind in rng.choice(sorted(SOURCES), rng.integers(0, 3))]
    first = {"source": source(name), "index": source("indexed", name)}.get(what, source("scored"))
    sources = [first, *(source(kind) for kind in kinds)]
    rankers = [str(kind) for kind in rng.choice(sorted(RANKERS), rng.integers(0, 3))]
    if what == "ranker":
        rankers.insert(int(rng.integers(len(rankers) + 1)), name)
    merge = name if what == "merge" else str(rng.choice(sorted(MERGES)))
    return build_pipeline(
        {
            "name": "drawn",
            "sources": [{**each, "name": f"s{n}"} for n, each in enumerate(sources)],
            "merge": {"kind": merge},
            "rankers": [{"kind": r, "config": KNOBS.get(r, {"model": "ease"})} for r in rankers],
            "fallback": source("fixed"),
        },
        parts,
        available=rng.random(ITEMS) < rng.choice([0.1, 0.5, 0.9, 1.0]),
    )


def asked_once(
    pipeline: Pipeline, what: str, name: str, parts: InMemoryVersion, rng: np.random.Generator
) -> Found:
    """A batch of random requests."""
    queries, k = questions(rng), int(rng.integers(1, ITEMS + 4))
    config = RulesConfig(filters=("item.price < 30",)) if rng.random() < 0.3 else RulesConfig()
    rules = CompiledRules.of(config, parts.items)
    if what == "strategy":
        slate = Strategies.of(pipeline).recommend(queries, k, strategy=name)
        rules = CompiledRules()
    else:
        slate = pipeline.recommend(queries, k, rules=rules)
    mask, open_now = rules.allows(queries), pipeline.gate.available
    return judged(slate, queries, open_now if mask is None else mask & open_now, k)


def questions(rng: np.random.Generator) -> Queries:
    """Histories short and long, dislikes, exclusions, masks, profiles, places, budgets."""
    history = rng.integers(-4, ITEMS, (BATCH, 8)).astype(np.int32)
    history = np.sort(np.maximum(history, PAD), axis=1)
    weights = np.where(history == PAD, 0, rng.choice([-1.0, 1.0, 2.0], history.shape))
    words = [("a",), ("b", "c"), ()]
    contexts = [
        Context(
            latitude=0.1 if n % 2 else None,
            longitude=0.0,
            budget=20.0 if n % 4 else None,
            diversity=0.5,
            user={"categories": words[n % 3]},
        )
        for n in range(BATCH)
    ]
    told = Queries.of(
        history,
        exclude=rng.integers(-1, ITEMS, (BATCH, 5)).astype(np.int32),
        weights=weights.astype(np.float32),
        contexts=tuple(contexts),
    )
    return told if rng.random() < 0.5 else replace(told, allowed=rng.random(ITEMS) < 0.7)


def judged(slate: Slate, queries: Queries, mask: Any, k: int) -> Found:
    """Each list against what may be shown, in plain sets."""
    allowed = mask if queries.allowed is None else mask & queries.allowed
    open_to_all = set(np.flatnonzero(allowed).tolist())
    found = Found()
    for shown, history, exclude in zip(slate.items, queries.history, queries.exclude, strict=True):
        fine = open_to_all - set(history.tolist()) - set(exclude.tolist())
        real = [int(item) for item in shown if item != PAD]
        bad = len(real) - len(set(real) & fine)
        found += Found(1, len(real), bad, int(len(real) < min(k, len(fine))))
    return found


if __name__ == "__main__":
    run("gate", gate, __doc__)
