"""Scores in 0..1: chances by a curve, or places between the best and the last."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.stacks import small_stack
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.models import ease, popular
from omakase.pipeline.rules import CompiledRules, RulesConfig
from omakase.pipeline.strategies import Strategies
from omakase.rankers.stacked import Stacked, StackedConfig
from omakase.registry import MODELS, build_pipeline
from omakase.stacking.calibration import (
    Calibration,
    ScoreCalibration,
    ScoreCalibrationConfig,
    relative,
)
from omakase.types import PAD, Slate

DATA = two_tribes()
CURVE = Calibration(np.asarray([0.0, 1.0, 2.0]), np.asarray([0.1, 0.1, 0.5]))


def slate(*pairs) -> Slate:
    items = np.asarray([[item for item, _ in pairs]], np.int32)
    return Slate(items, np.asarray([[score for _, score in pairs]], np.float32))


@pytest.fixture(scope="module")
def parts():
    configs = {"ease": ease.EaseConfig(l2=1), "popular": popular.PopularConfig()}
    made = InMemoryVersion.fitted(DATA, MODELS, configs, np.random.default_rng(0))
    items = DATA.items.with_columns(price=pl.Series([float(n) for n in range(len(DATA.items))]))
    stack = small_stack(DATA, made.models, np.random.default_rng(0))
    return InMemoryVersion(items, made.models, stacks={"hybrid": stack})


def pipeline(parts, **more):
    return build_pipeline(
        {
            "name": "x",
            "sources": [{"kind": "scored", "name": "ease", "config": {"model": "ease"}}],
            "fallback": {"kind": "fixed", "config": {"model": "popular"}},
            **more,
        },
        parts,
    )


def test_a_chance_is_that_of_the_score_which_the_stage_gave():
    stages = {
        "source a": slate((3, 2.0), (1, 1.5), (0, 0.5)),
        "answer": slate((1, 99.0), (3, 98.0), (7, 97.0), (PAD, -np.inf)),
    }
    found = ScoreCalibration("source a", CURVE).chances(stages)
    np.testing.assert_allclose(found, [[0.3, 0.5, 0.1, 0.0]], rtol=1e-6)


def test_without_a_curve_the_best_is_one_and_the_last_nothing():
    stages = {
        "merge": slate((3, 9.0), (1, 5.0), (0, 1.0)),
        "boosts": slate((1, 1.0), (3, 0.5), (0, 0.1)),
        "gate": slate((1, 1.0), (3, 0.5)),
        "answer": slate((1, 1.0), (3, 0.5), (7, 0.1), (PAD, -np.inf)),
    }
    np.testing.assert_allclose(relative(stages), [[0.5, 1.0, 0.0, 0.0]])


def test_calibration_without_proposals_is_all_filling():
    nothing = Slate(np.zeros((1, 0), np.int32), np.zeros((1, 0), np.float32))
    stages = {"merge": nothing, "gate": nothing, "answer": slate((7, 0.1))}
    np.testing.assert_allclose(relative(stages), [[0.0]])


def test_what_is_saved_says_the_same_in_fewer_points():
    rng = np.random.default_rng(0)
    scores = rng.random(5_000).astype(np.float32)
    curve = Calibration.of(scores, rng.random(5_000) < scores)
    saved = ScoreCalibrationConfig.of("merge", curve)
    asked = np.linspace(-1, 2, 1_000).astype(np.float32)
    again = ScoreCalibration.restored(ScoreCalibrationConfig(**saved.model_dump(mode="json")))
    np.testing.assert_allclose(again.curve.chance(asked), curve.chance(asked), atol=1e-6)
    assert len(saved.scores) < len(curve.scores)
    assert ScoreCalibrationConfig.of("merge", CURVE).scores == (0.0, 1.0, 2.0)


def test_a_pipeline_tells_by_its_stack_before_what_was_judged(parts):
    judged = ScoreCalibrationConfig.of("source ease", CURVE).model_dump()
    plain = pipeline(parts, meaning=judged)
    assert plain.calibration.stage == "source ease"
    stacked = {"rankers": [{"kind": "stacked", "config": {"stack": "hybrid"}}]}
    found = pipeline(parts, meaning=judged, **stacked)
    assert found.calibration.stage == "ranker Stacked"
    assert found.calibration.curve is parts.stack("hybrid").calibration
    assert pipeline(parts).calibration is None


def test_only_the_learnt_strategies_tell_chances(parts):
    ranker = Stacked.of(StackedConfig(stack="hybrid"), parts)
    made = Strategies.of(pipeline(parts), {"stacking": ranker})
    assert {n for n, each in made.pipelines.items() if each.calibration} == {"stacking"}


def test_chances_of_a_stack_are_those_it_has_learnt_whatever_comes_after(parts):
    """A boost and a pin move items; how likely one is does not change by that."""
    stacked = pipeline(parts, rankers=[{"kind": "stacked", "config": {"stack": "hybrid"}}])
    queries = everyone(DATA)[:1]
    last = int(stacked.recommend(queries, 6).items[0, 4])
    rules = CompiledRules.of(
        RulesConfig(boosts=("item.price",), pins={1: DATA.ids.items.ids[last]}), parts.items
    )
    plain, moved = dict(stacked.stages(queries, 6)), dict(stacked.stages(queries, 6, rules=rules))
    before = dict(zip(plain["answer"].items[0], stacked.calibration.chances(plain)[0], strict=True))
    after = dict(zip(moved["answer"].items[0], stacked.calibration.chances(moved)[0], strict=True))
    assert list(before) != list(after)
    assert after[last] == before[last]
    assert all(0 < chance < 1 for chance in after.values())


def test_variety_changes_no_chance(parts):
    judged = ScoreCalibrationConfig.of("source ease", CURVE).model_dump()
    plain = pipeline(parts, meaning=judged)
    capped = replace(plain, rankers=pipeline(parts, rankers=[{"kind": "cut"}]).rankers)
    queries = everyone(DATA)[:2]
    np.testing.assert_array_equal(
        capped.calibration.chances(dict(capped.stages(queries, 4))),
        plain.calibration.chances(dict(plain.stages(queries, 4))),
    )
