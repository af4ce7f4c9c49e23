"""Columns of text that are looked at together say what each says alone."""

import polars as pl
import pytest

from omakase.data.rows.identifiers import some
from omakase.data.rows.texts import TextColumns

TABLE = pl.DataFrame(
    {
        "when": [" 2024-01-02 ", "2024-01-03", None, "n/a"],
        "name": ["Kim", "NULL", "", "Lee 2"],
        "score": [1.0, 2.0, 3.0, 4.0],
        "empty": pl.Series([None, "", "-", " "], dtype=pl.String),
    }
)


@pytest.mark.parametrize("name", ["when", "name", "empty"])
def test_values_are_those_of_the_column_alone(name):
    assert TextColumns(TABLE).values(name).to_list() == some(TABLE.get_column(name)).to_list()


def test_contains_columns_of_text_alone():
    columns = TextColumns(TABLE)
    assert ("when" in columns, "score" in columns, "absent" in columns) == (True, False, False)


@pytest.mark.parametrize(("share", "expected"), [(0.9, {"when"}), (0.5, {"when", "name"})])
def test_columns_with_digits_are_counted_by_the_values_that_are_there(share, expected):
    assert TextColumns(TABLE).with_digits(share) == expected


@pytest.mark.parametrize("table", [TABLE.clear(), TABLE.select("score"), pl.DataFrame()])
def test_columns_with_digits_where_there_are_no_values_are_none(table):
    assert TextColumns(table).with_digits(0.9) == frozenset()


def test_columns_with_words_are_those_that_have_them_in_either_case():
    columns = TextColumns(TABLE.with_columns(state=pl.Series(["Paid", None, " VOID ", "paid"])))
    assert columns.with_words(("void", "취소")) == {"state"}
    assert TextColumns(TABLE.clear()).with_words(("void",)) == frozenset()
