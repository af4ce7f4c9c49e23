"""A person and an item, by a table for the eye."""

import numpy as np
import pytest

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.features.pairs import PairFacts, great_circle_km, pair_features
from omakase.features.past import PastEvents
from omakase.types import PAD, Context, Queries


@pytest.fixture
def look(world, moment):
    data = world()
    facts = PairFacts.of(PastEvents(data, moment(42)))

    def features(user="ann", context=None, day=42.5, history=()):
        rows = data.ids.items.rows(history) if history else np.asarray([PAD], dtype=np.int32)
        queries = Queries.of(
            rows[None],
            users=data.ids.users.rows([user]),
            now=np.asarray([moment(day)]),
            contexts=(context,) if context else (),
        )
        items = data.ids.items.rows(["tea", "cup", "wine", "nothing"])[None]
        table = pair_features(facts, queries, items)
        return {name: table.column(name)[0].tolist() for name in table.names}

    return features


def test_rating_gap_needs_both(look):
    assert look("ann")["rating_gap"] == [0, 0, 1, 0]
    assert look("bob")["rating_gap"] == [0, 0, -1, 0]
    assert look("cat")["rating_gap"] == [0, 0, 0, 0]


def test_the_clock_is_that_of_the_request(look):
    found = look(day=47.75)
    assert found["hour"] == [18, 18, 18, 0]
    assert found["weekday"] == [5, 5, 5, 0]
    assert found["weekend"] == [1, 1, 1, 0]
    assert look(day=42.5)["weekend"] == [0, 0, 0, 0]


def test_distance_needs_both_places(look):
    seoul = Context(latitude=37.5, longitude=127.0)
    found = look(context=seoul)
    assert found["distance_km"][0] == 0 and found["has_distance"] == [1, 1, 1, 0]
    assert found["distance_km"][2] == pytest.approx(321, abs=2)
    assert look()["has_distance"] == [0, 0, 0, 0]


def test_a_quarter_of_the_equator():
    here, there = np.asarray([0.0, 0.0]), np.asarray([0.0, 90.0])
    assert great_circle_km(here, there) == pytest.approx(np.pi / 2 * 6371)


def test_budget_fits_up_to_the_price(look):
    assert look(context=Context(budget=20.0))["budget_fit"] == [1, 1, 0.5, 0]
    assert look()["budget_fit"] == [0, 0, 0, 0]


def test_diet_is_found_in_the_tags(look):
    assert look(context=Context(attributes={"diet": "vegan"}))["dietary_fit"] == [1, 0, 0, 0]
    for nothing in ({}, {"diet": None}, {"diet": ""}):
        assert look(context=Context(attributes=nothing))["dietary_fit"] == [0, 0, 0, 0]


def test_favourite_categories_of_a_person_and_of_a_history(look):
    ann = look("ann")["favourite_category_fit"]
    assert ann[0] == pytest.approx(2.5 / 3)
    assert ann[1] == 0 and ann[2] == pytest.approx(1)
    stranger = look("stranger", history=("cup",))["favourite_category_fit"]
    assert stranger == [0, 1, 0, 0]
    assert look("stranger")["favourite_category_fit"] == [0, 0, 0, 0]


def test_a_batch_and_data_that_tell_nothing():
    data = two_tribes(6)
    items = np.tile(np.asarray([0, PAD], dtype=np.int32), (6, 1))
    table = pair_features(PairFacts.of(PastEvents(data, 10**6)), everyone(data), items)
    assert table.values.shape == (6, 2, len(table.names))
    assert np.isfinite(table.values).all() and (table.values[:, 1] == 0).all()
