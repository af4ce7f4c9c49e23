"""What a shopper says, and what stands beside the guide."""

import numpy as np
import polars as pl
import pytest
from benchmarks.shopper import (
    TURNS,
    Talk,
    Target,
    proxy_lists,
    shares_of,
    targets_of,
    turns_of,
    wishes_of,
)
from benchmarks.shopper_lines import Wish

from omakase.synthetic import WORLDS, make

ITEM = {
    "item_id": "a",
    "title": "Blue kettle",
    "category": ["Home", "Kitchen"],
    "brand": "Barun",
    "price": 21_000.0,
    "description": "a kettle of steel",
}


def talk(*wishes: Wish) -> Talk:
    target = Target("u", ITEM, "Kitchen", wishes)
    return Talk(target, "shop", "en", np.random.default_rng(0))


def test_message_of_a_shopper_begins_with_the_category_and_goes_on_with_facts():
    shopper = talk(Wish("brand", "Barun"))
    assert "Kitchen" in shopper.message([])
    assert "Barun" in shopper.message([])
    assert [wish.kind for wish in shopper.wishes] == ["category", "brand"]


def test_message_where_all_are_dearer_asks_for_something_cheaper():
    shopper = talk(Wish("brand", "Barun"))
    shopper.message([])
    assert "cheaper" in shopper.message([{"item_id": "b", "price": 30_000.0}])


def test_turns_of_a_system_that_never_shows_it_is_zero():
    target = talk(Wish("brand", "Barun")).target
    asked = []

    def nothing(shopper: Talk, message: str) -> list:
        asked.append(message)
        return []

    assert turns_of(nothing, target, "shop", "en", 0) == 0
    assert len(asked) == TURNS


def test_proxy_lists_filters_by_every_fact():
    catalog = pl.DataFrame([ITEM, {**ITEM, "item_id": "b", "brand": "Haru"}])
    shopper = talk(Wish("brand", "Barun"))
    lists = proxy_lists(catalog)
    shopper.message([])
    assert [item["item_id"] for item in lists(shopper, "")] == ["a", "b"]
    shopper.message([])
    assert [item["item_id"] for item in lists(shopper, "")] == ["a"]


@pytest.mark.parametrize("name", WORLDS)
def test_targets_of_a_world_are_unmet_and_no_fact_is_of_the_title(name):
    world = make(name, users=20, items=60, events=200, seed=3)
    catalog = pl.concat(world.items())
    met = set(pl.concat(world.events()).select("user_id", "item_id").iter_rows())
    targets = targets_of(world, catalog, "ko", 20, 3)
    shares = shares_of(catalog, "ko")
    for target in targets:
        assert (target.user_id, target.item["item_id"]) not in met
        wishes = wishes_of(target.item, target.category, "ko", shares)
        words = target.item["title"].lower().split()
        assert not any(wish.text in words for wish in wishes if wish.kind == "word")
