"""Biased factorisation against its own loss, as a predictor and as a ranker."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numba import get_num_threads, set_num_threads

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.data.weighting import KindWeight, Weighting
from omakase.models.biased_mf import BiasedMf, BiasedMfConfig
from omakase.types import PAD, Queries


def additive_world():
    """Rating = 3 + taste of the person + quality of the item; three quarters are known."""
    mild = np.linspace(-0.5, 0.5, 12)
    known = [(u, i) for u in range(12) for i in range(12) if (u + i) % 4]
    return Dataset.from_events([(f"u{u:02}", f"i{i:02}", 3 + mild[u] + mild[i]) for u, i in known])


def test_predicts_ratings_it_has_not_seen(rng):
    data = additive_world()
    config = BiasedMfConfig(factors=2, l2=1e-4, unrated_weight=0.0, iterations=60)
    scores = BiasedMf.fit(data, config, rng=rng).score(everyone(data))
    mild = np.linspace(-0.5, 0.5, 12)
    hidden = [(u, i) for u in range(12) for i in range(12) if (u + i) % 4 == 0]
    wrong = [scores[u, i] - (3 + mild[u] + mild[i]) for u, i in hidden]
    assert np.abs(wrong).mean() < 0.1


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = BiasedMf.fit(data, BiasedMfConfig(factors=4, unrated_weight=0.2), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_three_happy_raters_do_not_beat_a_hundred():
    rows = [(f"u{u}", "hit", 4.5) for u in range(100)]
    rows += [(f"u{u}", "obscure", 5.0) for u in range(3)]
    rows += [(f"u{u}", f"own{u % 5}", 3.0) for u in range(100)]
    data = Dataset.from_events(rows)
    stranger = Queries.of(np.asarray([[data.ids.items.row("own1")]], dtype=np.int32))
    hit, obscure = (data.ids.items.row(name) for name in ("hit", "obscure"))

    def order(weight):
        config = BiasedMfConfig(factors=2, unrated_weight=weight, l2=1e-3)
        scores = BiasedMf.fit(data, config, rng=np.random.default_rng(0)).score(stranger)[0]
        return scores[hit] > scores[obscure]

    assert order(0.05)
    assert not order(0.0)


def test_solved_vectors_have_no_slope(rng):
    """The loss of a person's part, by its definition, is lowest at the solution."""
    data = additive_world()
    config = BiasedMfConfig(factors=3, l2=0.2, unrated_weight=0.1)
    model = BiasedMf.fit(data, config, rng=rng)
    history = np.asarray([[1, 4, 6]], dtype=np.int32)
    stars = np.asarray([[4, 2, 5]], dtype=np.float32)
    found = model.query_vectors(Queries.of(history, weights=stars))[0].astype(np.float64)
    solved = np.concatenate([found[:3], found[4:]])

    def value(x):
        rating = model.items @ x[:3] + model.bias + x[3] + model.floor
        loss = ((rating[history[0]] - stars[0]) ** 2).sum()
        loss += 0.1 * ((rating - model.floor) ** 2).sum()
        return loss + 0.2 * (3 + 0.1 * len(model.items)) * x @ x

    slope = [(value(solved + d) - value(solved - d)) / 2e-4 for d in 1e-4 * np.eye(4)]
    np.testing.assert_allclose(slope, 0, atol=1e-3)


def test_a_low_rating_lowers_the_item(rng):
    data = additive_world()
    model = BiasedMf.fit(data, BiasedMfConfig(factors=3), rng=rng)
    history = np.asarray([[1, 4]], dtype=np.int32)
    high, low = (
        model.score(Queries.of(history, weights=np.asarray([[4, stars]], dtype=np.float32)))[0]
        for stars in (5, 1)
    )
    assert low[4] < high[4]


def test_a_history_of_plain_ones_counts_as_average_ratings(rng):
    model = BiasedMf.fit(additive_world(), BiasedMfConfig(factors=3), rng=rng)
    history = np.asarray([[1, 4]], dtype=np.int32)
    usual = np.full((1, 2), model.usual, dtype=np.float32)
    plain, rated = Queries.of(history), Queries.of(history, weights=usual)
    np.testing.assert_allclose(model.score(plain), model.score(rated), rtol=1e-5)


