"""Columns of the owner's own: what their values are."""

import polars as pl
import pytest

from omakase.data.rows.attribute_types import typed_columns
from omakase.data.rows.columns import ITEM_NAMES
from omakase.data.rows.records import read_records


@pytest.mark.parametrize(
    ("name", "texts", "values"),
    [
        ("weight", ["0.5", "12", ""], [0.5, 12.0, None]),
        ("pages", ["120", "88", "NA"], [120, 88, None]),
        ("is_vegan", ["true", "False"], [True, False]),
        (
            "moods",
            ["calm|slow", "calm", " loud | fast "],
            [["calm", "slow"], ["calm"], ["loud", "fast"]],
        ),
        ("size", ["12", "M"], ["12", "M"]),
        ("serial", ["007", "012"], ["007", "012"]),
        ("zip", ["90210", "10001"], ["90210", "10001"]),
        ("상품코드", ["12", "34"], ["12", "34"]),
        ("barcode13", ["8801234567890", "8801234567891"], ["8801234567890", "8801234567891"]),
        ("note", ["", "NA"], ["", "NA"]),
        ("width", ["1٣", "2.٥"], ["1٣", "2.٥"]),
    ],
)
def test_typed_columns_value_becomes_what_the_whole_column_is(name, texts, values):
    table = pl.DataFrame({"item_id": ["a"] * len(texts), name: texts})
    typed = typed_columns(table, [name], decimal=".")
    assert typed.get_column(name).to_list() == values
    assert typed.get_column("item_id").dtype == pl.String


def test_typed_columns_decimal_comma_is_read_as_declared():
    table = pl.DataFrame({"weight": ["0,5", "2"]})
    assert typed_columns(table, ["weight"], decimal=",").get_column("weight").to_list() == [0.5, 2]


def test_read_records_of_a_csv_types_own_columns_and_leaves_ids_alone(tmp_path):
    file = tmp_path / "items.csv"
    file.write_text("item_id,title,weight,moods\n1,One,0.5,calm|slow\n2,Two,2,loud|fast\n")
    table = read_records(file, ITEM_NAMES).typed_table
    assert table.get_column("item_id").to_list() == ["1", "2"]
    assert table.get_column("weight").to_list() == [0.5, 2.0]
    assert table.get_column("moods").to_list() == [["calm", "slow"], ["loud", "fast"]]


def test_read_records_of_json_lines_leaves_texts_as_they_were_written(tmp_path):
    file = tmp_path / "items.jsonl"
    file.write_text('{"item_id": "1", "weight": "0.5"}\n{"item_id": "2", "weight": "2"}\n')
    assert read_records(file, ITEM_NAMES).typed_table.get_column("weight").to_list() == ["0.5", "2"]
