"""Days that no person made."""

import numpy as np
import polars as pl

from omakase.data.busy_days import busy_days, longest_day, made_by_people
from omakase.types import DAY_SECONDS

NOW = 20_000 * DAY_SECONDS


def days(*lengths: int, start: int = NOW) -> pl.DataFrame:
    """Somebody's day of each length."""
    rows = [
        (f"u{n}", start + second) for n, length in enumerate(lengths) for second in range(length)
    ]
    return pl.DataFrame(rows, schema=["user_id", "time"], orient="row")


def test_busy_days_are_long_and_unusual():
    events = days(*[2] * 40, 50)
    assert busy_days(events, 20)["user_id"].to_list() == ["u40"]
    assert busy_days(events, 60).is_empty()
    assert set(made_by_people(events, 20)["user_id"]) == {f"u{n}" for n in range(40)}


def test_busy_days_where_long_days_are_usual_are_none():
    assert busy_days(days(*[40] * 5, 50), 20).is_empty()


def test_busy_day_beside_few_others_is_not_the_usual_one():
    assert busy_days(days(*[5] * 12, 400), 50)["user_id"].to_list() == ["u12"]


def test_busy_days_without_times_are_none():
    assert busy_days(days(*[2] * 40, 50, start=0), 20).is_empty()


def test_longest_day_goes_by_the_usual_one():
    lengths, counts = np.asarray([1, 3, 100]), np.asarray([90, 5, 5])
    assert longest_day(lengths, counts, 10) == 15
    assert longest_day(lengths, counts, 20) == 20
    assert longest_day(lengths[:0], counts[:0], 20) == 20
