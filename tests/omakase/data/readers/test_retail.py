"""Shops."""

import polars as pl

from omakase.data.readers import load

from .folders import folder, item, pairs, user


def sheet(path, *rows, names):
    pl.DataFrame(rows, schema=names, orient="row").write_parquet(path)


NEW = [
    *("InvoiceNo", "StockCode", "Description", "Quantity"),
    *("InvoiceDate", "UnitPrice", "CustomerID", "Country"),
]
OLD = ["Invoice", *NEW[1:5], "Price", "Customer ID", "Country"]


def test_two_sheets_of_online_retail_do_not_count_a_day_twice(tmp_path):
    sheet(
        tmp_path / "online_retail_new.parquet",
        (1, "A", "RED MUG ", 6, "2010-12-01 08:26:00", 2.5, 17.0, "UK"),
        (2, "B", "BAG", 1, "2010-12-02 00:00:00", 1.0, 0.0, "UK"),
        names=NEW,
    )
    sheet(
        tmp_path / "online_retail_old.parquet",
        ("0", "A", "MUG", 2, "2009-12-01 00:00:00", 1.5, 18.0, "France"),
        ("C1", "A", "MUG", -2, "2009-12-02 00:00:00", 1.5, 18.0, "France"),
        ("1", "A", "RED MUG", 6, "2010-12-01 08:26:00", 2.5, 17.0, "UK"),
        ("9", "A", "MUG", 1, "2009-12-03 00:00:00", 1.5, None, "UK"),
        names=OLD,
    )
    loaded = load(tmp_path)
    assert pairs(loaded) == [("18", "A"), ("17", "A")]
    assert loaded.dataset.events.values.tolist() == [2.0, 6.0]
    assert loaded.dataset.events.times.tolist() == [1259625600, 1291191960]
    assert item(loaded, "A") == {"item_id": "A", "title": "RED MUG", "price": 2.0}
    assert user(loaded, "18")["country"] == "France"


def test_dunnhumby(tmp_path):
    folder(
        tmp_path,
        transactions_sample__csv="household_id,product_id,quantity,sales_value,"
        "transaction_timestamp\n7,40,2.0,5.0,2017-01-28 19:06:53\n",
        products__csv="product_id,manufacturer_id,department,brand,product_category,"
        "product_type,package_size\n40,2,GROCERY,National,ICE,ICE CUBES,22 LB\n41,2,X,Y,,,\n",
        demographics__csv="household_id,age\n7,65+\n",
    )
    loaded = load(tmp_path)
    assert loaded.layout == "dunnhumby"
    assert loaded.dataset.kinds == ("purchase",)
    assert loaded.dataset.events.times.tolist() == [1485630413]
    assert item(loaded, "40")["category"] == ["GROCERY", "ICE", "ICE CUBES"]
    assert item(loaded, "40")["price"] == 2.5
    assert item(loaded, "41")["category"] == ["X"]
    assert user(loaded, "7")["age"] == "65+"
