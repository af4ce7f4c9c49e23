"""Every registered plug is held to every check; a new one needs no edit here."""

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.indexes import index_checks
from omakase.conformance.models import model_checks
from omakase.conformance.rankers import ranker_checks
from omakase.conformance.sources import source_checks
from omakase.conformance.stacks import small_stack
from omakase.conformance.toy_data import two_tribes
from omakase.registry import INDEXES, MODELS, RANKERS, SOURCES

SMALL: dict[str, dict[str, object]] = {
    "neumf": {"width": 8, "hidden": (8, 4), "plan": {"epochs": 2}},
    "sasrec": {
        "shape": {"width": 8, "heads": 2, "blocks": 1, "length": 6},
        "objective": {"negatives": 8},
        "plan": {"epochs": 2},
    },
    "two_tower": {"width": 8, "hidden": 8, "negatives": 8, "plan": {"epochs": 2}},
    "wide_deep": {"width": 8, "hidden": (8, 4), "plan": {"epochs": 2}},
}
"""Knobs that make a model small enough for a world of twelve."""


@pytest.mark.parametrize("check", list(model_checks()), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", sorted(MODELS))
def test_model_conforms(name, check):
    cls = MODELS[name]
    check(cls, cls.config_type(**SMALL.get(name, {})))


EXAMPLES: dict[str, dict[str, object]] = {
    "blend": {"models": {"ease": 1.0, "popular": 0.5}},
    "calibrated": {"column": "category"},
    "caps": {"column": "category"},
    "indexed": {"model": "svd", "index": "near"},
    "dpp": {"model": "svd"},
    "linucb": {"model": "svd"},
    "mmr": {"model": "svd"},
    "novelty": {"model": "popular"},
    "preferred": {"model": "popular"},
    "context": {"model": "popular"},
    "stacked": {"stack": "hybrid"},
    "weighted": {"models": {"ease": 0.7, "popular": 0.3}},
}
"""Knobs of the sources and rankers that need more than the name of a model."""


@pytest.fixture(scope="module")
def parts():
    data, rng = two_tribes(), np.random.default_rng(0)
    configs = {"ease": MODELS["ease"].config_type(l2=1), "popular": MODELS["popular"].config_type()}
    made = InMemoryVersion.fitted(data, MODELS, configs, rng)
    svd = MODELS["pure_svd"].fit(data, MODELS["pure_svd"].config_type(factors=4), rng=rng)
    near = INDEXES["exact"].build(svd.item_vectors(), INDEXES["exact"].config_type(), rng=rng)
    items = data.items.with_columns(category=pl.Series(["even", "odd"] * 6))
    stacks = {"hybrid": small_stack(data, made.models, rng)}
    return InMemoryVersion(items, {**made.models, "svd": svd}, {"near": near}, stacks)


def knobs(name, cls):
    needs_model = "model" in cls.config_type.model_fields
    return cls.config_type(**EXAMPLES.get(name, {"model": "ease"} if needs_model else {}))


@pytest.mark.parametrize("check", list(source_checks()), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", sorted(SOURCES))
def test_source_conforms(name, check, parts):
    cls = SOURCES[name]
    check(cls.of(name, knobs(name, cls), parts))


@pytest.mark.parametrize("check", list(ranker_checks()), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", sorted(RANKERS))
def test_ranker_conforms(name, check, parts):
    cls = RANKERS[name]
    check(cls.of(knobs(name, cls), parts))


@pytest.mark.parametrize("check", list(index_checks()), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", sorted(INDEXES))
def test_index_conforms(name, check, request):
    needs_server = "url" in INDEXES[name].config_type.model_json_schema().get("required", [])
    knobs = {"url": request.getfixturevalue("postgres")} if needs_server else {}
    check(INDEXES[name], INDEXES[name].config_type(**knobs))
