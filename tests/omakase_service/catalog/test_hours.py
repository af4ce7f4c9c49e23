"""Opening hours of the catalog, as models read them."""

import pytest

from omakase.features.opening import week
from omakase_service.catalog.hours import line_of


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
