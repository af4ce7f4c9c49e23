"""Weekdays and seasons, against the calendar."""

from datetime import UTC, datetime

import numpy as np
import pytest

from omakase.features.calendar import season, weekday


@pytest.mark.parametrize(
    ("day", "name", "part"),
    [("2024-01-01", 0, 0), ("2024-02-29", 3, 0), ("2024-03-03", 6, 1), ("1969-12-31", 2, 0)],
)
def test_weekdays_and_seasons(day, name, part):
    seconds = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    assert weekday(np.asarray([seconds])).tolist() == [name]
    assert season(np.asarray([seconds])).tolist() == [part]
