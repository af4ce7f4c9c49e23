"""Hours of a week, as OpenStreetMap writes them."""

import numpy as np
import polars as pl
import pytest

from omakase.features.opening import DAYS, open_hours, week


def shown(text: str) -> dict[str, list[int]]:
    return {
        day: np.flatnonzero(hours).tolist()
        for day, hours in zip(DAYS, week(text), strict=True)
        if hours.any()
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo 09:00-11:00", {"Mo": [9, 10]}),
        ("Mo 09:30-11:30", {"Mo": [9, 10, 11]}),
        ("Mo,We 09:00-10:00", {"Mo": [9], "We": [9]}),
        ("Sa-Mo 09:00-10:00", {"Sa": [9], "Su": [9], "Mo": [9]}),
        ("Mo 11:00-12:00,17:00-18:00; Tu 10:00-11:00", {"Mo": [11, 17], "Tu": [10]}),
        ("Su 23:00-01:00", {"Su": [23], "Mo": [0]}),
        ("Fr 22:00-00:30", {"Fr": [22, 23], "Sa": [0]}),
        ("Mo 00:00-24:00", {"Mo": [*range(24)]}),
        ("Mo 00:00-00:00", {"Mo": [*range(24)]}),
        ("Mo 09:00-10:00; by arrangement", {"Mo": [9]}),
    ],
)
def test_hours_of_a_week(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize("text", ["", "always", "Mo", "09:00-10:00"])
def test_what_tells_no_hours_is_always_open(text):
    assert week(text).shape == (7, 24) and week(text).all()


def test_each_item_has_its_week_and_who_says_nothing_is_open():
    items = pl.DataFrame({"opening_hours": ["Tu 10:00-11:00", None, "Tu 10:00-11:00"]})
    found = open_hours(items)
    assert found.shape == (3, 7, 24) and found[1].all()
    assert found[0].sum() == 1 and found[0, 1, 10] and (found[2] == found[0]).all()


def test_a_catalog_without_hours_costs_nothing():
    assert open_hours(pl.DataFrame({"item_id": ["a", "b"]})).shape == (2, 0, 0)
    none = pl.DataFrame({"opening_hours": []}, schema={"opening_hours": pl.String})
    assert open_hours(none).shape == (0, 7, 24)
