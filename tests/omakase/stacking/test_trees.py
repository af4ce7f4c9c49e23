"""Our walk through the trees gives what LightGBM gives."""

import sys

import numpy as np
import pytest

from omakase.errors import CapabilityError
from omakase.stacking.trees import Trees, TreesConfig, _boost


def test_scores_are_those_of_lightgbm(told):
    config = TreesConfig(trees=20, leaves=5, least=5)
    booster = _boost(told.telling(), config, 7)
    flat = told.features.reshape(-1, 4)
    ours = Trees.of(booster.dump_model()).score(told.features)
    np.testing.assert_allclose(ours.ravel(), booster.predict(flat), rtol=1e-5, atol=1e-6)


def test_a_tree_sized_for_the_eye():
    leaf = {"leaf_value": 0.5}
    inner = {
        "split_feature": 1,
        "threshold": 2.0,
        "left_child": {"leaf_value": -1.0},
        "right_child": {"leaf_value": 4.0},
    }
    root = {"split_feature": 0, "threshold": 0.0, "left_child": leaf, "right_child": inner}
    trees = Trees.of({"tree_info": [{"tree_structure": root}]})
    features = np.asarray([[[0, 9], [1, 2], [1, 3]]], dtype=np.float32)
    assert trees.score(features).tolist() == [[0.5, -1.0, 4.0]]


def test_a_tree_may_be_a_single_leaf():
    trees = Trees.of({"tree_info": [{"tree_structure": {"leaf_value": 0.25}}] * 2})
    assert trees.score(np.zeros((1, 2, 3), np.float32)).tolist() == [[0.5, 0.5]]


def test_more_trees_learn_more(told, hits):
    few = Trees.fit(told, TreesConfig(trees=1, least=5), rng=np.random.default_rng(0))
    many = Trees.fit(told, TreesConfig(trees=60, least=5), rng=np.random.default_rng(0))
    assert hits(many, told) > hits(few, told)


def test_without_lightgbm_the_extra_is_named(told, monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(CapabilityError, match="rank"):
        Trees.fit(told, TreesConfig(), rng=np.random.default_rng(0))
