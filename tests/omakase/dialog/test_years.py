"""Years as people name them, in a table with the right reading."""

import polars as pl
import pytest

from omakase.dialog.answer import chip_label
from omakase.dialog.compiling import Plan
from omakase.dialog.guide import Guide
from omakase.dialog.state import Constraint, DialogState, update_state
from omakase.dialog.years import read_years


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("a comedy from the nineties", 1990, 1999),
        ("90s action movies", 1990, 1999),
        ("something from the 1980's", 1980, 1989),
        ("the '70s", 1970, 1979),
        ("1995년 영화", 1995, 1995),
        ("90년대 로맨스", 1990, 1999),
        ("2000년대 영화", 2000, 2009),
        ("1990년 이후", 1990, None),
        ("1980년 이전 영화", None, 1980),
        ("films from 1995", 1995, None),
        ("since 1990 please", 1990, None),
        ("before 1960", None, 1959),
        ("older than 1960", None, 1959),
        ("until 1960", None, 1960),
        ("between 1980 and 1990", 1980, 1990),
        ("1985~1990년", 1985, 1990),
        ("movies of 1994", 1994, 1994),
    ],
)
def test_read_years_gives_both_ends(text, low, high):
    years = read_years(text)
    assert years is not None
    assert (years.low, years.high) == (low, high)


@pytest.mark.parametrize(
    "text",
    ["under 2000", "from 2000 won", "$2000", "2000원 이하", "from 12000 to 20000", "in 20 minutes",
     "within 1990 m", "2천원", "30대가 좋아하는", "10년 이상", "80 dollars", "room 1999", ""],
)  # fmt: skip
def test_read_years_amounts_ages_and_distances_are_none(text):
    assert read_years(text) is None


@pytest.mark.parametrize(
    ("low", "high", "english", "korean"),
    [
        (1990, 1999, "1990–1999", "1990–1999년"),
        (1995, 1995, "1995", "1995년"),
        (1990, None, "from 1990", "1990년부터"),
        (None, 1980, "until 1980", "1980년까지"),
    ],
)
def test_chip_label_of_years(low, high, english, korean):
    each = Constraint("years", low=low, high=high)
    assert (chip_label(each, "en"), chip_label(each, "ko")) == (english, korean)


def planned(films: pl.DataFrame) -> Plan:
    guide = Guide.of(films)
    heard = guide.understand("a comedy from the nineties please")
    return guide.plan(update_state(DialogState(), heard, ()))


def test_guide_keeps_to_the_years_where_the_catalog_has_some():
    films = pl.DataFrame(
        {
            "item_id": ["a", "b", "c"],
            "title": ["Old Joke", "Young Joke", "Tales from the Hood"],
            "category": ["Comedy", "Comedy", "Comedy"],
            "year": [1972.0, 1994.0, 1995.0],
        }
    )
    plan = planned(films)
    assert "item.year >= 1990 and item.year <= 1999" in plan.filter
    assert plan.matches == 2
    undated = planned(films.drop("year"))
    assert ("year" in undated.filter, undated.matches) == (False, 3)
    assert [each.kind for each in undated.dropped] == ["years"]
