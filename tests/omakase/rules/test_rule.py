"""Rules over a catalog, held against plain Python row by row."""

import operator
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.errors import RuleError
from omakase.rules.columns import AttributeType, columns_of, schema_of
from omakase.rules.rule import Rule

ITEMS: list[dict[str, Any]] = [
    {"price": 10.0, "brand": "kim", "vegan": True, "tags": ["a", "b"], "stock": 3.0},
    {"price": 20.0, "brand": "lee", "vegan": False, "tags": ["b"], "stock": 0.0},
    {"price": None, "brand": None, "vegan": None, "tags": [], "stock": None},
    {"price": -5.5, "brand": "김", "vegan": True, "tags": ["c", "a"], "stock": 2.0},
    {"price": 20.0, "brand": "kimchi", "vegan": False, "tags": ["김"], "stock": 20.0},
]
USER = {"budget": 15.0, "brands": ("kim", "김"), "brand": "kim", "adult": True, "nothing": None}
USER_SCHEMA = {
    "budget": AttributeType.NUMBER,
    "brands": AttributeType.TEXTS,
    "brand": AttributeType.TEXT,
    "adult": AttributeType.FLAG,
    "nothing": AttributeType.TEXT,
}
COLUMNS = columns_of(
    pl.DataFrame(
        ITEMS,
        schema={
            "price": pl.Float64,
            "brand": pl.String,
            "vegan": pl.Boolean,
            "tags": pl.List(pl.String),
            "stock": pl.Float64,
        },
    )
)


def rule(text):
    return Rule.of(
        text, COLUMNS, len(ITEMS), item_schema=schema_of(COLUMNS), user_schema=USER_SCHEMA
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("item.price < 15", [1, 0, 0, 1, 0]),
        ("item.price > user.budget", [0, 1, 0, 0, 1]),
        ('"a" in item.tags and item.vegan', [1, 0, 0, 1, 0]),
        ("item.brand in user.brands", [1, 0, 0, 1, 0]),
        ("item.brand == null", [0, 0, 1, 0, 0]),
        ("item.brand != null", [1, 1, 0, 1, 1]),
        ('item.brand != "kim"', [0, 1, 1, 1, 1]),
        ("item.brand == user.nothing", [0, 0, 0, 0, 0]),
        ('"kim" in item.brand', [1, 0, 0, 0, 1]),
        ("item.stock / item.price > 0.2", [1, 0, 0, 0, 1]),
        ("not item.vegan", [0, 1, 1, 0, 1]),
        ("true", [1, 1, 1, 1, 1]),
        ("user.adult and item.price in [20, 10]", [1, 1, 0, 0, 1]),
    ],
)
def test_filters(text, expected):
    assert rule(text).holds(user=USER).tolist() == [bool(each) for each in expected]


def test_some_rows_are_the_rows():
    rows = np.asarray([4, 0, 4], np.int32)
    filters = rule('item.price >= 10 and item.tags overlaps ["a", "김"]')
    assert filters.holds(rows).tolist() == filters.holds()[rows].tolist()


def test_a_boost_is_a_number_and_missing_where_something_is():
    amounts = rule("1 + item.stock / 2").amounts()
    np.testing.assert_allclose(amounts, [2.5, 1.0, np.nan, 2.0, 11.0])


def test_dividing_by_nothing_is_missing_not_infinite():
    assert np.isnan(rule("item.price / item.stock").amounts()[1])


def test_a_text_is_not_a_rule():
    with pytest.raises(RuleError, match="a filter or a number"):
        rule("item.brand")


# An independent interpreter: each generated text comes with the Python that says the same.

Row = dict[str, Any]
Meaning = Callable[[Row], Any]
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
COMPUTE = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def number(chance: random.Random, depth: int) -> tuple[str, Meaning]:
    pick = chance.randrange(5 if depth else 3)
    if pick == 0:
        value = chance.choice([0, 2, 10, 20, 15.5])
        return str(value), lambda row: value
    if pick == 1:
        return "user.budget", lambda row: USER["budget"]
    if pick == 2:
        name = chance.choice(["price", "stock"])
        return f"item.{name}", lambda row: row[name]
    left, right = number(chance, depth - 1), number(chance, depth - 1)
    word = chance.choice(list(COMPUTE))

    def computed(row: Row) -> Any:
        a, b = left[1](row), right[1](row)
        return None if a is None or b is None else COMPUTE[word](a, b)

    return f"({left[0]} {word} {right[0]})", computed


def comparison(chance: random.Random, depth: int) -> tuple[str, Meaning]:
    left, right = number(chance, depth), number(chance, depth)
    word = chance.choice(list(COMPARE))

    def compared(row: Row) -> bool:
        a, b = left[1](row), right[1](row)
        return a is not None and b is not None and COMPARE[word](a, b)

    return f"{left[0]} {word} {right[0]}", compared


