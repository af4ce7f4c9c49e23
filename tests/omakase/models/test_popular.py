"""Popularity is a share."""

import numpy as np

from omakase.data.dataset import Dataset
from omakase.models.popular import Config, Popular


def test_shares_are_of_all_weight(rng):
    data = Dataset.from_events([("a", "x", 3.0), ("b", "x", 1.0), ("b", "y", 4.0)])
    model = Popular.fit(data, Config(), rng=rng)
    np.testing.assert_allclose(model.share, [0.5, 0.5])
