"""A pipeline built by name, from a version in memory and on disk."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import numpy as np
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.artifacts.version import VersionPart
from omakase.conformance.stacks import small_stack
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import CapabilityError, ConfigError, UnknownName
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.registry import (
    MERGES,
    MODELS,
    RANKERS,
    SOURCES,
    build_pipeline,
    fit_model,
    version_store,
)
from omakase.types import PAD

DATA = two_tribes()
SIMPLE = {
    "name": "home",
    "sources": [{"kind": "scored", "config": {"model": "ease"}}],
    "fallback": {"kind": "fixed", "config": {"model": "popular"}},
}


@pytest.fixture(scope="module")
def parts():
    configs = {"ease": MODELS["ease"].config_type(l2=1), "popular": MODELS["popular"].config_type()}
    return InMemoryVersion.fitted(DATA, MODELS, configs, np.random.default_rng(0))


def test_everyone_is_shown_the_item_they_miss(parts):
    slate = build_pipeline(SIMPLE, parts).recommend(everyone(DATA), 1)
    assert slate.items[:, 0].tolist() == list(range(12))


def test_the_same_from_a_version_on_disk(parts, tmp_path):
    made = {n: VersionPart(m, n, MODELS[n].config_type()) for n, m in parts.models.items()}
    store = version_store(tmp_path)
    version = store.create(
        ids=DATA.ids,
        items=DATA.items,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        models=made,
        pipelines={"default": PipelineConfig.model_validate(SIMPLE)},
    )
    pipeline = build_pipeline(store.open(version.name).pipelines["default"], version)
    expected = build_pipeline(SIMPLE, parts).recommend(everyone(DATA), 5)
    assert pipeline.recommend(everyone(DATA), 5).lists() == expected.lists()


def test_a_stack_lies_in_the_version_beside_its_models(parts, tmp_path):
    stack = small_stack(DATA, parts.models, np.random.default_rng(0))
    store = version_store(tmp_path)
    version = store.create(
        ids=DATA.ids,
        items=DATA.items,
        created=datetime(2026, 1, 1, tzinfo=UTC),
        models={n: VersionPart(m, n, MODELS[n].config_type()) for n, m in parts.models.items()},
        stacks={"hybrid": VersionPart(stack, "stack", stack.config)},
    )
    opened = store.open(version.name)
    assert opened.stacks == ("hybrid",)
    config = SIMPLE | {"rankers": [{"kind": "stacked", "config": {"stack": "hybrid"}}]}
    made = build_pipeline(config, replace(parts, stacks={"hybrid": stack}))
    found = build_pipeline(config, opened).recommend(everyone(DATA), 5)
    assert found.lists() == made.recommend(everyone(DATA), 5).lists()
    with pytest.raises(UnknownName, match="did you mean 'hybrid'"):
        opened.stack("hybird")


def test_what_is_not_available_is_never_shown(parts):
    mask = np.arange(12) % 3 > 0
    slate = build_pipeline(SIMPLE, parts, available=mask).recommend(everyone(DATA), 12)
    assert set(slate.items[slate.items != PAD].tolist()) <= set(np.flatnonzero(mask).tolist())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sources": [{"kind": "scord"}]}, "no source named 'scord'; did you mean 'scored'"),
        ({"merge": {"kind": "rff"}}, "no merge named 'rff'; did you mean 'rrf'"),
        ({"rankers": [{"kind": "cutt"}]}, "no ranker named 'cutt'; did you mean 'cut'"),
        (
            {"sources": [{"kind": "scored", "config": {"model": "eese"}}]},
            "no model named 'eese'; did you mean 'ease'",
        ),
    ],
)
def test_an_unknown_name_gets_the_nearest(parts, change, message):
    with pytest.raises(UnknownName, match=message):
        build_pipeline(SIMPLE | change, parts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sauces": []}, r"pipeline\.sauces"),
        ({"sources": []}, r"pipeline\.sources"),
        ({"sources": [{"kind": "scored", "config": {}}]}, r"source scored\.model"),
        ({"rankers": [{"kind": "cut", "config": {"k": 0}}]}, r"ranker cut\.k"),
        ({"merge": {"kind": "rrf", "config": {"offst": 1}}}, r"merge rrf\.offst"),
        ({"gate": {"seen": "sometimes"}}, r"pipeline\.gate\.seen"),
    ],
)
def test_a_wrong_knob_is_named_with_its_place(parts, change, message):
    with pytest.raises(ConfigError, match=message):
        build_pipeline(SIMPLE | change, parts)


def test_a_model_that_cannot_is_refused(parts):
    config = {"kind": "indexed", "config": {"model": "popular", "index": "near"}}
    with pytest.raises(CapabilityError):
        build_pipeline(SIMPLE | {"sources": [config]}, parts)


@pytest.mark.parametrize(("first", "merge"), list(product(("scored", "item_to_item"), MERGES)))
def test_every_merge_over_real_sources_passes_the_gate(parts, first, merge):
    config = PipelineConfig(
        name="x",
        sources=(
            SourceSpec(kind=first, config={"model": "ease"}),
            SourceSpec(kind="fixed", config={"model": "popular"}),
        ),
        merge=PlugSpec(kind=merge),
    )
    queries = everyone(DATA)
    slate = build_pipeline(config, parts).recommend(queries, 8)
    for shown, seen in zip(slate.items, queries.exclude, strict=True):
        real = shown[shown != PAD].tolist()
        assert len(real) == len(set(real)) == 12 - len(set(seen.tolist()) - {PAD})


def test_every_plug_has_knobs_that_say_what_they_are():
    for registry in (SOURCES, MERGES, RANKERS):
        for name, cls in registry.items():
            for knob, field in cls.config_type.model_fields.items():
                assert field.description, f"{name}.{knob}"


def test_fitted_without_a_package_of_an_extra_names_how_to_install_it(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("omakase.deep")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(CapabilityError, match=r"pip install 'omakase-recsys\[deep\]'"):
        fit_model("sasrec", DATA, MODELS["sasrec"].config_type())
