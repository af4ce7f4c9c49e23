"""Weeks of opening hours: every span of days, both ways, and letters as computers write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.catalog.hours import ALWAYS, DAYS, LONGEST, by_day, line_of

NAMES = {
    "Mo": ("mon", "Monday", "MO", " mo ", "월", "월요일"),
    "Tu": ("tue", "Tuesday", "TU", "화", "화요일"),
    "We": ("wed", "Wednesday", "we", "수", "수요일"),
    "Th": ("thu", "Thursday", "TH", "목", "목요일"),
    "Fr": ("fri", "Friday", "fr", "금", "금요일"),
    "Sa": ("sat", "Saturday", "SA", "토", "토요일"),
    "Su": ("sun", "Sunday", "su", "일", "일요일"),
}
TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59))
HOURS = TIMES.map(lambda t: f"{t[0]:02}:{t[1]:02}-{t[2]:02}:{t[3]:02}")
WEEKS = st.dictionaries(
    st.sampled_from(DAYS), st.lists(HOURS, min_size=1, max_size=3).map(",".join)
)


@given(WEEKS)
def test_hours_by_day_reads_back_the_line_of_a_week(week):
    assert by_day(line_of(week) or "") == week


@pytest.mark.parametrize("first", DAYS)
@pytest.mark.parametrize("last", DAYS)
def test_hours_by_day_span_goes_from_its_first_day_to_its_last(first, last):
    expected, at = [first], DAYS.index(first)
    while expected[-1] != last:
        at = (at + 1) % 7
        expected.append(DAYS[at])
    assert list(by_day(f"{first}-{last} 09:00-18:00")) == expected


@pytest.mark.parametrize(
    ("day", "name"), [(day, name) for day, names in NAMES.items() for name in names]
)
def test_line_of_knows_the_names_of_days(day, name):
    assert line_of({name: "09:00-18:00"}) == f"{day} 09:00-18:00"


@pytest.mark.parametrize(("day", "name"), [(day, names[-1]) for day, names in NAMES.items()])
def test_line_of_knows_korean_days_in_decomposed_letters(day, name):
    assert line_of({unicodedata.normalize("NFD", name): "09:00-18:00"}) == f"{day} 09:00-18:00"


@pytest.mark.parametrize("name", ["", " ", "x", "m", "holiday", "공휴일", "1", "🍣", "ש"])
def test_line_of_what_is_no_day_is_left_out(name):
    assert line_of({name: "09:00-18:00"}) is None
    assert line_of({name: "09:00-18:00", "mon": "10:00-11:00"}) == "Mo 10:00-11:00"


@pytest.mark.parametrize("hours", ["", None, 9, [], ["09:00"], ["09:00", 18], ["a", "b", "c"], {}])
def test_line_of_a_day_without_hours_is_left_out(hours):
    assert line_of({"mon": hours}) is None


def test_line_of_nothing_is_none():
    assert line_of({}) is None


def test_line_of_keeps_the_order_of_the_owner():
    assert line_of({"일": ["10:00", "15:00"], "mon": "09:00-18:00"}) == (
        "Su 10:00-15:00; Mo 09:00-18:00"
    )


@pytest.mark.parametrize(
    ("said", "week"),
    [
        ("", {}),
        (" ; ", {}),
        ("Mo 9:00-18:00", {"Mo": "9:00-18:00"}),
        ("Mo,We 10:00-12:00 , 13:00-15:00", dict.fromkeys(("Mo", "We"), "10:00-12:00,13:00-15:00")),
        ("Mo 10:00-24:00;", {"Mo": "10:00-24:00"}),
        ("Sa-Mo 10:00-02:00", dict.fromkeys(("Sa", "Su", "Mo"), "10:00-02:00")),
        ("Mo-Fr 9:00-18:00; We 9:00-12:00", {
            "Mo": "9:00-18:00", "Tu": "9:00-18:00", "We": "9:00-12:00",
            "Th": "9:00-18:00", "Fr": "9:00-18:00",
        }),
    ],
)  # fmt: skip
def test_hours_by_day_reads_a_week_in_one_line(said, week):
    assert by_day(said) == week


def test_hours_by_day_of_always_is_every_day_around_the_clock():
    assert by_day("24/7") == by_day(" 24/7 ") == by_day(ALWAYS)
    assert by_day("24/7") == dict.fromkeys(DAYS, "00:00-24:00")


@pytest.mark.parametrize(
    "part",
    [
        "Mo",
        "9:00-18:00",
        "Mo 25:00-26:00",
        "Mo 09:60-10:00",
        "Mo 9-18",
        "mo 09:00-18:00",
        "Xx 09:00-18:00",
        "Mo - Fr 09:00-18:00",
        "Mo 09:00",
        "Mo ٩:0٠-1٠:0٠",
        "off",
        "🍣",
    ],
)
def test_hours_by_day_part_that_is_no_hours_is_named_with_an_example(part):
    with pytest.raises(ValueError) as refusal:
        by_day(f"Tu 10:00-11:00; {part}")
    assert str(refusal.value) == (
        f"{part!r} is not opening hours: give them by day, or a week such as "
        "'Mo-Fr 11:00-15:00,17:00-22:00; Sa 10:00-02:00'"
    )


def test_hours_by_day_long_part_is_named_by_its_beginning():
    with pytest.raises(ValueError) as refusal:
        by_day("x" * 100)
    assert str(refusal.value).startswith(f"'{'x' * 40}' is not opening hours")


def test_hours_by_day_text_of_the_greatest_length_is_read_and_one_more_letter_refused():
    week = "Mo 09:00-18:00;"
    longest = week + " " * (LONGEST - len(week))
    assert by_day(longest) == {"Mo": "09:00-18:00"}
    with pytest.raises(ValueError, match="at most 2000 characters, these 2001"):
        by_day(longest + " ")


@pytest.mark.parametrize("said", [None, 3, {"Mo": "9-5"}, ["Mo"], True])
def test_hours_by_day_what_is_no_text_is_given_back_itself(said):
    assert by_day(said) is said
