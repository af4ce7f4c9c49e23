"""A model as a source."""

from dataclasses import replace

import numpy as np

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.models.ease import Ease, EaseConfig
from omakase.sources.scored import ScoredSource
from omakase.types import Queries


def source(rng):
    return ScoredSource("ease", Ease.fit(two_tribes(), EaseConfig(l2=1), rng=rng))


def test_each_finds_the_item_they_miss(rng):
    slate = source(rng).candidates(everyone(two_tribes()), 1)
    assert slate.items[:, 0].tolist() == list(range(12))


def test_only_the_allowed_are_proposed(rng):
    queries = Queries.of(np.asarray([[0, 2]], np.int32))
    allowed = np.isin(np.arange(12), [2, 5, 8])
    some = replace(queries, allowed=allowed)
    assert set(source(rng).candidates(some, 5).items[0].tolist()) - {-1} == {5, 8}
