"""The two sides of the like table see the same events, and no answer leaks."""

import numpy as np
import polars as pl
import pytest
from benchmarks import neural_pairs

from omakase.data.dataset import Dataset


@pytest.fixture
def rated() -> Dataset:
    events = pl.DataFrame(
        {
            "user_id": ["a", "a", "b", "b", "c"],
            "item_id": ["x", "y", "x", "z", "x"],
            "kind": "rating",
            "value": [5.0, 3.0, 4.0, 1.0, 2.0],
            "time": range(5),
        }
    )
    users = pl.DataFrame({"user_id": ["a", "b", "c"], "gender": ["F", "M", None], "age": [9, 8, 9]})
    items = pl.DataFrame({"item_id": ["x", "y", "z"], "category": [["p", "q"], ["p"], None]})
    return Dataset.from_table(events, items=items, users=users)


def test_four_and_more_are_likes(rated):
    found = neural_pairs.signed(rated, np.asarray([True, True, True, True, False]))
    assert found.events.weights.tolist() == [1, -1, 1, -1]


def test_columns_say_what_the_model_is_told(rated):
    learnt = neural_pairs.signed(rated, np.ones(5, dtype=bool))
    table = neural_pairs.Columns(learnt)
    x = table.of(learnt.events)
    assert x[:, 0].tolist() == learnt.events.users.tolist()
    assert x[:, 2].tolist() == [1, 1, 0, 0, 1]  # ages 8 and 9
    assert x[:, 3].tolist() == [0, 0, 1, 1, -1]  # gender, unknown for c
    assert table.categories == [0, 1, 2, 3]
    mean = 2 / 5
    assert x[0, -1] == pytest.approx((2 + 10 * mean) / (3 + 10))  # item x: two likes of three


def test_no_answer_describes_itself(rated):
    """Means of a fold come from the others: the first event's item has two others, one liked."""
    learnt = neural_pairs.signed(rated, np.ones(5, dtype=bool))
    x = neural_pairs.Columns(learnt).of(learnt.events, np.asarray([0, 1, 1, 1, 1]))
    mean = 1 / 4
    assert x[0, -1] == pytest.approx((1 + 10 * mean) / (2 + 10))
    assert x[0, -2] == pytest.approx((0 + 10 * mean) / (1 + 10))
    assert x[1:, -1] == pytest.approx(
        [(t + 10) / (n + 10) for t, n in ((0, 0), (1, 1), (0, 0), (1, 1))]
    )


def test_crosses_are_of_the_columns_there_are(rated):
    config = neural_pairs.crossing(rated, {"epochs": 2})
    assert config.crosses == (("age", "category"), ("gender", "category"))
    assert config.plan.epochs == 2


def test_measures_of_likes_on_a_table_for_the_eye():
    truth = np.asarray([1, 0, 1, 0])
    chance = np.asarray([0.9, 0.9, 0.6, 0.1])
    assert neural_pairs.area_under_curve(truth, chance) == 0.625
    expected = -np.mean(np.log([0.9, 0.1, 0.6, 0.9]))
    np.testing.assert_allclose(neural_pairs.log_loss(truth, chance), expected)
