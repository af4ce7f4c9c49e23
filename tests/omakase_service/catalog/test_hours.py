"""Opening hours of the catalog, as models read them."""

import pytest

from omakase.features.opening import week
from omakase_service.catalog.hours import by_day, line_of


@pytest.mark.parametrize(
    ("by_day", "line"),
    [
        ({"mon": "09:00-18:00"}, "Mo 09:00-18:00"),
        ({"Saturday": "10:00-12:00,13:00-15:00"}, "Sa 10:00-12:00,13:00-15:00"),
        ({"월": ["09:00", "18:00"], "일": None}, "Mo 09:00-18:00"),
        ({"화요일": "11:00-22:00", "su": "11:00-15:00"}, "Tu 11:00-22:00; Su 11:00-15:00"),
        ({"holidays": "shut", "mon": 9}, None),
        ({}, None),
    ],
)
def test_a_line_of_a_week(by_day, line):
    assert line_of(by_day) == line


def test_the_engine_reads_what_is_written():
    found = week(line_of({"mon": "09:00-11:00", "토": ["22:00", "01:00"]}) or "")
    assert [tuple(each) for each in zip(*found.nonzero(), strict=True)] == [
        (0, 9),
        (0, 10),
        (5, 22),
        (5, 23),
        (6, 0),
    ]


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Mo 09:00-18:00", {"Mo": "09:00-18:00"}),
        ("Mo,Tu 9:00-18:00; Sa 10:00-12:00, 13:00-15:00;", "Mo Tu Sa"),
        ("Fr-Mo 22:00-02:00", "Fr Sa Su Mo"),
        ("24/7", "Mo Tu We Th Fr Sa Su"),
        ("", ""),
    ],
)
def test_a_week_in_one_line_is_read_by_day(said, days):
    found = by_day(said)
    assert found == days if isinstance(days, dict) else list(found) == days.split()
    assert by_day(found) == found
    if found:
        assert (week(line_of(found) or "") == week(said if "/" not in said else "")).all()


def test_the_last_word_on_a_day_counts():
    assert by_day("Mo-Su 11:00-22:00; We 11:00-15:00")["We"] == "11:00-15:00"


@pytest.mark.parametrize("said", ["always", "Mo", "Mo 9-18", "Mo 29:00-30:00", "Xx 09:00-18:00"])
def test_what_is_no_week_is_told_with_an_example(said):
    with pytest.raises(ValueError, match="Mo-Fr 11:00-15:00"):
        by_day(said)


@pytest.mark.parametrize("said", [None, 7, ["09:00"], {"mon": "09:00-18:00"}])
def test_what_is_no_text_is_left_to_others(said):
    assert by_day(said) is said


def test_hours_by_day_text_without_an_end_is_refused_at_once():
    with pytest.raises(ValueError, match="at most 2000 characters, these 100014"):
        by_day(" " * 100_000 + "Mo 10:00-12:00")
