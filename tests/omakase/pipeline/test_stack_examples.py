"""Reconstructed impressions: the candidates there would have been, and what became of them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from omakase.arrays.topk import top_k
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.pipeline.stack_examples import Impressions, StackLearner, as_scores
from omakase.registry import MODELS, build_pipeline
from omakase.stacking.stack import Component, StackConfig
from omakase.types import PAD, Queries, Slate

DATA = two_tribes()
CONFIG = StackConfig(components=(Component(model="ease"),), head="logistic", moment=False)


@pytest.fixture(scope="module")
def learner():
    configs = {"ease": MODELS["ease"].config_type(l2=1)}
    parts = InMemoryVersion.fitted(DATA, MODELS, configs, np.random.default_rng(0))
    proposing = build_pipeline(
        {"name": "p", "sources": [{"kind": "scored", "config": {"model": "ease"}}]}, parts
    )
    return StackLearner(proposing, parts, DATA, pool=5)


def missed() -> sparse.csr_array:
    """Everybody takes up the item of their own number."""
    return sparse.csr_array(np.eye(12, dtype=np.int32))


def test_the_right_candidates_are_marked(learner):
    queries = everyone(DATA)
    examples = learner.examples(CONFIG, Impressions(queries, missed()))
    slate = learner.proposing.recommend(queries, 5)
    assert examples.features.shape == (12, 5, len(examples.names))
    np.testing.assert_array_equal(examples.right, slate.items == np.arange(12)[:, None])
    np.testing.assert_array_equal(examples.known, slate.items != PAD)
    assert examples.right.any(axis=1).all()


def test_somebody_who_took_up_nothing_has_nothing_right(learner):
    nothing = sparse.csr_array((12, 12), dtype=np.int32)
    assert not learner.examples(CONFIG, Impressions(everyone(DATA), nothing)).right.any()


def test_padding_is_never_right(learner):
    right = sparse.csr_array(np.ones((12, 12), dtype=np.int32))
    queries = replace(everyone(DATA), exclude=np.tile(np.arange(10, dtype=np.int32), (12, 1)))
    examples = learner.examples(CONFIG, Impressions(queries, right))
    assert not examples.right[~examples.known].any()
    assert (~examples.known).any()


def test_many_queries_go_block_by_block(learner):
    rows = np.arange(150, dtype=np.int32) % 12
    many = Impressions(everyone(DATA)[rows], missed()[rows])
    few = Impressions(everyone(DATA), missed())
    told, once = learner.examples(CONFIG, many), learner.examples(CONFIG, few)
    np.testing.assert_array_equal(told.features, once.features[rows])
    np.testing.assert_array_equal(told.right, once.right[rows])


def test_no_questions_are_no_examples(learner):
    assert len(learner.examples(CONFIG, Impressions(everyone(DATA)[:0], missed()[:0]))) == 0


def test_a_stack_is_learnt_with_its_items_or_without(learner):
    shown = Impressions(everyone(DATA), missed())
    bare = learner.fit(CONFIG, learner.examples(CONFIG, shown), rng=np.random.default_rng(0))
    assert bare.table.shape == (12, 0)
    full = CONFIG.model_copy(update={"moment": True})
    told = learner.examples(full, shown)
    assert learner.fit(full, told, rng=np.random.default_rng(0)).table.shape[1] > 5


def test_a_slate_as_scores_is_the_same_slate():
    slate = Slate(
        np.asarray([[4, 0, 2], [1, PAD, PAD]], np.int32),
        np.asarray([[9, 9, 1], [5, -np.inf, -np.inf]], np.float32),
    )
    scores = as_scores(slate, 6)
    assert scores.tolist() == [[2, 0, 1, 0, 3, 0], [0, 3, 0, 0, 0, 0]]
    assert top_k(scores, 3).items[0].tolist() == [4, 0, 2]


def test_a_stranger_can_be_asked_about(learner):
    stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    told = learner.examples(CONFIG, Impressions(stranger, missed()[:1]))
    assert np.isfinite(told.features).all()
