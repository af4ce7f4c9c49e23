"""An index as a source."""

from dataclasses import replace

import numpy as np
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import CapabilityError, UnknownName
from omakase.index.exact import ExactConfig, ExactIndex
from omakase.models.pure_svd import PureSvdConfig as SvdConfig
from omakase.registry import MODELS
from omakase.sources.indexed import IndexedConfig, IndexedSource
from omakase.sources.scored import ScoredSource


@pytest.fixture
def parts(rng):
    data = two_tribes()
    made = InMemoryVersion.fitted(
        data,
        MODELS,
        {"pure_svd": SvdConfig(factors=4), "popular": MODELS["popular"].config_type()},
        rng,
    )
    vectors = made.models["pure_svd"].item_vectors()
    return replace(made, indexes={"near": ExactIndex.build(vectors, ExactConfig(), rng=rng)})


def test_finds_what_scoring_everything_finds(parts):
    queries = everyone(two_tribes())
    source = IndexedSource.of("near", IndexedConfig(model="pure_svd", index="near"), parts)
    scored = ScoredSource("all", parts.model("pure_svd"))
    got, expected = source.candidates(queries, 4), scored.candidates(queries, 4)
    assert got.items.tolist() == expected.items.tolist()
    np.testing.assert_allclose(got.scores, expected.scores, rtol=1e-4, atol=1e-5)


class Shy(ExactIndex):
    """Finds, but cannot look among some rows only, and counts what it is asked for."""

    asked: list[int]
    search_among = None

    def search(self, vectors, k):
        Shy.asked.append(k)
        return ExactIndex.search(self, vectors, k)


def test_asks_for_as_many_more_as_are_left_out(parts):
    queries = everyone(two_tribes())  # five or six items each
    Shy.asked = []
    model = parts.model("pure_svd")
    shy = Shy.build(model.item_vectors(), ExactConfig(), rng=None)
    source = IndexedSource("near", model, shy, parts.n_items)
    slate = source.candidates(queries, 4)
    most = int((queries.exclude >= 0).sum(axis=1).max())
    assert Shy.asked == [4 + most]
    assert (slate.items >= 0).all()


def test_only_the_allowed_are_proposed(parts):
    queries = replace(everyone(two_tribes()), allowed=np.arange(12) > 8)
    source = IndexedSource.of("near", IndexedConfig(model="pure_svd", index="near"), parts)
    items = source.candidates(queries, 4).items
    assert set(items[items >= 0].tolist()) == {9, 10, 11}


def test_a_model_without_vectors_is_refused(parts):
    with pytest.raises(CapabilityError, match="'popular' has no vectors"):
        IndexedSource.of("near", IndexedConfig(model="popular", index="near"), parts)


def test_an_index_that_is_not_there_is_refused(parts):
    with pytest.raises(UnknownName, match="did you mean 'near'"):
        IndexedSource.of("near", IndexedConfig(model="pure_svd", index="neer"), parts)


class Counting(ExactIndex):
    """Can look among some rows only, and counts how it is asked."""

    asked: list[str]

    def search(self, vectors, k):
        Counting.asked.append("all")
        return ExactIndex.search(self, vectors, k)

    def search_among(self, vectors, k, allowed):
        Counting.asked.append("among")
        return ExactIndex.search_among(self, vectors, k, allowed)


def asked_with(parts, allowed, k=2):
    """How a counting index is asked by everyone, and what is proposed."""
    Counting.asked = []
    model = parts.model("pure_svd")
    index = Counting.build(model.item_vectors(), ExactConfig(), rng=None)
    source = IndexedSource("near", model, index, parts.n_items)
    items = source.candidates(replace(everyone(two_tribes()), allowed=allowed), k).items
    return Counting.asked, items


def test_search_where_most_are_allowed_sends_no_rows_along(parts):
    """A catalog nearly always holds something that is not offered now."""
    allowed = np.arange(12) != 3
    asked, items = asked_with(parts, allowed)
    assert asked == ["all"]
    assert (items >= 0).all() and 3 not in items


def test_search_where_few_are_allowed_asks_among_them(parts):
    asked, items = asked_with(parts, np.arange(12) > 8)
    assert asked == ["among"]
    assert set(items[items >= 0].tolist()) <= {9, 10, 11}


@pytest.mark.parametrize("seed", range(20))
def test_search_among_any_share_finds_what_scoring_everything_finds(parts, seed):
    rng = np.random.default_rng(seed)
    allowed = rng.random(12) < rng.random()
    queries = replace(everyone(two_tribes()), allowed=allowed)
    source = IndexedSource.of("near", IndexedConfig(model="pure_svd", index="near"), parts)
    scored = ScoredSource("all", parts.model("pure_svd"))
    got, expected = source.candidates(queries, 4), scored.candidates(queries, 4)
    real = [[item for item in row if item >= 0] for row in got.items.tolist()]
    assert real == [[i for i in row if i >= 0 and allowed[i]] for row in expected.items.tolist()]
