"""Items."""

import numpy as np
import polars as pl
import pytest

from omakase.synthetic import WORLDS, make
from omakase.synthetic.catalog import created
from omakase.synthetic.days import START
from omakase.types import DAY_SECONDS


@pytest.fixture(params=list(WORLDS))
def items(request):
    return pl.concat(make(request.param, items=600).items())


def test_ids_are_distinct_and_sorted(items):
    assert items.get_column("item_id").is_sorted()
    assert items.get_column("item_id").n_unique() == 600


def test_texts_are_whole_in_both_languages(items):
    for name in ("title_ko", "title_en", "description_ko", "description_en", "brand"):
        texts = items.get_column(name)
        assert texts.null_count() == 0
        assert not texts.str.contains(r"[{}]|None").any(), name
    assert items.get_column("description_ko").str.contains("[가-힣]").all()
    assert not items.get_column("description_en").str.contains("[가-힣]").any()


def test_korean_is_what_is_shown_by_itself(items):
    for name in ("title", "description", "category"):
        assert items.get_column(name).equals(items.get_column(f"{name}_ko"))


def test_texts_vary(items):
    assert items.get_column("description_ko").n_unique() > 450
    assert items.get_column("title_ko").n_unique() > 250


def test_english_has_capitals_and_articles(items):
    english = items.get_column("description_en")
    assert english.str.contains("^[A-Z0-9\\[]").all()
    assert not english.str.contains(r"\b[Aa] [aeiou]").any()


def test_categories_go_from_parent_to_leaf(items):
    assert items.get_column("category_en").list.len().unique().to_list() == [2]
    assert items.get_column("category").list.last().n_unique() > 10


def test_titles_tell_the_category_as_people_would():
    stews = pl.concat(make("restaurants", items=600).items()).filter(
        pl.col("category_en").list.last() == "Stew"
    )
    assert stews.get_column("title_ko").str.contains("찌개|전골").all()
    compounds = stews.get_column("title_ko").str.contains("[가-힣]{2,}(찌개|전골)")
    assert compounds.mean() > 0.8


def test_prices_are_round_and_follow_the_style():
    shop = pl.concat(make("shop", items=2_000).items())
    assert (shop.get_column("price") % 500 == 0).all()
    dear = shop.filter(pl.col("tags").list.contains("수집가")).get_column("price").median()
    cheap = shop.filter(pl.col("tags").list.contains("자취생")).get_column("price").median()
    assert dear > 2 * cheap


def test_most_items_are_older_than_the_world():
    world = make("shop", items=5_000, days=100)
    times = created(world.tastes, np.arange(5_000), 100)
    assert (times < START).mean() == pytest.approx(0.8, abs=0.02)
    assert times.max() < START + 81 * DAY_SECONDS
