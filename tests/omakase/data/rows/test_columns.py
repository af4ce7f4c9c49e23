"""Guessing columns."""

import pytest

from omakase.data.rows.columns import event_columns, free
from omakase.errors import MissingColumns


@pytest.mark.parametrize(
    "header",
    [
        ["userId", "movieId", "rating", "timestamp"],
        ["Customer ID", "StockCode", "Quantity", "InvoiceDate"],
        ["customer_id", "SKU", "stars", "created_at"],
    ],
)
def test_usual_names(header):
    found = event_columns("x", header)
    assert [found[name] for name in ("user_id", "item_id", "value", "time")] == header


def test_what_is_told_goes_first():
    found = event_columns("x", ["user", "item", "who"], {"user_id": "who"})
    assert found == {"user_id": "who", "item_id": "item"}


def test_no_column_serves_twice():
    assert event_columns("x", ["user", "item"], {"item_id": "user", "user_id": "item"}) == {
        "item_id": "user",
        "user_id": "item",
    }


def test_missing_ones_are_named_with_those_present():
    with pytest.raises(MissingColumns, match=r"shop\.csv: no column item_id; it has: user, x"):
        event_columns("shop.csv", ["user", "x"])


def test_the_nearest_of_those_present_is_suggested():
    with pytest.raises(MissingColumns, match="it has: a, prson, z; did you mean 'prson'"):
        event_columns("x", ["a", "prson", "z"], {"user_id": "person"})


def test_names_that_are_noise_are_shown_in_one_short_line():
    noise = ["\x00\n\x1b[2J" + "x" * 10_000, *(f"c{n}" for n in range(500))]
    with pytest.raises(MissingColumns) as caught:
        event_columns("x", noise)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 300
    assert said.endswith("c18, …")
    assert caught.value.present == tuple(noise)


def test_a_told_column_must_be_there():
    with pytest.raises(MissingColumns, match="no column who"):
        event_columns("shop.csv", ["user", "item"], {"user_id": "who"})


def test_a_column_gives_way_to_the_number_of_its_line():
    assert [free(name) for name in ("line", "Line", "lines")] == ["line_", "Line", "lines"]
