"""Two shops: UCI Online Retail and dunnhumby's Complete Journey."""

from pathlib import Path

import polars as pl

from omakase.data.readers.tables import Layout, Tables, event_table

RETAIL_NAMES = {"InvoiceNo": "Invoice", "UnitPrice": "Price", "CustomerID": "Customer ID"}
DUNNHUMBY_COLUMNS = [
    *("household_id", "product_id", "quantity", "sales_value", "transaction_timestamp")
]
DUNNHUMBY_IDS = {"household_id": pl.String, "product_id": pl.String}
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


def read_online_retail(folder: Path) -> Tables:
    """Each `online_retail*.parquet`; returns and sales without a customer are left out."""
    sheets = [_sheet(file) for file in sorted(folder.glob("online_retail*.parquet"))]
    rows = _without_overlap(sheets).filter(pl.col("user") > 0, pl.col("quantity") > 0)
    events = event_table(
        rows, user="user", item="item", kind="purchase", value="quantity", time="time"
    )
    items = rows.group_by(pl.col("item").alias("item_id"), maintain_order=True).agg(
        pl.col("title").drop_nulls().last(), pl.col("price").median()
    )
    users = rows.group_by(pl.col("user").cast(pl.String).alias("user_id"), maintain_order=True).agg(
        pl.col("country").last()
    )
    return Tables(events, items, users)


def read_dunnhumby(folder: Path) -> Tables:
    """`transactions*.csv`, `products.csv`, `demographics.csv`."""
    rows = pl.concat(
        pl.read_csv(file, columns=DUNNHUMBY_COLUMNS, schema_overrides=DUNNHUMBY_IDS)
        for file in sorted(folder.glob("transactions*.csv"))
    ).filter(pl.col("quantity") > 0)
    rows = rows.with_columns(_unix("transaction_timestamp").alias("time"))
    events = event_table(
        rows,
        user="household_id",
        item="product_id",
        kind="purchase",
        value="quantity",
        time="time",
    )
    users = pl.read_csv(folder / "demographics.csv", infer_schema=False)
    return Tables(events, _products(folder, rows), users.rename({"household_id": "user_id"}))


LAYOUTS = (
    Layout("online-retail", lambda f: any(f.glob("online_retail*.parquet")), read_online_retail),
    Layout(
        "dunnhumby",
        lambda f: (f / "products.csv").is_file() and any(f.glob("transactions*.csv")),
        read_dunnhumby,
    ),
)


def _unix(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime(TIME_FORMAT).dt.epoch("s")


def _sheet(file: Path) -> pl.DataFrame:
    table = pl.read_parquet(file)
    table = table.rename({old: new for old, new in RETAIL_NAMES.items() if old in table.columns})
    return table.select(
        pl.col("Customer ID").fill_null(0).cast(pl.Int64).alias("user"),
        pl.col("StockCode").alias("item"),
        pl.col("Description").str.strip_chars().alias("title"),
        pl.col("Quantity").alias("quantity"),
        pl.col("Price").alias("price"),
        pl.col("Country").alias("country"),
        _unix("InvoiceDate").alias("time"),
    )


def _without_overlap(sheets: list[pl.DataFrame]) -> pl.DataFrame:
    """One after another; days that two sheets hold are taken from the later sheet."""
    ordered = sorted(sheets, key=lambda sheet: int(sheet["time"].min()))  # type: ignore[arg-type]
    starts = [sheet["time"].min() for sheet in ordered[1:]]
    cut = [
        sheet.filter(pl.col("time") < start) for sheet, start in zip(ordered, starts, strict=False)
    ]
    return pl.concat([*cut, ordered[-1]])


def _products(folder: Path, rows: pl.DataFrame) -> pl.DataFrame:
    prices = rows.group_by(pl.col("product_id").alias("item_id")).agg(
        (pl.col("sales_value") / pl.col("quantity")).median().alias("price")
    )
    table = pl.read_csv(folder / "products.csv", infer_schema=False)
    tree = pl.concat_list("department", "product_category", "product_type").list.drop_nulls()
    products = table.select(
        pl.col("product_id").alias("item_id"),
        pl.col("product_type").alias("title"),
        tree.alias("category"),
        "brand",
        "department",
        "manufacturer_id",
        "package_size",
    )
    return products.join(prices, on="item_id", how="left", maintain_order="left")
