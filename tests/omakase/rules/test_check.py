"""Rules that make no sense for a catalog."""

import pytest

from omakase.errors import RuleError
from omakase.rules.check import Checker
from omakase.rules.columns import AttributeType
from omakase.rules.grammar import parse

SCHEMAS = {
    "item": {
        "price": AttributeType.NUMBER,
        "brand": AttributeType.TEXT,
        "tags": AttributeType.TEXTS,
        "vegan": AttributeType.FLAG,
    },
    "user": {"brands": AttributeType.TEXTS},
}


def kind(text):
    return Checker(SCHEMAS, text).kind(parse(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("item.price < 3", AttributeType.FLAG),
        ("item.price * 2 - 1", AttributeType.NUMBER),
        ("-item.price", AttributeType.NUMBER),
        ("item.vegan", AttributeType.FLAG),
        ("item.brand == null", AttributeType.FLAG),
        ("null == item.tags", AttributeType.FLAG),
        ("item.price in [1, 2]", AttributeType.FLAG),
        ('"a" in item.brand', AttributeType.FLAG),
        ("item.brand in user.brands", AttributeType.FLAG),
        ("item.tags overlaps user.brands", AttributeType.FLAG),
    ],
)
def test_what_an_expression_gives(text, expected):
    assert kind(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("item.pricee < 3", 1, "did you mean `item.price`?"),
        ("item.zzz < 3", 1, "known: brand, price, tags, vegan"),
        ("context.hour < 3", 1, "known: none"),
        ("item.brand < 3", 1, "< needs a number here, this is text"),
        ("item.price and true", 1, "and needs a true or false here"),
        ("not item.price", 5, "not needs a true or false"),
        ("-item.brand < 1", 2, "- needs a number"),
        ('item.price == "3"', 12, "is never true"),
        ('item.tags == "a"', 11, "use in or overlaps"),
        ("item.price in item.tags", 12, "has no meaning"),
        ("item.brand overlaps item.tags", 12, "has no meaning"),
        ("null + 1 < 2", 1, "this is null"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(text, column, words):
    with pytest.raises(RuleError) as caught:
        kind(text)
    assert caught.value.column == column
    assert words in str(caught.value)
