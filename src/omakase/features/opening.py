"""When places are open, by the hours of a week."""

import re
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOURS: Final = 24
OF_DAYS: Final = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?")
OF_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")

Week = NDArray[np.bool_]


def open_hours(items: pl.DataFrame) -> Week:
    """(N, 7, 24) whether each item is open in an hour of the week, from Monday, midnight, on.

    Always, where nothing is known; (N, 0, 0) where nothing is known of any. An hour counts that
    is open in part.
    """
    if items.schema.get("opening_hours") != pl.String:
        return np.ones((len(items), 0, 0), dtype=np.bool_)
    hours = items.get_column("opening_hours")
    weeks = {text: week(text or "") for text in hours.unique()}
    return np.stack([weeks[text] for text in hours], dtype=np.bool_) if weeks else _empty()


def week(text: str) -> Week:
    """(7, 24) of "Mo-Fr 11:00-15:00,17:00-22:00; Sa 22:00-02:00", as OpenStreetMap writes it.

    What is not written so counts for nothing; always open, where nothing is left.
    """
    open_by_hour = np.zeros((len(DAYS), HOURS), dtype=np.bool_)
    for part in text.split(";"):
        days = [day for span in OF_DAYS.findall(part) for day in _days(span)]
        for times in OF_TIME.findall(part):
            hours = _hours(*map(int, times))
            for day in days:
                for hour in hours:
                    open_by_hour[(day + hour // HOURS) % len(DAYS), hour % HOURS] = True
    return open_by_hour if open_by_hour.any() else np.ones_like(open_by_hour)


def _days(span: str) -> list[int]:
    """Of "Tu", or of "Fr-Mo", which goes over Sunday."""
    first, _, last = span.partition("-")
    start = DAYS.index(first)
    return [(start + n) % 7 for n in range((DAYS.index(last or first) - start) % 7 + 1)]


def _hours(opens: int, _: int, shuts: int, minutes: int) -> range:
    """From midnight of the day on; at or before its beginning, the end is of the next day."""
    last = shuts + (minutes > 0)
    return range(opens, last if last > opens else last + HOURS)


def _empty() -> Week:
    return np.ones((0, len(DAYS), HOURS), dtype=np.bool_)
