"""Transitions against their definition, step by step in plain Python."""

import numpy as np
import pytest

from omakase.data.dataset import Dataset
from omakase.data.splits import leave_one_out
from omakase.evaluate.run import evaluate
from omakase.models.popular import Popular, PopularConfig
from omakase.models.transitions import Transitions, TransitionsConfig
from omakase.types import PAD, Queries


def fit(data: Dataset, **knobs) -> Transitions:
    return Transitions.fit(data, TransitionsConfig(**knobs), rng=np.random.default_rng(0))


@pytest.fixture(scope="module")
def walks() -> Dataset:
    rng = np.random.default_rng(1)
    return Dataset.from_events(
        [(f"u{u}", f"i{i}", 1.0) for u in range(15) for i in rng.permutation(10)[:7]]
    )


def links_by_hand(data: Dataset, config: TransitionsConfig) -> np.ndarray:
    """(N, N) from the words of the class."""
    n = data.n_items
    steps = np.zeros((n, n))
    for user in range(data.n_users):
        walk = data.events.items[data.events.users == user].tolist()
        for a, first in enumerate(walk):
            for b in range(a + 1, min(a + 1 + config.window, len(walk))):
                steps[first, walk[b]] += config.decay ** (b - a - 1)
    steps = steps + config.back * steps.T
    np.fill_diagonal(steps, 0)
    leaving, arriving = steps.sum(axis=1), steps.sum(axis=0)
    columns = (np.maximum(arriving, 1e-9) / arriving.mean() + 0.1) ** -config.popularity
    return steps / np.maximum(leaving, 1)[:, None] * columns


@pytest.mark.parametrize(
    "knobs",
    [{}, {"window": 1, "back": 0}, {"decay": 0.5, "window": 3}, {"popularity": 1, "back": 1}],
)
def test_links_are_the_decayed_steps(walks, knobs):
    model = fit(walks, fade=1, **knobs)
    alone = np.arange(walks.n_items, dtype=np.int32)[:, None]
    found = model.links.spread(alone, np.ones((walks.n_items, 1), np.float32))
    np.testing.assert_allclose(found, links_by_hand(walks, model.config), rtol=1e-5)


def test_a_newer_event_speaks_louder_and_old_ones_not_at_all(walks):
    model = fit(walks, fade=0.5, recent=2)
    links = links_by_hand(walks, model.config)
    scores = model.score(Queries.of(np.asarray([[7, 3, 5]], np.int32))) - model.ties
    np.testing.assert_allclose(scores[0], links[5] + 0.5 * links[3], rtol=1e-4, atol=1e-6)


def test_a_dislike_speaks_against(walks):
    model = fit(walks)
    history = np.asarray([[4]], np.int32)
    liked = model.score(Queries.of(history)) - model.ties
    against = Queries.of(history, weights=np.asarray([[-1]], np.float32))
    np.testing.assert_allclose(model.score(against) - model.ties, -liked, atol=1e-6)


def test_who_walks_a_street_is_shown_the_next_house():
    street = Dataset.from_events(
        [(f"u{u}", f"i{i:02}", 1.0) for u in range(8) for i in range(u, u + 6)]
    )
    scores = fit(street).score(Queries.of(np.asarray([[2, 3, 4]], np.int32)))[0]
    scores[[2, 3, 4]] = -np.inf
    assert scores.argmax() == 5


def test_steps_do_not_cross_from_one_person_to_the_next():
    data = Dataset.from_events([("a", "x", 1.0), ("b", "y", 1.0)])
    assert fit(data).links.weights.size == 0


def test_disliked_events_are_no_steps():
    data = Dataset.from_events([("a", "x", 1.0), ("a", "y", 1.0), ("b", "x", 1.0)])
    weights = data.events.weights.copy()
    weights[1] = -1
    from dataclasses import replace

    assert fit(data.with_events(replace(data.events, weights=weights))).links.weights.size == 0


def test_only_the_strongest_links_are_kept_ties_by_lower_column(walks):
    few, all_of_them = fit(walks, neighbours=3), fit(walks)
    alone = np.arange(walks.n_items, dtype=np.int32)[:, None]
    ones = np.ones((walks.n_items, 1), np.float32)
    kept, every = few.links.spread(alone, ones), all_of_them.links.spread(alone, ones)
    for row in range(walks.n_items):
        best = np.argsort(-every[row], kind="stable")[:3]
        assert set(np.flatnonzero(kept[row])) == set(best.tolist())


def test_contributions_add_up_to_the_score(walks):
    model = fit(walks, recent=3)
    queries = Queries.of(np.asarray([[PAD, 1, 2, 3, 4], [5, 6, 7, 8, 9]], np.int32))
    items = np.asarray([[0, 9], [1, 2]], np.int32)
    parts = model.contributions(queries, items)
    assert parts.shape == (2, 2, 5)
    assert not parts[:, :, :2].any()
    np.testing.assert_allclose(
        parts.sum(axis=2) + model.ties[items], model.score_items(queries, items), atol=1e-6
    )


def test_order_is_worth_more_than_popularity_where_there_is_order():
    rng = np.random.default_rng(2)
    starts = rng.integers(0, 30, 60)
    events = [
        (f"u{u:02}", f"i{(s + step) % 30:02}", 1.0)
        for u, s in enumerate(starts)
        for step in range(6)
    ]
    split = leave_one_out(Dataset.from_events(events))
    popular = Popular.fit(split.train, PopularConfig(), rng=rng)
    ours = evaluate(fit(split.train), split, "test", k=3).figures["ndcg@3"]
    assert ours > 0.9 > evaluate(popular, split, "test", k=3).figures["ndcg@3"]
