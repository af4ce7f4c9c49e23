"""Rules over one catalog: read once, lenient where told to be, wishes beside them."""

import numpy as np
import polars as pl
import pytest

from omakase.data.ids import Vocabulary
from omakase.errors import RuleError, UnknownIds
from omakase.pipeline import rulebook
from omakase.pipeline.rulebook import RuleBook
from omakase.pipeline.rules import RulesConfig
from omakase.rules.columns import columns_of
from omakase.types import PAD, Queries

ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "price": [1.0, 2.0, None, 4.0],
        "category": ["Film", "Film > Comedy", "Song", None],
    }
)
ONE = Queries.of(np.full((1, 1), PAD, np.int32))


@pytest.fixture
def looked():
    return []


@pytest.fixture
def book(looked):
    def look():
        looked.append(1)
        return columns_of(ITEMS)

    return RuleBook(look, Vocabulary.of(ITEMS.get_column("item_id")))


def passing(rules) -> str:
    return "".join(np.asarray(list("abcd"))[rules.allows(ONE)])


def test_rules_are_read_once_and_columns_made_once(book, looked):
    cheap = RulesConfig(filters=("item.price < 3",))
    assert book.rules(cheap) is book.rules(RulesConfig(**cheap.model_dump()))
    assert passing(book.rules(cheap)) == "ab"
    assert passing(book.rules(RulesConfig(filters=("item.price > 1",)))) == "bd"
    assert len(looked) == 1


def test_lists_of_items_need_no_columns(book, looked):
    assert passing(book.rules(RulesConfig(include=("a", "d"), exclude=("d", "gone")))) == "a"
    assert not looked


def test_it_does_not_grow_without_end(book, monkeypatch):
    monkeypatch.setattr(rulebook, "MOST", 2)
    first = RulesConfig(exclude=("a",))
    kept = book.rules(first)
    for item in "bcd":
        book.rules(RulesConfig(exclude=(item,)))
    assert book.rules(first) is not kept
    assert passing(book.rules(first)) == "bcd"


def test_what_does_not_fit_says_so_each_time(book):
    for _ in range(2):
        with pytest.raises(RuleError, match="did you mean"):
            book.rules(RulesConfig(filters=("item.pricee < 3",)))
        with pytest.raises(UnknownIds, match="gone"):
            book.rules(RulesConfig(pins={1: "gone"}))


def test_what_was_lost_is_passed_over(book):
    config = RulesConfig(pins={1: "gone", 2: "b"}, include=("gone", "b"), exclude=("x",))
    still = book.still(config)
    assert (still.pins, still.include, still.exclude) == ({2: "b"}, ("b",), ("x",))
    assert book.still(RulesConfig(include=("gone",))).include == ()
    plain = RulesConfig(filters=("item.price < 3",))
    assert book.still(plain) is plain


@pytest.mark.parametrize(
    ("shunned", "low", "high", "expected"),
    [
        (("Film",), None, None, "cd"),
        (("Comedy",), None, None, "acd"),
        ((), 2.0, None, "bcd"),  # no price is known of c
        ((), None, 2.0, "abc"),
        (("Song",), 2.0, 3.0, "b"),
        ((), 0.0, None, "abcd"),
    ],
)
def test_wishes(book, shunned, low, high, expected):
    assert passing(book.wished(shunned, low, high)) == expected


def test_who_wishes_nothing_costs_nothing(book, looked):
    assert book.wished((), None, None).allows(ONE) is None
    assert not looked
