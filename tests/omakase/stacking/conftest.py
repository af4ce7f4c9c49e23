"""Examples with a known right answer, shared by all heads."""

import numpy as np
import pytest

from omakase.stacking.examples import StackExamples

NAMES = ("ease.score", "ease.place", "item.noise", "item.flat")


@pytest.fixture(scope="session")
def told() -> StackExamples:
    """The candidate with the largest first feature is right; the rest is noise or flat."""
    rng = np.random.default_rng(0)
    features = rng.standard_normal((120, 8, 4)).astype(np.float32)
    features[:, :, 3] = 2
    known = np.arange(8)[None] < rng.integers(3, 9, 120)[:, None]
    features[~known] = 0
    scores = np.where(known, features[:, :, 0], -np.inf)
    right = np.arange(8)[None] == scores.argmax(axis=1)[:, None]
    return StackExamples(NAMES, features, right, known)


@pytest.fixture(scope="session")
def hits():
    """The share of queries whose right candidate a head puts first."""

    def share(head, examples: StackExamples) -> float:
        scores = np.where(examples.known, head.score(examples.features), -np.inf)
        best = scores.argmax(axis=1)
        return float(examples.right[np.arange(len(examples)), best].mean())

    return share