def test_two_ratings_of_a_pair_count_as_their_mean(rng):
    model = BiasedMf.fit(additive_world(), BiasedMfConfig(factors=3), rng=rng)
    twice = Queries.of(
        np.asarray([[4, 4]], dtype=np.int32), weights=np.asarray([[2, 5]], dtype=np.float32)
    )
    once = Queries.of(
        np.asarray([[4]], dtype=np.int32), weights=np.asarray([[3.5]], dtype=np.float32)
    )
    np.testing.assert_allclose(model.score(twice), model.score(once), rtol=1e-5)


def test_without_history_the_biases_decide(rng):
    model = BiasedMf.fit(additive_world(), BiasedMfConfig(factors=3), rng=rng)
    nobody = Queries.of(np.full((1, 2), PAD, dtype=np.int32))
    np.testing.assert_allclose(model.score(nobody)[0], model.bias + model.floor, rtol=1e-5)


@pytest.mark.parametrize("done", [1, 4])
def test_progress_hears_every_iteration(rng, done):
    heard = []
    config = BiasedMfConfig(factors=2, iterations=done)
    BiasedMf.fit(additive_world(), config, rng=rng, progress=lambda *at: heard.append(at))
    assert heard[-1] == (done, done)


def test_threads_change_no_bit():
    before = get_num_threads()
    models = []
    for threads in (1, min(2, before)):
        set_num_threads(threads)
        rng = np.random.default_rng(3)
        models.append(BiasedMf.fit(two_tribes(40), BiasedMfConfig(factors=4), rng=rng))
    set_num_threads(before)
    np.testing.assert_array_equal(models[0].items, models[1].items)


@pytest.mark.parametrize("price", [10.0, 3e4, 1e7])
def test_amounts_of_money_are_learnt_as_stars_are(price):
    """Thirty thousand won a piece, next to a penalty made for five stars."""
    weighting = Weighting(kinds={"rating": KindWeight(from_value=True)})
    stars = additive_world()
    ids = stars.ids
    table = pl.DataFrame(
        {
            "user_id": [ids.users.ids[u] for u in stars.events.users],
            "item_id": [ids.items.ids[i] for i in stars.events.items],
            "kind": "rating",
            "time": stars.events.times,
        }
    )

    def scores(unit):
        values = table.with_columns(value=pl.Series(stars.events.weights * unit))
        data = Dataset.from_table(values, weighting=weighting)
        return BiasedMf.fit(data, BiasedMfConfig(), rng=np.random.default_rng(0)).score(
            everyone(data)
        )

    np.testing.assert_allclose(scores(price) / price, scores(5.0) / 5.0, rtol=1e-3)


def test_vectors_and_a_few_scores_are_in_the_unit_of_the_ratings(rng):
    data = Dataset.from_events([("a", "x", 2.0), ("a", "y", 4.0), ("b", "y", 5.0)])
    events = replace(data.events, weights=data.events.weights * 1000)
    model = BiasedMf.fit(data.with_events(events), BiasedMfConfig(factors=2), rng=rng)
    queries = everyone(data.with_events(events))
    scores = model.score(queries)
    assert model.unit > 100
    product = model.query_vectors(queries) @ model.item_vectors().T
    np.testing.assert_allclose(product, scores, rtol=1e-4)
    items = np.asarray([[1, 0], [1, PAD]], np.int32)
    some = model.score_items(queries, items)
    np.testing.assert_allclose(some[:, 0], scores[:, 1], rtol=1e-4)
    assert np.isneginf(some[1, 1])


def test_arrays_of_a_time_when_all_ratings_were_stars_are_read(rng):
    data = additive_world()
    model = BiasedMf.fit(data, BiasedMfConfig(factors=2), rng=rng)
    older = {**model.arrays(), "levels": model.arrays()["levels"][:2]}
    again = BiasedMf.from_arrays(older, BiasedMfConfig(factors=2))
    np.testing.assert_array_equal(again.score(everyone(data)), model.score(everyone(data)))
