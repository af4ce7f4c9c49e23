"""Features on one scale."""

import numpy as np
import pytest

from omakase.stacking.examples import StackExamples
from omakase.stacking.standard import Standard


def told(features, known=None) -> StackExamples:
    features = np.asarray(features, dtype=np.float32)
    known = np.ones(features.shape[:2], bool) if known is None else np.asarray(known)
    names = tuple(f"group.{n}" for n in range(features.shape[2]))
    return StackExamples(names, features, np.zeros(features.shape[:2], bool), known)


def test_mean_0_and_deviation_1():
    features = np.random.default_rng(0).normal((3, -40), (2, 5), (50, 8, 2)).astype(np.float32)
    scaled = Standard.of(told(features)).scaled(features)
    np.testing.assert_allclose(scaled.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(axis=(0, 1)), 1, atol=0.01)
    assert (np.diff(scaled[0, np.argsort(features[0, :, 0]), 0]) >= 0).all()


def test_candidates_that_are_none_do_not_count():
    standard = Standard.of(told([[[1.0], [3.0], [999.0]]], [[True, True, False]]))
    assert standard.mean.tolist() == [2.0] and standard.scale.tolist() == [1.0]


def test_what_is_the_same_everywhere_becomes_0():
    assert Standard.of(told([[[7.0], [7.0]]])).scaled(np.asarray([[[7.0], [99.0]]])).max() == 0


@pytest.mark.parametrize(("wild", "held"), [(1e9, 5.0), (-1e9, -5.0)])
def test_a_wild_value_is_held(wild, held):
    standard = Standard.of(told([[[1.0], [3.0]]]))
    assert standard.scaled(np.asarray([wild], dtype=np.float32)).tolist() == [held]


def test_it_is_the_same_after_it_was_saved():
    features = np.random.default_rng(1).random((4, 3, 2), dtype=np.float32)
    standard = Standard.of(told(features))
    again = Standard.from_arrays({**standard.arrays(), "content": np.zeros(3)})
    assert again.scaled(features).tobytes() == standard.scaled(features).tobytes()
    assert again.scaled(features).dtype == np.float32
