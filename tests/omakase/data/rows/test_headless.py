"""Names for columns without any."""

import polars as pl
import pytest

from omakase.data.rows.headless import names_of


def table(*rows):
    names = [f"column {n}" for n in range(1, len(rows[0]) + 1)]
    return pl.DataFrame([list(map(str, row)) for row in rows], schema=names, orient="row")


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([(7, 9, 4), (8, 9, 3)], ("user_id", "item_id", "rating")),
        ([(7, 9, 1672531200), (8, 9, 1672531260)], ("user_id", "item_id", "timestamp")),
        (
            [("u", "i", 41, "pv", 1672531200), ("v", "i", 41, "buy", 1672531260)],
            ("user_id", "item_id", "rating", "event", "timestamp"),
        ),
        ([(1672531200, 7, 9), (1672531260, 8, 9)], ("column 1", "column 2", "column 3")),
        ([(7,)], ("column 1",)),
    ],
)
def test_names_of_go_by_content(rows, names):
    assert names_of(table(*rows)) == names
