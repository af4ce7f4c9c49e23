"""The oracle itself."""

import numpy as np

from omakase.index.exact import Config, ExactIndex


def test_finds_the_largest_products(rng):
    vectors = rng.standard_normal((50, 8)).astype(np.float32)
    slate = ExactIndex.build(vectors, Config(), rng=rng).search(vectors[:3], 5)
    expected = np.argsort(-(vectors[:3] @ vectors.T), axis=1)[:, :5]
    assert slate.items.tolist() == expected.tolist()
