"""Item neighbours against their definition."""

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.data.weighting import KindWeight, Weighting
from omakase.models.item_knn import ItemKnn, ItemKnnConfig
from omakase.types import PAD, Queries


@pytest.fixture
def ratings() -> Dataset:
    rng = np.random.default_rng(3)
    pairs = [(u, i) for u in range(30) for i in range(12) if rng.random() < 0.4]
    return Dataset.from_events(
        [(f"u{u:02}", f"i{i:02}", float(rng.integers(1, 6))) for u, i in pairs]
    )


def dense_links(model: ItemKnn) -> np.ndarray:
    """(N, N)"""
    n = len(model.links)
    eye = np.arange(n, dtype=np.int32)[:, None]
    return model.links.spread(eye, np.ones((n, 1), dtype=np.float32))


def likeness_by_hand(data: Dataset, config: ItemKnnConfig) -> np.ndarray:
    """(N, N) of all pairs, from the formula of each similarity."""
    x = data.matrix.toarray().astype(np.float64)
    seen = x != 0
    if config.similarity == "jaccard":
        both = seen.T.astype(float) @ seen
        count = seen.sum(axis=0)
        return both / (count[:, None] + count - both + config.shrinkage)
    axis = {"cosine": None, "pearson": 0, "adjusted_cosine": 1}[config.similarity]
    if axis is not None:
        x -= np.where(seen, x.sum(axis, keepdims=True) / seen.sum(axis, keepdims=True), 0)
    squares = (x**2).sum(axis=0)
    sizes = squares[:, None] ** config.alpha * squares ** (1 - config.alpha)
    return (x.T @ x) / (sizes + config.shrinkage)


@pytest.mark.parametrize("similarity", ["cosine", "adjusted_cosine", "pearson", "jaccard"])
@pytest.mark.parametrize("shrinkage", [0.0, 10.0])
@pytest.mark.parametrize("alpha", [0.5, 0.2])
def test_links_are_the_best_of_all_pairs(ratings, rng, similarity, shrinkage, alpha):
    config = ItemKnnConfig(
        similarity=similarity, shrinkage=shrinkage, alpha=alpha, neighbours=4, threshold=0.02
    )
    expected = likeness_by_hand(ratings, config)
    np.fill_diagonal(expected, 0)
    expected[expected < 0.02] = 0
    for row in expected:
        row[np.argsort(-row, kind="stable")[4:]] = 0
    links = dense_links(ItemKnn.fit(ratings, config, rng=rng))
    np.testing.assert_allclose(np.sort(links), np.sort(expected), rtol=1e-4, atol=1e-6)


def test_rare_things_of_people_with_few_count_more_with_tfidf(rng):
    """x and y share a person of two things; x and z one who has seen everything."""
    events = [("few", "x"), ("few", "y"), ("all", "x"), ("all", "z")]
    events += [("all", f"i{i}") for i in range(5)] + [("other", "w"), ("third", "y"), ("4", "z")]
    data = Dataset.from_events([(u, i, 1.0) for u, i in events])
    x, y, z = (data.ids.items.row(i) for i in "xyz")
    by_rarity = dense_links(
        ItemKnn.fit(data, ItemKnnConfig(weighting="tfidf", threshold=0), rng=rng)
    )
    plain = dense_links(ItemKnn.fit(data, ItemKnnConfig(), rng=rng))
    assert plain[x, y] == plain[x, z]
    assert by_rarity[x, y] > 2 * by_rarity[x, z] > 0


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = ItemKnn.fit(data, ItemKnnConfig(), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_a_disliked_past_speaks_against_its_neighbours(rng):
    model = ItemKnn.fit(two_tribes(), ItemKnnConfig(), rng=rng)
    history = np.asarray([[0, 1]], dtype=np.int32)
    torn = Queries.of(history, weights=np.asarray([[1, -1]], dtype=np.float32))
    scores = model.score(torn)[0]
    assert (scores[2::2] > 0).all()
    assert (scores[3::2] < 0).all()


def test_people_who_disagree_make_items_unlike(rng):
    kinds = {"like": KindWeight(), "dislike": KindWeight(negative=True)}
    table = pl.DataFrame(
        [("a", "x", "like"), ("a", "y", "dislike"), ("b", "x", "like"), ("b", "z", "like")],
        schema=["user_id", "item_id", "kind"],
        orient="row",
    ).with_columns(pl.lit(1.0).alias("value"), pl.lit(0).alias("time"))
    data = Dataset.from_table(table, weighting=Weighting(kinds=kinds))
    links = dense_links(ItemKnn.fit(data, ItemKnnConfig(), rng=rng))
    x, y, z = (data.ids.items.row(i) for i in "xyz")
    assert links[x, z] > 0
    assert links[x, y] == 0


def test_the_threshold_forgets_faint_links(ratings, rng):
    every = dense_links(ItemKnn.fit(ratings, ItemKnnConfig(threshold=0.0), rng=rng))
    strong = dense_links(ItemKnn.fit(ratings, ItemKnnConfig(threshold=0.5), rng=rng))
    np.testing.assert_array_equal(strong, np.where(every >= 0.5, every, 0))


def test_contributions_add_up_to_the_score(ratings, rng):
    model = ItemKnn.fit(ratings, ItemKnnConfig(), rng=rng)
    queries = everyone(ratings)
    items = np.tile(np.asarray([3, 0, 11], dtype=np.int32), (len(queries), 1))
    parts = model.contributions(queries, items)
    assert (parts[np.broadcast_to((queries.history == PAD)[:, None, :], parts.shape)] == 0).all()
    scores = model.score_items(queries, items) - model.ties[items]
    np.testing.assert_allclose(parts.sum(axis=2), scores, rtol=1e-4, atol=1e-6)


def test_taking_an_event_away_takes_its_contribution(ratings, rng):
    model = ItemKnn.fit(ratings, ItemKnnConfig(), rng=rng)
    whole = ratings.queries(np.asarray([4], dtype=np.int32))
    items = np.arange(12, dtype=np.int32)[None, :]
    parts = model.contributions(whole, items)
    without = Queries.of(whole.history[:, 1:], weights=whole.weights[:, 1:])
    lost = model.score(whole) - model.score(without)
    np.testing.assert_allclose(lost, parts[:, :, 0], rtol=1e-4, atol=1e-6)


def test_an_item_chosen_twice_counts_twice(ratings, rng):
    model = ItemKnn.fit(ratings, ItemKnnConfig(), rng=rng)
    once = model.score(Queries.of(np.asarray([[3]], dtype=np.int32)))
    twice = model.score(Queries.of(np.asarray([[3, 3]], dtype=np.int32)))
    np.testing.assert_allclose(twice - model.ties, 2 * (once - model.ties), atol=1e-6)


def test_a_stranger_gets_what_is_popular(ratings, rng):
    model = ItemKnn.fit(ratings, ItemKnnConfig(), rng=rng)
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    counts = np.bincount(ratings.events.items, minlength=12)
    assert counts[model.score(nobody)[0].argmax()] == counts.max()


def test_levels_are_needed_for_a_correlation(rng):
    """Where all weights are equal there is nothing to correlate, and nothing is like anything."""
    model = ItemKnn.fit(two_tribes(), ItemKnnConfig(similarity="pearson"), rng=rng)
    assert (dense_links(model) == 0).all()


def test_a_threshold_above_one_is_refused():
    with pytest.raises(ValidationError, match="threshold"):
        ItemKnnConfig(threshold=2.0)
