"""Years as people name them, in a table with the right reading."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.answer import chip_label
from omakase.dialog.compiling import Plan
from omakase.dialog.guide import Guide
from omakase.dialog.state import Constraint, DialogState, update_state
from omakase.dialog.years import Years, read_years


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


NAMED = {
    "from 1995 onwards": (1995, None), "from the year 1995": (1995, 1995),
    "newer than 1995": (1996, None), "after 1995": (1996, None), "1995년보다 나중": (1996, None),
    "1995년 후": (1996, None), "1995년 전": (None, 1994), "1995년보다 전": (None, 1994),
    "1995년보다 먼저": (None, 1994), "1995년 이전": (None, 1995), "1995년까지": (None, 1995),
    "1995 to 1999": (1995, 1999), "1999-1995": (1995, 1999), "1995–1999": (1995, 1999),
    "1995년부터 1999년까지": (1995, 1999), "1995년에서 1999년": (1995, 1999),
    "1995 until 1999": (1995, 1999), "1995년작": (1995, 1995), "1995년도": (1995, 1995),
    "1995년산": (1995, 1995), "released in 2003": (2003, 2003), "of 2000": (2000, 2000),
    "in 2099": (2099, 2099), "in 1800": (1800, 1800),
}  # fmt: skip
DECADES = {
    "the 90's": (1990, 1999), "'90s": (1990, 1999), "’90s": (1990, 1999), "NINETIES": (1990, 1999),
    "noughties": (2000, 2009), "1890s": (1890, 1899), "2020s": (2020, 2029), "20s": (1920, 1929),
    "00년대": (2000, 2009), "10년대": (2010, 2019), "20년대": (1920, 1929),
    "2010 년대": (2010, 2019),
    "early 90s": (1990, 1999), "80s or 90s": (1980, 1999), "the 80s and the 90s": (1980, 1999),
    "1990s to 2000s": (1990, 2009), "90s, 80s": (1980, 1999), "80년대나 90년대": (1980, 1999),
    "80년대부터 2000년대": (1980, 2009), "since the 1990s": (1990, None),
    "since the '90s": (1990, None), "after the nineties": (2000, None),
    "newer than the 80s": (1990, None), "before the 90s": (None, 1989),
    "older than the 80s": (None, 1979), "until the 90s": (None, 1999), "90년대 이후": (1990, None),
    "90년대부터": (1990, None), "90년대 이전": (None, 1989), "90년대까지": (None, 1999),
    "90년대보다 나중": (2000, None), "90년대보다 전": (None, 1989),
}  # fmt: skip


@pytest.mark.parametrize(("text", "ends"), (NAMED | DECADES).items())
def test_read_years_of_years_and_decades_gives_their_ends(text, ends):
    years = read_years(text)
    assert (years.low, years.high) == ends


@pytest.mark.parametrize(
    "text",
    ["1995", "1795", "in 1795", "in 2100", "in 20000", "2001: a space odyssey", "in 1,995",
     "$1995", "₩1995", "1995 won", "1995원", "from 1995 dollars", "in my 20s", "in her thirties",
     "friends in their 40s", "1990", "90", "ninety", "90 년", "the 1990"],
)  # fmt: skip
def test_read_years_of_bare_numbers_and_ages_are_none(text):
    assert read_years(text) is None


@given(st.integers(1800, 2099), st.integers(1800, 2099))
def test_read_years_of_two_years_is_the_same_in_either_order(one, other):
    low, high = sorted((one, other))
    for text in (f"between {one} and {other}", f"{one}~{other}년", f"from {one} to {other}"):
        years = read_years(text)
        assert (years.low, years.high) == (low, high)


@given(st.integers(1800, 2099), st.sampled_from(["films", "영화", "wines"]))
def test_read_years_span_holds_the_year_and_its_word(year, things):
    text = f"{things} before {year} please"
    start, end = (years := read_years(text)).span
    assert years == Years(None, year - 1, (start, end))
    assert text[start:end] == f"before {year}"


@given(st.integers(180, 209))
def test_read_years_of_a_decade_is_ten_years(tens):
    for text in (f"the {tens}0s", f"{tens}0's", f"{tens}0년대"):
        years = read_years(text)
        assert (years.low, years.high) == (tens * 10, tens * 10 + 9)


def test_read_years_span_of_joined_decades_holds_both():
    text = "action of the 80s or the 90s please"
    start, end = read_years(text).span
    assert text[start:end] == "80s or the 90s"


@pytest.mark.parametrize("unit", ["1990", "1990s ", "1990~", "년대", "90s or ", "since "])
def test_read_years_in_a_message_of_one_repeated_word_ends(unit):
    years = read_years(unit * 2000)
    assert years is None or (years.low or 0) <= (years.high or 9999)
