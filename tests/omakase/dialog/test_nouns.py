"""What the items of a catalog are called together."""

import polars as pl
import pytest

from omakase.dialog.answer import AnswerItem, answer_list
from omakase.dialog.compiling import Plan
from omakase.dialog.nouns import catalog_noun
from omakase.synthetic import make

EMPTY_PLAN = Plan("", None, (), (), (), (), 1)


@pytest.mark.parametrize(
    ("world", "noun"), [("restaurants", "place"), ("cinema", "film"), ("shop", "product")]
)
def test_catalog_noun_of_a_world_is_what_its_items_are(world, noun):
    items = pl.concat(make(world, users=20, items=60, events=100, seed=0).items())
    assert catalog_noun(items) == noun


def test_catalog_noun_of_bare_titles_is_thing():
    assert catalog_noun(pl.DataFrame({"item_id": ["a"], "title": ["A"]})) == "thing"


def test_catalog_noun_of_empty_columns_is_thing():
    items = pl.DataFrame(
        {"item_id": ["a", "b"], "district": ["", ""], "price": [None, None]},
        schema_overrides={"price": pl.Float64},
    )
    assert catalog_noun(items) == "thing"


@pytest.mark.parametrize(
    ("noun", "beginning"),
    [
        ("place", "이런 곳은 어떠세요? "),
        ("film", "이런 영화는 어떠세요? "),
        ("product", "이런 상품은 어떠세요? "),
        ("thing", "이런 것은 어떠세요? "),
    ],
)
def test_answer_list_in_korean_names_what_the_catalog_has(noun, beginning):
    items = [AnswerItem("a", "하나"), AnswerItem("b", "둘")]
    assert answer_list("recommend", EMPTY_PLAN, items, "ko", noun=noun).startswith(beginning)
