"""A cinema."""

import polars as pl
import pytest

from omakase.synthetic import make
from omakase.synthetic.cinema import CINEMA


@pytest.fixture(scope="module")
def items():
    return pl.concat(make("cinema", items=2_000, seed=4).items())


def test_nothing_is_sold_by_the_piece(items):
    assert items.get_column("price").null_count() == 2_000


def test_films_have_years_lengths_and_directors(items):
    years = items.get_column("year")
    assert (years.min() >= 1975, years.max() <= 2025) == (True, True)
    assert (years > 2000).mean() > 0.6
    assert items.get_column("minutes").is_between(80, 159).all()
    english = dict(CINEMA.makers)
    for row in items.head(50).iter_rows(named=True):
        assert row["director_en"] == english[row["director"]]


def test_films_are_mostly_rated():
    kinds = pl.concat(make("cinema").events()).get_column("kind").value_counts()
    counts = dict(kinds.iter_rows())
    assert counts["rating"] > 5_000
    assert "purchase" not in counts
