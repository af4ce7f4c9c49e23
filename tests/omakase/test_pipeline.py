"""Sources meet."""

from omakase.conformance.worlds import everyone, two_tribes
from omakase.models.ease import Config, Ease
from omakase.models.popular import Popular
from omakase.pipeline import Pipeline
from omakase.rankers.cut import Cut
from omakase.sources.scored import ScoredSource
from omakase.types import PAD


def test_nothing_excluded_comes_back_and_nothing_twice(rng):
    data = two_tribes()
    queries = everyone(data)
    sources = (
        ScoredSource("ease", Ease.fit(data, Config(l2=1), rng=rng)),
        ScoredSource("popular", Popular.fit(data, Popular.config_type(), rng=rng)),
    )
    slate = Pipeline(sources, (Cut(5),)).recommend(queries, 5)
    for items, excluded in zip(slate.items, queries.exclude, strict=True):
        shown = items[items != PAD].tolist()
        assert len(shown) == len(set(shown)) == 5
        assert not set(shown) & set(excluded.tolist())
    assert slate.items[:, 0].tolist() == list(range(data.n_items))
