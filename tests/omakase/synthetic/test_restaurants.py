"""Restaurants of Seoul."""

import polars as pl
import pytest

from omakase.synthetic import make
from omakase.synthetic.restaurants import CHEAP, RESTAURANTS


@pytest.fixture(scope="module")
def items():
    return pl.concat(make("restaurants", items=3_000, seed=4).items())


def test_good_price_shops_are_cheap_for_their_kind(items):
    usual = {leaf.name[0]: leaf.price for leaf in RESTAURANTS.leaves}
    marked = items.filter("good_price")
    assert 0.05 < marked.height / items.height < 0.4
    for row in marked.iter_rows(named=True):
        assert row["price"] <= CHEAP * usual[row["category"][-1]]


def test_they_are_where_their_district_is(items):
    middle = items.group_by("district").agg(pl.col("latitude").mean(), pl.col("longitude").mean())
    assert middle.height == 12
    euljiro = middle.row(by_predicate=pl.col("district") == "을지로", named=True)
    assert euljiro["latitude"] == pytest.approx(37.566, abs=0.001)
    assert euljiro["longitude"] == pytest.approx(126.991, abs=0.001)


def test_a_title_names_the_own_district(items):
    named = items.filter(pl.col("title_en").str.contains("Bukchon"))
    assert named.get_column("district_en").unique().to_list() == ["Bukchon"]


def test_hours_are_in_the_form_of_the_map(items):
    assert (
        items.get_column("opening_hours").str.contains(r"^[A-Z][a-z]-[A-Z][a-z] \d\d:\d\d-").all()
    )


def test_plant_based_places_cater_for_all(items):
    green = items.filter(pl.col("tags").list.contains("비건"))
    assert green.get_column("dietary").list.contains("vegan").all()
    assert items.get_column("dietary").list.contains("halal").any()


def test_restaurants_that_cater_for_vegans_cook_no_animals():
    items = pl.concat(make("restaurants", users=1, items=600, events=1, seed=3).items())
    vegan = items.filter(pl.col("tags").list.contains("비건"))
    words = " ".join([*vegan["title"], *vegan["description"]])
    assert len(vegan) > 10
    assert not [meat for meat in ("치킨", "돼지", "소고기", "닭", "새우", "갈비") if meat in words]
    told = items.filter(pl.col("description").str.contains("비건"))
    assert set(told["item_id"]) <= set(vegan["item_id"])
    assert items.filter(pl.col("dietary").list.contains("vegan"))["item_id"].to_list() == (
        vegan["item_id"].to_list()
    )
