import numpy as np
import pytest

from omakase.data.dataset import Dataset


@pytest.fixture(scope="session")
def tribes():
    """Even people use even items and odd people odd ones, in an order of their own."""

    def world(size):
        rng = np.random.default_rng(size)
        rows = [(f"u{u:02}", f"i{i:02}", 1.0) for u in range(size) for i in range(u % 2, size, 2)]
        return Dataset.from_events([rows[n] for n in rng.permutation(len(rows))])

    return world