def membership(chance: random.Random, depth: int) -> tuple[str, Meaning]:
    word = chance.choice(["a", "b", "kim", "김", "zz"])
    options: list[tuple[str, Meaning]] = [
        (f'"{word}" in item.tags', lambda row: word in row["tags"]),
        (f'"{word}" not in item.tags', lambda row: word not in row["tags"]),
        (f'item.brand in ["kim", "{word}"]', lambda row: row["brand"] in ("kim", word)),
        (f'item.tags overlaps ["c", "{word}"]', lambda row: bool({"c", word} & set(row["tags"]))),
        (f'"{word}" in item.brand', lambda row: row["brand"] is not None and word in row["brand"]),
        (f'item.brand == "{word}"', lambda row: row["brand"] == word),
        (f'item.brand != "{word}"', lambda row: row["brand"] != word),
        ("item.brand in user.brands", lambda row: row["brand"] in USER["brands"]),
        ("item.vegan == true", lambda row: row["vegan"] is True),
        ("item.price == null", lambda row: row["price"] is None),
    ]
    return chance.choice(options)


def condition(chance: random.Random, depth: int) -> tuple[str, Meaning]:
    pick = chance.randrange(5 if depth else 2)
    if pick == 0:
        return comparison(chance, 1)
    if pick == 1:
        return membership(chance, 1)
    left, right = condition(chance, depth - 1), condition(chance, depth - 1)
    if pick == 2:
        return f"not ({left[0]})", lambda row: not left[1](row)
    if pick == 3:
        return f"({left[0]}) and ({right[0]})", lambda row: left[1](row) and right[1](row)
    return f"({left[0]}) or ({right[0]})", lambda row: left[1](row) or right[1](row)


def test_five_hundred_made_up_rules_mean_what_python_says():
    chance = random.Random(11)
    for _ in range(500):
        text, meaning = condition(chance, 3)
        expected = [bool(meaning(row)) for row in ITEMS]
        assert rule(text).holds(user=USER).tolist() == expected, text


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(max_size=3),
    st.lists(st.text(max_size=2) | st.none() | st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=1), st.integers(), max_size=1),
)
ASKS = [
    "item.price < user.budget",
    "user.budget * 2 + item.stock > 1",
    "-user.budget < item.price",
    "user.adult and not item.vegan",
    "item.vegan == user.adult",
    "item.brand == user.brand",
    "user.brand != item.brand",
    "item.brand in user.brands",
    "user.brand in item.tags",
    "user.brand not in item.brand",
    "item.tags overlaps user.brands",
    "user.brands overlaps item.tags",
    "user.nothing == null",
    "user.brands == null or user.budget == null",
]


@given(st.fixed_dictionaries(dict.fromkeys(USER_SCHEMA, JUNK)), st.sampled_from(ASKS))
def test_facts_of_another_kind_are_missing_and_end_nothing(facts, text):
    """A client may send whatever it likes as the context of a request."""
    found = rule(text).holds(user=facts)
    assert (found.shape, found.dtype) == ((len(ITEMS),), np.bool_)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"budget": "15"}, [1, 0, 0, 1, 0]),
        ({"budget": "much"}, [0, 0, 0, 0, 0]),
        ({"budget": [15.0]}, [0, 0, 0, 0, 0]),
        ({"budget": None}, [0, 0, 0, 0, 0]),
        ({}, [0, 0, 0, 0, 0]),
    ],
)
def test_a_fact_that_is_no_number_is_missing(facts, expected):
    found = rule("item.price < user.budget").holds(user=facts)
    assert found.tolist() == [bool(each) for each in expected]


@pytest.mark.parametrize(
    "brands", [["kim", "김"], ("kim", "김"), {"kim", "김"}, ["김", None, "kim"]]
)
def test_a_list_may_be_any_collection(brands):
    expected = [True, False, False, True, False]
    assert rule("item.brand in user.brands").holds(user={"brands": brands}).tolist() == expected


def test_a_text_alone_is_a_list_of_one_and_not_of_its_signs():
    found = rule("item.tags overlaps user.brands").holds(user={"brands": "ab"})
    assert not found.any()
    assert rule("item.tags overlaps user.brands").holds(user={"brands": "a"}).tolist() == [
        *(True, False, False, True, False),
    ]


def test_a_catalog_of_nothing_is_asked_about_nothing():
    empty = {name: column.take_rows(np.zeros(0, np.int32)) for name, column in COLUMNS.items()}
    for text in ("item.price < 3", '"a" in item.tags', "item.brand == item.brand", "true"):
        made = Rule.of(text, empty, 0, item_schema=schema_of(COLUMNS))
        assert made.holds().tolist() == []
    assert Rule.of("1 + 1", empty, 0, item_schema=schema_of(COLUMNS)).amounts().shape == (0,)


@pytest.mark.parametrize(
    ("text", "kind"), [("true", AttributeType.NUMBER), ("1", AttributeType.FLAG)]
)
def test_a_boost_is_no_filter_and_a_filter_no_boost(text, kind):
    made = rule(text)
    assert made.expected(made.kind) is made
    with pytest.raises(RuleError, match=f"a {kind} is wanted here"):
        made.expected(kind)
