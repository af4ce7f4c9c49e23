"""Nothing passes by the gate: every source, merge, ranker, strategy and index, asked at random."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.stacks import small_stack
from omakase.conformance.toy_data import two_tribes
from omakase.pipeline.strategies import Strategies
from omakase.registry import INDEXES, MERGES, MODELS, RANKERS, SOURCES, build_pipeline
from omakase.types import PAD, Context, Queries

N = 12
EMBEDDED = sorted(name for name in INDEXES if name != "pgvector")
KNOBS = {
    "blend": {"models": {"ease": 1.0, "popular": 0.5}},
    "calibrated": {"column": "category"},
    "caps": {"column": "category"},
    "cut": {},
    "fixed": {"model": "popular"},
    "gate": {},
    "dpp": {"model": "pure_svd"},
    "epsilon_greedy": {},
    "linucb": {"model": "pure_svd"},
    "softmax": {},
    "thompson": {},
    "mmr": {"model": "pure_svd"},
    "novelty": {"model": "popular"},
    "preferred": {"model": "popular"},
    "context": {"model": "popular"},
    "stacked": {"stack": "hybrid"},
    "weighted": {"models": {"ease": 0.7, "popular": 0.3}},
}


def fitted():
    data, rng = two_tribes(N), np.random.default_rng(0)
    knobs = {"ease": {"l2": 1}, "popular": {}, "pure_svd": {"factors": 4}}
    configs = {name: MODELS[name].config_type(**some) for name, some in knobs.items()}
    made = InMemoryVersion.fitted(data, MODELS, configs, rng)
    vectors = made.models["pure_svd"].item_vectors()
    indexes = {
        name: INDEXES[name].build(vectors, INDEXES[name].config_type(), rng=rng)
        for name in EMBEDDED
    }
    return InMemoryVersion(
        data.items.with_columns(
            category=pl.Series(["a", "b", "c"] * 4),
            price=pl.Series([float(n) for n in range(N)]),
            latitude=pl.Series([n / 100 if n % 4 else None for n in range(N)]),
            longitude=pl.Series([0.0] * N),
        ),
        made.models,
        indexes,
        {"hybrid": small_stack(data, made.models, rng)},
    )


PARTS = fitted()


@st.composite
def specs(draw):
    """A source of any kind, with any index."""
    kind = draw(st.sampled_from(sorted(SOURCES)))
    if kind == "indexed":
        return {
            "kind": kind,
            "config": {"model": "pure_svd", "index": draw(st.sampled_from(EMBEDDED))},
        }
    return {"kind": kind, "config": KNOBS.get(kind, {"model": "ease"})}


def named(kinds):
    return st.lists(st.sampled_from(sorted(kinds)), max_size=3)


def at_most_one_draws(kinds):
    return sum(hasattr(RANKERS[kind], "draw") for kind in kinds) <= 1


rows = st.integers(-1, N - 1)
contexts = st.builds(
    Context,
    latitude=st.none() | st.sampled_from([0.0, 0.1, 50.0]),
    longitude=st.none() | st.just(0.0),
    budget=st.none() | st.sampled_from([0.0, 4.0]),
    user=st.sampled_from([{}, {"categories": ("a",)}, {"categories": "b"}]),
)


@st.composite
def questions(draw):
    size = draw(st.integers(1, 3))
    history = draw(st.lists(st.lists(rows, min_size=4, max_size=4), min_size=size, max_size=size))
    exclude = draw(st.lists(st.lists(rows, min_size=2, max_size=2), min_size=size, max_size=size))
    weights = draw(st.lists(st.sampled_from([-1.0, 1.0, 2.0]), min_size=4, max_size=4))
    items = np.sort(np.asarray(history, np.int32), axis=1)  # padding to the left
    told = Queries.of(
        items,
        exclude=np.asarray(exclude, np.int32),
        weights=np.where(items == PAD, 0, weights).astype(np.float32),
        contexts=tuple(draw(contexts) for _ in range(size)) if draw(st.booleans()) else (),
    )
    allowed = draw(st.none() | st.lists(st.booleans(), min_size=N, max_size=N))
    return told if allowed is None else replace(told, allowed=np.asarray(allowed))


@settings(max_examples=150)
@given(
    st.lists(specs(), min_size=1, max_size=3),
    st.sampled_from(sorted(MERGES)),
    named(RANKERS).filter(at_most_one_draws),
    questions(),
    st.lists(st.booleans(), min_size=N, max_size=N),
    st.integers(1, N + 2),
    st.booleans(),
)
def test_nothing_passes_by_the_gate(sources, merge, rankers, queries, mask, k, strategic):
    pipeline = build_pipeline(
        {
            "name": "any",
            "sources": [{**s, "name": f"s{n}"} for n, s in enumerate(sources)],
            "merge": {"kind": merge},
            "rankers": [{"kind": r, "config": KNOBS.get(r, {"model": "ease"})} for r in rankers],
            "fallback": {"kind": "fixed", "config": {"model": "popular"}},
        },
        PARTS,
        available=np.asarray(mask),
    )
    asked = Strategies.of(pipeline) if strategic else pipeline
    slate = asked.recommend(queries, k)
    assert slate.items.shape == (len(queries), k)
    for shown, scores, history, exclude in zip(
        slate.items, slate.scores, queries.history, queries.exclude, strict=True
    ):
        fine = {n for n in range(N) if mask[n]} - {*history.tolist(), *exclude.tolist()}
        if queries.allowed is not None:
            fine &= set(np.flatnonzero(queries.allowed).tolist())
        real = shown[shown != PAD].tolist()
        assert set(real) <= fine
        assert len(real) == len(set(real)) == min(k, len(fine))
        assert not np.isnan(scores).any()


def test_every_kind_of_source_and_ranker_has_its_knobs():
    for kind, cls in {**SOURCES, **RANKERS}.items():
        if kind != "indexed":
            assert cls.config_type(**KNOBS.get(kind, {"model": "ease"}))


@pytest.mark.parametrize("name", EMBEDDED)
def test_every_embedded_index_is_asked(name):
    assert PARTS.index(name).search(np.ones((1, 4), np.float32), 3).items.shape[0] == 1
