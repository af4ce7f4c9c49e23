"""Arrays behind a prefix."""

import numpy as np

from omakase.arrays.names import under_prefix, with_prefix


def test_under_prefix_is_the_inverse_of_with_prefix():
    one, two = np.arange(2), np.arange(3)
    named = {**with_prefix("head", {"w": one}), **with_prefix("heads", {"w": two}), "w": two}
    assert sorted(named) == ["head.w", "heads.w", "w"]
    assert list(under_prefix("head", named)) == ["w"]
    assert under_prefix("head", named)["w"] is one
