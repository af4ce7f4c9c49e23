"""UCI Restaurant & consumer data: places, their cuisines and hours, people and what they eat."""

from pathlib import Path

import polars as pl

from omakase.data.readers.tables import Layout, Tables, event_table

PRICES = {"low": 1.0, "medium": 2.0, "high": 3.0}
DAYS = {"Mon": "Mo", "Tue": "Tu", "Wed": "We", "Thu": "Th", "Fri": "Fr", "Sat": "Sa", "Sun": "Su"}


def read_uci(folder: Path) -> Tables:
    """`rating_final.csv` (0 to 2) and the tables beside it; there are no times."""
    events = event_table(
        _table(folder / "rating_final.csv"),
        user="userID",
        item="placeID",
        kind="rating",
        value="rating",
    )
    return Tables(events, _places(folder), _people(folder), timed=False)


LAYOUTS = (
    Layout(
        "uci-restaurants",
        lambda f: (f / "rating_final.csv").is_file() and (f / "geoplaces2.csv").is_file(),
        read_uci,
    ),
)


def _table(file: Path) -> pl.DataFrame:
    """All text; "?" is null."""
    return pl.read_csv(file, infer_schema=False, null_values=["?"], encoding="latin1")


def _lists(file: Path, key: str, column: str, name: str) -> pl.DataFrame:
    """(key, name): every value of the column, gathered."""
    return _table(file).group_by(key, maintain_order=True).agg(pl.col(column).alias(name))


def _hours(file: Path) -> pl.DataFrame:
    """(placeID, opening_hours) as "Mo,Tu 09:00-18:00; Sa 10:00-12:00"."""
    days = pl.col("days").str.strip_chars(";").str.split(";").list.eval(pl.element().replace(DAYS))
    spans = pl.col("hours").str.strip_chars(";").str.replace_all(";", ",", literal=True)
    line = pl.concat_str(days.list.join(","), spans, separator=" ")
    return (
        _table(file)
        .group_by("placeID", maintain_order=True)
        .agg(line.unique(maintain_order=True).str.join("; ").alias("opening_hours"))
    )


def _places(folder: Path) -> pl.DataFrame:
    joined = _table(folder / "geoplaces2.csv")
    for side in (
        _lists(folder / "chefmozcuisine.csv", "placeID", "Rcuisine", "category"),
        _lists(folder / "chefmozaccepts.csv", "placeID", "Rpayment", "payments"),
        _lists(folder / "chefmozparking.csv", "placeID", "parking_lot", "parking"),
        _hours(folder / "chefmozhours4.csv"),
    ):
        joined = joined.join(side, on="placeID", how="left", maintain_order="left")
    return joined.select(
        pl.col("placeID").alias("item_id"),
        pl.col("name").alias("title"),
        "category",
        pl.col("price").replace_strict(PRICES, default=None, return_dtype=pl.Float64),
        pl.col("price").alias("price_band"),
        pl.col("latitude").cast(pl.Float64),
        pl.col("longitude").cast(pl.Float64),
        "opening_hours",
        *("city", "state", "country", "alcohol", "smoking_area", "dress_code", "accessibility"),
        pl.col("Rambience").alias("ambience"),
        *("franchise", "area", "other_services", "payments", "parking"),
    )


def _people(folder: Path) -> pl.DataFrame:
    profiles = _table(folder / "userprofile.csv").with_columns(
        pl.col("latitude", "longitude", "birth_year", "weight", "height").cast(pl.Float64)
    )
    cuisines = _lists(folder / "usercuisine.csv", "userID", "Rcuisine", "categories")
    payments = _lists(folder / "userpayment.csv", "userID", "Upayment", "payments")
    return (
        profiles.join(cuisines, on="userID", how="left", maintain_order="left")
        .join(payments, on="userID", how="left", maintain_order="left")
        .rename({"userID": "user_id"})
    )
