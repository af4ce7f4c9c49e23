"""Words as numbers: one word has one number, and what is not said is 0."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.features.codes import (
    HISTORY,
    WORDS,
    ItemCodes,
    age_group,
    code_of,
)
from omakase.types import PAD, Context, Queries

ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c"],
        "category": [["drama", "war"], ["war"], []],
        "brand": ["x", None, "x"],
        "district": ["Mapo", "Jung", ""],
        "good_price": [True, False, None],
    }
)


def asked(history=((PAD,),), **rest) -> Queries:
    return Queries.of(np.asarray(history, np.int32), **rest)


def codes(queries: Queries, items=((0, 1, 2, PAD),), ratings=()):
    rows = np.asarray(items, np.int32)
    return ItemCodes.of(ITEMS, ratings).codes(queries, rows)


@given(st.text(min_size=1))
def test_a_word_has_a_number_of_31_bits(word):
    assert 1 <= code_of(word) < 2**31 - 1
    assert code_of(word) == code_of(word)


def test_a_word_has_the_same_number_on_every_machine():
    assert code_of("drama") == 1213574071
    assert code_of("war") != code_of("drama")


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_has_no_number(nothing):
    assert code_of(nothing) == 0


def test_items_are_told_by_row_and_by_the_first_of_what_they_are():
    found = codes(asked())
    assert found["item.row"].tolist() == [[1, 2, 3, 0]]
    assert found["item.category"].tolist() == [[code_of("drama"), code_of("war"), 0, 0]]
    assert found["item.brand"].tolist() == [[code_of("x"), 0, code_of("x"), 0]]
    assert found["item.district"].tolist() == [[code_of("Mapo"), code_of("Jung"), 0, 0]]


def test_a_good_price_shop_is_marked_and_so_is_a_flag_of_quality():
    good = code_of("good_price")
    assert codes(asked())["item.mark"].tolist() == [[good, 0, 0, 0]]
    flagged = pl.DataFrame({"item_id": ["a", "b"], "quality_flags": [["good_price"], []]})
    found = ItemCodes.of(flagged).codes(asked(), np.asarray([[0, 1]], np.int32))
    assert found["item.mark"].tolist() == [[good, 0]]


def test_over_three_and_a_half_is_well_rated():
    assert codes(asked(), ratings=[3.6, 3.5, 0])["item.rated"].tolist() == [[2, 1, 0, 0]]
    assert not codes(asked())["item.rated"].any()


def test_a_person_is_the_newest_of_what_they_liked():
    queries = asked([[PAD, 0, 1, 2]], weights=np.asarray([[0, 1, -1, 1]], np.float32))
    found = codes(queries)
    assert found["user.history"].shape == (1, HISTORY)
    assert found["user.history"][0, -2:].tolist() == [1, 3]  # what was disliked is none of it
    assert not found["user.history"][0, :-2].any()
    assert found["user.last"].tolist() == [[3]]
    long = asked([[0] * 30 + [1]])
    assert codes(long)["user.history"][0].tolist() == [1] * (HISTORY - 1) + [2]


def test_a_stranger_has_no_row():
    users = np.asarray([PAD, 4], np.int32)
    found = codes(asked([[PAD], [PAD]], users=users), items=[[0], [0]])
    assert found["user.row"].tolist() == [[0], [5]]


def test_the_day_has_four_parts_and_an_unknown_time_none():
    hours = np.asarray([0, 3, 6, 12, 23], np.int64)
    now = np.where(hours > 0, 10**6 * 86_400 + hours * 3600, 0)
    queries = asked([[PAD]] * 5, now=now)
    assert codes(queries, items=[[0]] * 5)["ask.time"].ravel().tolist() == [0, 1, 2, 3, 4]


def test_what_people_say_of_themselves():
    told = Context(user={"age_range": "25-34", "gender": "F", "location": "Mapo"})
    found = codes(asked([[PAD], [PAD]], contexts=(told, Context())), items=[[0], [0]])
    assert found["user.age"].tolist() == [[code_of("25-34")], [0]]
    assert found["user.gender"].tolist() == [[code_of("F")], [0]]
    assert found["user.location"].tolist() == [[code_of("Mapo")], [0]]


def test_what_is_searched_for_is_read_word_by_word():
    told = Context(attributes={"query": "Spicy  Noodles"})
    words = codes(asked(contexts=(told,)))["ask.words"]
    assert words.shape == (1, WORDS)
    assert words[0, :3].tolist() == [code_of("spicy"), code_of("noodles"), 0]
    long = Context(attributes={"query": "a " * 50})
    assert codes(asked(contexts=(long,)))["ask.words"].all()


@pytest.mark.parametrize(
    ("person", "group"),
    [
        ({"age": 34}, "30"),
        ({"age": 34, "age_range": "25-34"}, "25-34"),
        ({"age": "young"}, ""),
        ({"age": 0}, ""),
        ({}, ""),
    ],
)
def test_an_age_is_its_range_or_its_decade(person, group):
    assert age_group(person) == group


def test_a_catalog_that_knows_nothing_but_ids_is_enough():
    bare = ItemCodes.of(pl.DataFrame({"item_id": ["a"]}))
    found = bare.codes(asked(), np.asarray([[0, PAD]], np.int32))
    assert found["item.row"].tolist() == [[1, 0]]
    assert not any(found[f"item.{name}"].any() for name in ("category", "brand", "mark", "rated"))
