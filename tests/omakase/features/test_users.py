"""People, by a table for the eye."""

import numpy as np
import pytest

from omakase.data.dataset import Dataset
from omakase.features.past import PastEvents
from omakase.features.users import category_shares, user_features


@pytest.fixture
def of(world, moment):
    def look(user, day=42.0, *more):
        past = PastEvents(world(*more), moment(day))
        table = user_features(past)
        row = past.data.ids.users.row(user)
        return dict(zip(table.names, table.values[row].tolist(), strict=True))

    return look


def test_counts_of_a_person(of):
    ann = of("ann")
    assert (ann["events"], ann["distinct_items"], ann["active_days"]) == (3, 2, 2)
    assert ann["days_since_first"] == 42 and ann["recency_days"] == 41
    assert ann["frequency"] == 1.5


def test_money_is_price_times_quantity_of_purchases(of):
    assert of("ann")["monetary"] == 20
    assert of("bob")["monetary"] == 20
    assert of("ann", 42, ("ann", "new", "purchase", 3.0, 2.0))["monetary"] == 20


def test_ratings_are_those_of_ratings_alone(of):
    assert (of("ann")["rating_count"], of("ann")["rating_mean"]) == (1, 4)
    assert (of("cat")["rating_count"], of("cat")["rating_mean"]) == (0, 0)


def test_entropy_is_in_bits(of, world, moment):
    ann = of("ann")
    shares = np.asarray([2.5 / 3, 0.5 / 3])  # two drinks, and half of one that is also alcohol
    assert ann["categories"] == 2
    assert ann["category_entropy"] == pytest.approx(-(shares * np.log2(shares)).sum())
    assert of("ann", 0.5)["category_entropy"] == 0
    totals = category_shares(PastEvents(world(), moment(42))).sum(axis=1)
    np.testing.assert_allclose(totals, [1, 1, 0])


def test_a_long_pause_begins_a_session(of):
    ann = of("ann")
    assert ann["sessions"] == 2
    assert ann["events_a_session"] == 1.5
    assert ann["session_minutes"] == pytest.approx(14.4 / 2)
    assert of("bob")["sessions"] == 3


def test_the_last_thirty_days(of):
    assert of("bob")["events_30_days"] == 2
    assert of("bob", 42, ("bob", "cup", "view", 1.0, 41.5))["distinct_items_30_days"] == 2
    assert of("bob", 20)["distinct_items_30_days"] == 1


def test_nobody_has_zeros(of):
    assert set(of("cat").values()) == {0}
    assert set(of("ann", -1).values()) == {0}


def test_data_without_categories_and_prices():
    past = PastEvents(Dataset.from_events([("a", "x", 3.0), ("a", "y", 5.0)]), 10)
    table = user_features(past)
    assert table.column("rating_mean").tolist() == [4]
    assert table.column("category_entropy").tolist() == [0]
