"""Random, but the same again."""

import numpy as np
import pytest

from omakase.data.dataset import Dataset
from omakase.models.random import Random, RandomConfig
from omakase.types import PAD, Queries


@pytest.fixture
def model() -> Random:
    data = Dataset.from_events([("u", f"i{i:04}", 1.0) for i in range(4000)])
    return Random.fit(data, RandomConfig(), rng=np.random.default_rng(5))


def asking(history: list[int], user: int = PAD, now: int = 0) -> Queries:
    return Queries.of(
        np.asarray([history], dtype=np.int32),
        users=np.asarray([user], dtype=np.int32),
        now=np.asarray([now], dtype=np.int64),
    )


def test_scores_are_uniform_below_one(model):
    scores = model.score(asking([1, 2]))[0]
    assert scores.min() >= 0
    assert scores.max() < 1
    counts = np.bincount((scores * 10).astype(int), minlength=10)
    assert (abs(counts - 400) < 5 * np.sqrt(400)).all()


def test_another_person_past_or_moment_gives_another_answer(model):
    queries = [asking([1, 2]), asking([1, 3]), asking([1, 2], user=7), asking([1, 2], now=9)]
    answers = np.concatenate([model.score(query) for query in queries])
    apart = np.corrcoef(answers) - np.eye(len(queries))
    assert abs(apart).max() < 0.1


def test_another_seed_gives_another_answer(model):
    other = Random(np.asarray([17], dtype=np.uint64), model.n_items)
    query = asking([1, 2])
    assert abs(np.corrcoef(model.score(query)[0], other.score(query)[0])[0, 1]) < 0.1


def test_the_same_query_gets_the_same_answer(model):
    np.testing.assert_array_equal(model.score(asking([4])), model.score(asking([PAD, 4])))


def test_batches_of_strangers_are_answered(model):
    nobody = Queries.of(np.full((3, 1), PAD, dtype=np.int32))
    scores = model.score(nobody)
    assert scores.shape == (3, 4000)
    np.testing.assert_array_equal(scores[0], scores[2])
