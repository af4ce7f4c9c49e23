"""A shop."""

import polars as pl
import pytest

from omakase.synthetic import make


@pytest.fixture(scope="module")
def items():
    return pl.concat(make("shop", items=2_000, seed=4).items())


def test_discounts_are_from_the_original_price(items):
    rate = 1 - items.get_column("price") / items.get_column("original_price")
    assert rate.min() == pytest.approx(0, abs=1e-3)
    assert rate.max() == pytest.approx(0.5, abs=0.05)
    assert (rate < 0.001).mean() > 0.2


def test_some_things_are_sold_out(items):
    stock = items.get_column("stock")
    assert (stock.min(), stock.max()) == (0, 199)


def test_brands_keep_to_a_style(items):
    styles = items.group_by("brand").agg(pl.col("tags").list.first().n_unique())
    assert styles.height == 16
    assert styles.get_column("tags").to_list() == [1] * 16
