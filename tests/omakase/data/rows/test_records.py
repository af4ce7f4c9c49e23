"""Items and users out of files."""

import polars as pl
import pytest

from omakase.data.rows import Rules, read_records
from omakase.data.rows.columns import ITEM_NAMES, USER_NAMES
from omakase.errors import MissingColumns, UnreadableFile


def written(path, raw, name="items.csv"):
    file = path / name
    file.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return file


def reasons(found):
    return [(r.line, r.reason) for r in found.rejects]


def test_columns_get_our_names_and_types(tmp_path):
    raw = "sku,Name,Genres,Price,lat,colour\nx,Mug,Home|Gifts,2.5,37.5,red\ny,Bag,,,,\n"
    found = read_records(written(tmp_path, raw), ITEM_NAMES)
    first, second = found.table.rows(named=True)
    assert first == {
        "item_id": "x",
        "title": "Mug",
        "category": ["Home", "Gifts"],
        "price": 2.5,
        "latitude": 37.5,
        "colour": "red",
    }
    assert second["price"] is None
    assert found.rejects == ()


def test_every_bad_row_is_told_and_the_rest_is_kept(tmp_path):
    raw = (
        b"item_id,title,price\n"
        b"a,good,1\n"
        b" ,no id,1\n"
        b"b,negative,-1\n"
        b"c,words,cheap\n"
        b"d,\xff\xfe,1\n"
        b"e,too,many,fields\n"
        b"f,few\n"
        b"g\x00,nul,1\n"
        b'h,"open,1\n'
        b"i\x07,bell,1\n"
        b"\n"
        b"j,not finite,inf\n"
        b"k,last,2\n"
    )
    found = read_records(written(tmp_path, raw), ITEM_NAMES, encoding="utf-8")
    assert found.table.get_column("item_id").to_list() == ["a", "b", "c", "j", "k"]
    assert found.table.get_column("price").to_list() == [1, None, None, None, 2]
    assert reasons(found) == [
        *((3, "empty_item"), (6, "bad_encoding")),
        *((7, "wrong_columns"), (8, "wrong_columns"), (9, "nul_byte")),
        *((10, "unbalanced_quotes"), (11, "control_character")),
    ]
    assert [(w.line, w.reason) for w in found.warnings] == [
        *((4, "field_left_out"), (5, "field_left_out"), (13, "field_left_out")),
    ]
    assert found.warnings[1].detail == (
        "price is 'cheap', not a number from 0 to 1e+12; the rest is kept"
    )


def test_line_breaks_in_quotation_marks_are_read_where_the_file_is_sound(tmp_path):
    raw = 'item_id,description,price\nx,"two\nlines",1\n,one,\ny,"a ""b""\n\nc",\n'
    found = read_records(written(tmp_path, raw), ITEM_NAMES)
    assert found.table.get_column("description").to_list() == ["two\nlines", 'a "b"\n\nc']
    assert reasons(found) == [(4, "empty_item")]


