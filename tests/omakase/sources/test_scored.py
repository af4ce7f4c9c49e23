"""A model as a source."""

import numpy as np

from omakase.conformance.worlds import everyone, two_tribes
from omakase.models.popular import Config, Popular
from omakase.sources.scored import ScoredSource


def test_what_is_excluded_is_not_proposed(rng):
    data = two_tribes()
    queries = everyone(data)
    source = ScoredSource("popular", Popular.fit(data, Config(), rng=rng))
    slate = source.candidates(queries, 20)
    for items, excluded in zip(slate.items, queries.exclude, strict=True):
        assert not np.isin(items, excluded[excluded >= 0]).any()
