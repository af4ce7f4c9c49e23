"""Any table."""

import polars as pl
import pytest

from omakase.data.readers import load
from omakase.data.rows import Rules
from omakase.errors import MissingColumns, UnreadableFile

from .folders import folder, item, pairs, user

CSV = "customer,sku,qty\nann,x,1\nann,y,2\nbob,x,1\n"


def test_csv_whose_columns_are_guessed(tmp_path):
    folder(tmp_path, sales__csv=CSV)
    loaded = load(tmp_path / "sales.csv")
    assert sorted(pairs(loaded)) == [("ann", "x"), ("ann", "y"), ("bob", "x")]
    assert loaded.guessed == {"user_id": "customer", "item_id": "sku", "value": "qty"}
    assert loaded.dataset.kinds == ("purchase",)
    assert not loaded.timed


def test_csv_whose_columns_are_told(tmp_path):
    folder(tmp_path, sales__csv="a,b,c\n1,2,3\n")
    loaded = load(tmp_path / "sales.csv", mapping={"user_id": "b", "item_id": "a", "time": "c"})
    assert pairs(loaded) == [("2", "1")]
    assert loaded.dataset.events.times.tolist() == [3]
    assert loaded.guessed == {}


def test_json_lines_and_parquet(tmp_path):
    folder(tmp_path, e__jsonl='{"user_id": "a", "item_id": "x", "rating": 4.5, "time": 7}\n')
    first = load(tmp_path / "e.jsonl")
    table = pl.DataFrame({"user_id": ["a"], "item_id": ["x"], "rating": [4.5], "time": [7]})
    table.write_parquet(tmp_path / "e.parquet")
    second = load(tmp_path / "e.parquet")
    for loaded in (first, second):
        assert loaded.dataset.kinds == ("rating",)
        assert loaded.dataset.events.values.tolist() == [4.5]
        assert loaded.dataset.events.times.tolist() == [7]


def test_a_folder_of_three_tables(tmp_path):
    folder(
        tmp_path,
        events__csv="user_id,item_id,kind,time\na,x,purchase,5\n",
        items__csv="item_id,name,categories,price\nx,Mug,Kitchen|Gifts,2.5\nz,Bag,,1\n",
        people__csv="user_id,age\na,30\n",
    )
    loaded = load(tmp_path)
    assert loaded.layout == "tables"
    assert item(loaded, "x")["title"] == "Mug"
    assert item(loaded, "x")["category"] == ["Kitchen", "Gifts"]
    assert user(loaded, "a")["age"] == "30"
    assert loaded.dataset.n_items == 2


def test_a_folder_without_events_says_what_is_missing(tmp_path):
    folder(tmp_path, items__csv="item_id,name\nx,Mug\n")
    with pytest.raises(MissingColumns, match="user_id"):
        load(tmp_path)


def test_a_folder_without_tables(tmp_path):
    folder(tmp_path, notes__doc="hello")
    with pytest.raises(UnreadableFile, match="no CSV"):
        load(tmp_path)


def test_an_unknown_ending(tmp_path):
    folder(tmp_path, sales__xyz="1,2")
    with pytest.raises(UnreadableFile, match="unknown format"):
        load(tmp_path / "sales.xyz")


def test_bad_rows_are_left_out_and_told(tmp_path):
    folder(tmp_path, e__csv="user,item,rating\na,x,4\n,x,4\nb,y,77\n")
    loaded = load(tmp_path / "e.csv")
    assert pairs(loaded) == [("a", "x")]
    assert [(r.line, r.reason) for r in loaded.rejects] == [
        *((3, "empty_user"), (4, "value_out_of_range")),
    ]
    assert loaded.refused == 2


def test_another_scale_of_ratings(tmp_path):
    folder(tmp_path, e__csv="user,item,rating\nb,y,77\n")
    loaded = load(tmp_path, rules=Rules(highest_rating=100))
    assert loaded.dataset.events.values.tolist() == [77.0]


def test_items_in_another_encoding_with_breaks_and_rows_without_id(tmp_path):
    items = 'id;name;price\nx;"김치\n찌개";2.5\n ;없음;1\ny;국밥;비쌈\n'.encode("cp949")
    folder(tmp_path, e__csv="user,item\na,x\n", i__csv=items)
    loaded = load(tmp_path, encoding="cp949")
    assert item(loaded, "x") == {"item_id": "x", "title": "김치\n찌개", "price": 2.5}
    assert [(r.reason, r.detail) for r in loaded.rejects] == [
        ("empty_item", "the item is empty"),
    ]
    assert item(loaded, "y") == {"item_id": "y", "title": "국밥", "price": None}
    assert loaded.refused == 1
    assert loaded.dataset.n_items == 2