def test_one_open_quotation_mark_does_not_swallow_the_file(tmp_path):
    raw = 'item_id,title\nx,good\ny,"open\nz,good\n'
    found = read_records(written(tmp_path, raw), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["x", "z"]
    assert reasons(found) == [(3, "unbalanced_quotes")]


def test_a_short_row_is_told_though_its_end_is_empty(tmp_path):
    found = read_records(written(tmp_path, "item_id,title,price\nx,a,\ny,b\n"), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["x"]
    assert reasons(found) == [(3, "wrong_columns")]


def test_the_last_row_of_an_id_counts(tmp_path):
    found = read_records(written(tmp_path, "item_id,title\nx,old\ny,y\nx,new\n"), ITEM_NAMES)
    assert found.table.rows() == [("y", "y"), ("x", "new")]


def test_json_lines_with_lists_and_faults(tmp_path):
    raw = (
        '{"id": 7, "tags": ["a", "b"], "price": 3}\n'
        "oops\n[1]\n\n"
        '{"id": "x", "title": "X", "price": -3}\n'
        '{"title": "no id"}\n'
    )
    found = read_records(written(tmp_path, raw, "items.jsonl"), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["7", "x"]
    assert found.table.get_column("tags").to_list() == [["a", "b"], None]
    assert reasons(found) == [*((2, "bad_json"), (3, "not_an_object"), (6, "empty_item"))]


def test_parquet(tmp_path):
    file = tmp_path / "users.parquet"
    pl.DataFrame({"customer_id": [1, None], "age": [30, 40]}).write_parquet(file)
    found = read_records(file, USER_NAMES)
    assert found.table.rows() == [("1", 30)]
    assert reasons(found) == [(2, "empty_user")]


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [("lat", "-90", "-91"), ("longitude", "180", "181"), ("year", "1995", "soon")],
)
def test_numbers_have_their_range(tmp_path, column, good, bad):
    found = read_records(written(tmp_path, f"id,{column}\na,{good}\nb,{bad}\n"), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["a", "b"]
    assert found.table.to_series(1).to_list() == [float(good), None]
    assert [(w.line, w.reason) for w in found.warnings] == [(3, "field_left_out")]


def test_ids_may_only_be_so_long(tmp_path):
    found = read_records(
        written(tmp_path, "id,title\nabcd,x\nabc,y\n"), ITEM_NAMES, rules=Rules(longest_id=3)
    )
    assert reasons(found) == [(2, "id_too_long")]


def test_other_encodings_marks_and_separators(tmp_path):
    raw = "id;name\nx;김치\n"
    for encoding, said in (("cp949", "cp949"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-8")):
        file = written(tmp_path, raw.encode(encoding))
        found = read_records(file, ITEM_NAMES, encoding=said)
        assert found.table.rows() == [("x", "김치")]


def test_what_cannot_be_read_at_all(tmp_path):
    with pytest.raises(MissingColumns, match="no column item_id"):
        read_records(written(tmp_path, "colour,size\nred,1\n"), ITEM_NAMES)
    with pytest.raises(UnreadableFile, match="no such file"):
        read_records(tmp_path / "no.csv", ITEM_NAMES)
    with pytest.raises(UnreadableFile, match="not a Parquet file"):
        read_records(written(tmp_path, "x", "items.parquet"), ITEM_NAMES)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_column_called_line_keeps_its_values(tmp_path, ending):
    file = tmp_path / f"items.{ending}"
    table = pl.DataFrame({"id": ["a", "b"], "line": ["Basic", "Luxury"]})
    table.write_csv(file) if ending == "csv" else table.write_parquet(file)
    found = read_records(file, ITEM_NAMES)
    assert found.table.rows(named=True) == [
        {"item_id": "a", "line_": "Basic"},
        {"item_id": "b", "line_": "Luxury"},
    ]


def test_a_column_called_line_beside_breaks_in_quotation_marks(tmp_path):
    raw = 'line,id,title\nBasic,a,"two\nlines"\n'
    found = read_records(written(tmp_path, raw), ITEM_NAMES)
    assert found.table.rows(named=True) == [
        {"line_": "Basic", "item_id": "a", "title": "two\nlines"}
    ]


def test_ids_that_a_table_keeps_as_floats_are_their_digits(tmp_path):
    file = tmp_path / "items.parquet"
    pl.DataFrame({"id": [7.0, 8.5, None], "tags": [["x"], [], None]}).write_parquet(file)
    found = read_records(file, ITEM_NAMES)
    assert found.table.rows() == [("7", ["x"]), ("8.5", [])]
    assert reasons(found) == [(3, "empty_item")]


@pytest.mark.parametrize(
    ("column", "values"), [("id", [["a"]]), ("price", [[2.0]]), ("id", [b"a"]), ("lat", [{"x": 1}])]
)
def test_a_column_of_lists_is_no_id_and_no_number(tmp_path, column, values):
    file = tmp_path / "items.parquet"
    pl.DataFrame({"id": ["a"], column: values}).write_parquet(file)
    with pytest.raises(UnreadableFile, match=f"column '{column}' is of type"):
        read_records(file, ITEM_NAMES)


def test_nan_is_read_as_missing(tmp_path):
    file = tmp_path / "items.parquet"
    nan = float("nan")
    pl.DataFrame(
        {"id": [1.0, 2.0, nan], "price": [nan, 3.0, 1.0], "size": [nan, 1.0, 1.0]}
    ).write_parquet(file)
    found = read_records(file, ITEM_NAMES)
    assert found.table.rows() == [("1", None, None), ("2", 3.0, 1.0)]
    assert reasons(found) == [(3, "empty_item")]
