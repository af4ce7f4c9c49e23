"""The attention hybrid: its groups, and that served is what was trained."""

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.stacking.attention import AttentionStack, AttentionStackConfig, _groups


def test_features_of_one_prefix_are_one_voice():
    names = ("ease.score", "ease.place", "item.price", "ease~0.9.score", "pair.fit")
    assert _groups(names) == [0, 0, 1, 2, 3]


def test_heads_must_divide_the_width():
    with pytest.raises(ValidationError, match="do not divide"):
        AttentionStackConfig(width=10, heads=4)


def test_far_values_are_held(told):
    head = AttentionStack.fit(
        told, AttentionStackConfig(epochs=1, width=8), rng=np.random.default_rng(0)
    )
    far = np.full((1, 1, 4), 1e9, np.float32)
    farther = np.full((1, 1, 4), 1e12, np.float32)
    assert np.isfinite(head.score(far)).all()
    np.testing.assert_array_equal(head.score(far), head.score(farther))


def test_learning_tells_how_far_it_is(told):
    heard = []
    AttentionStack.fit(
        told,
        AttentionStackConfig(epochs=3, width=4),
        rng=np.random.default_rng(0),
        progress=lambda done, total, **figures: heard.append((done, total, figures["loss"])),
    )
    assert [each[:2] for each in heard] == [(1, 3), (2, 3), (3, 3)]
    assert heard[-1][2] < heard[0][2]
