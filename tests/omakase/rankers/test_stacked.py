"""The ranker gives exactly what the stack was taught to give."""

from dataclasses import replace

import numpy as np
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import UnknownName
from omakase.features.moment import Moment
from omakase.pipeline.stack_examples import Impressions, StackLearner
from omakase.rankers.stacked import Stacked, StackedConfig
from omakase.registry import MODELS, build_pipeline
from omakase.stacking.stack import Component, Stack, StackConfig, features
from omakase.types import PAD, Slate

DATA = two_tribes()
CONFIG = StackConfig(
    components=(Component(model="ease"), Component(model="popular")), head="logistic"
)


@pytest.fixture(scope="module")
def parts():
    configs = {"ease": MODELS["ease"].config_type(l2=1), "popular": MODELS["popular"].config_type()}
    made = InMemoryVersion.fitted(DATA, MODELS, configs, np.random.default_rng(0))
    proposing = build_pipeline(
        {"name": "p", "sources": [{"kind": "scored", "config": {"model": "popular"}}]}, made
    )
    learner = StackLearner(proposing, made, DATA, pool=7)
    right = DATA.positive[[(n + 2) % 12 for n in range(12)]]  # what one's neighbour has
    examples = learner.examples(CONFIG, Impressions(everyone(DATA), right))
    stack = learner.fit(CONFIG, examples, rng=np.random.default_rng(0))
    return replace(made, stacks={"hybrid": stack})


def proposals(rng, size=12):
    items = np.stack([rng.permutation(12)[:6] for _ in range(size)]).astype(np.int32)
    items[:, 5] = PAD
    scores = np.where(items == PAD, -np.inf, 0).astype(np.float32)
    return Slate(items, scores)


def test_scores_are_those_of_the_head_on_the_features_of_learning(parts):
    ranker = Stacked.of(StackedConfig(stack="hybrid"), parts)
    queries, slate = everyone(DATA), proposals(np.random.default_rng(1))
    ranked = ranker.rank(queries, slate)
    models = [parts.models["ease"], parts.models["popular"]]
    _, told = features(CONFIG, models, Moment.of(DATA), queries, slate.items)
    expected = parts.stacks["hybrid"].head.score(told)
    for b, row in enumerate(ranked.lists()):
        by_item = dict(zip(slate.items[b].tolist(), expected[b].tolist(), strict=True))
        assert row == sorted(row, key=lambda pair: (-pair[1], pair[0]))
        for item, score in row:
            assert score == pytest.approx(by_item[item], abs=1e-5)


def test_the_item_that_is_missed_comes_before_those_of_the_other_tribe(parts):
    ranker = Stacked.of(StackedConfig(stack="hybrid"), parts)
    other = (np.arange(12) + 1) % 12
    items = np.stack([other, np.arange(12)], axis=1).astype(np.int32)
    ranked = ranker.rank(everyone(DATA), Slate(items, np.zeros((12, 2), np.float32)))
    assert ranked.items[:, 0].tolist() == list(range(12))


def test_chances_fall_with_the_list_and_padding_has_none(parts):
    ranker = Stacked.of(StackedConfig(stack="hybrid"), parts)
    ranked = ranker.rank(everyone(DATA), proposals(np.random.default_rng(2)))
    chances = ranker.chances(ranked)
    assert (np.diff(chances, axis=1) <= 0).all()
    assert ((chances > 0) == (ranked.items != PAD)).all()
    assert chances.max() < 1


def test_a_large_batch_is_ranked_as_its_rows(parts):
    ranker = Stacked.of(StackedConfig(stack="hybrid"), parts)
    many = everyone(DATA)[np.arange(150, dtype=np.int32) % 12]
    slate = proposals(np.random.default_rng(3), 150)
    together = ranker.rank(many, slate)
    one = ranker.rank(many[149:], Slate(slate.items[149:], slate.scores[149:]))
    np.testing.assert_array_equal(together.items[149:], one.items)


def test_an_unknown_stack_gets_the_nearest(parts):
    with pytest.raises(UnknownName, match="did you mean 'hybrid'"):
        Stacked.of(StackedConfig(stack="hybird"), parts)


def test_the_stack_holds_the_items_of_its_time(parts):
    assert parts.stacks["hybrid"].table.shape[0] == 12
    assert isinstance(parts.stacks["hybrid"], Stack)
