"""Some scores and likeness, whatever a model offers."""

import numpy as np
import pytest

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import CapabilityError
from omakase.models.ease import Ease, EaseConfig
from omakase.scoring import asked_diversity, decay_history, score_items, similar_items, vectors_of
from omakase.types import PAD, Context, Queries, Slate


class Bare:
    """A model that scores and nothing more: item i is worth i, and 1 far more after 4."""

    def score(self, queries):
        scores = np.tile(np.arange(6, dtype=np.float32), (len(queries), 1))
        scores[:, 1] += 100 * (queries.history == 4).any(axis=1)
        return scores


class Vectors(Bare):
    """Scores by length, likeness by angle."""

    def item_vectors(self):
        return np.asarray([[1, 0], [9, 0.5], [0, 3], [0, 0], [0.1, 1]], np.float32)

    def query_vectors(self, queries):
        return np.ones((len(queries), 2), np.float32)


class Knows(Bare):
    """Says itself what is alike."""

    def similar(self, items, k):
        return Slate(np.full((len(items), k), 5, np.int32), np.ones((len(items), k), np.float32))


def test_scores_are_gathered_where_the_model_can_only_score_all():
    items = np.asarray([[5, PAD, 0]], np.int32)
    assert score_items(Bare(), everyone(two_tribes())[:1], items).tolist() == [[5, -np.inf, 0]]


def test_a_model_that_scores_a_few_is_asked_for_a_few(rng):
    data = two_tribes()
    queries, model = everyone(data), Ease.fit(data, EaseConfig(l2=1), rng=rng)
    items = np.tile(np.asarray([[3, 0]], np.int32), (len(queries), 1))
    expected = model.score(queries)[:, [3, 0]]
    np.testing.assert_allclose(score_items(model, queries, items), expected, rtol=1e-5)


def test_what_was_asked_of_all_items_is_not_asked_again(rng):
    model = Ease.fit(two_tribes(), EaseConfig(l2=1), rng=rng)
    question = everyone(two_tribes())[:1]
    items = np.asarray([[3, PAD, 8]], np.int32)
    expected = score_items(model, question, items)
    question.once(model, lambda queries: model.score(queries) + 1)
    np.testing.assert_allclose(score_items(model, question, items), expected + 1, rtol=1e-6)


def test_alike_is_what_would_be_recommended_after_it():
    found = similar_items(Bare(), np.asarray([4, 0], np.int32), 2)
    assert found.items.tolist() == [[1, 5], [5, 4]]


def test_alike_by_angle_not_by_length():
    found = similar_items(Vectors(), np.asarray([0, 2], np.int32), 2)
    assert found.items.tolist() == [[1, 4], [4, 1]]
    assert found.scores[0, 0] <= 1.0001


def test_a_vector_of_nothing_is_like_nothing():
    found = similar_items(Vectors(), np.asarray([3], np.int32), 4)
    assert found.scores.tolist() == [[0, 0, 0, 0]]


def test_nothing_is_like_itself():
    found = similar_items(Vectors(), np.arange(5, dtype=np.int32), 4)
    for row, items in enumerate(found.items.tolist()):
        assert row not in items


def test_a_model_that_knows_likeness_is_believed():
    assert similar_items(Knows(), np.asarray([0], np.int32), 1).items.tolist() == [[5]]


def test_faded_queries_count_older_events_less():
    queries = Queries.of(np.asarray([[PAD, 3, 4]], np.int32))
    assert decay_history(queries, 0.5).weights.tolist() == [[0, 0.5, 1]]
    assert decay_history(queries, 1) is queries
    assert queries.weights.tolist() == [[0, 1, 1]]
    assert decay_history(queries, 0.5).weights.dtype == np.float32


def test_diversity_is_that_of_the_request_or_the_default():
    history = np.full((3, 1), PAD, np.int32)
    contexts = (Context(diversity=0.9), Context(), Context(diversity=7))
    assert asked_diversity(Queries.of(history, contexts=contexts), 0.25).tolist() == [
        np.float32(0.9),
        0.25,
        1,
    ]
    assert asked_diversity(Queries.of(history), 0.25).tolist() == [0.25] * 3


def test_vectors_are_as_the_model_holds_them():
    assert vectors_of("m", Vectors()).tolist() == Vectors().item_vectors().tolist()
    with pytest.raises(CapabilityError, match="'bare' has no vectors"):
        vectors_of("bare", Bare())
