from pathlib import Path

import numpy as np
import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.data.weighting import Weighting
from omakase.types import DAY_SECONDS
from omakase_spark.events import read_events
from omakase_spark.pairs import pair_table
from omakase_spark.session import SparkPlan, spark_session

PLAN = SparkPlan(master="local[2]", memory="512m", partitions=2)
WEIGHTING = Weighting(fade_days=20)
START = 1_700_000_000


@pytest.fixture(scope="session")
def spark():
    """One session for all tests, skipped without the extra `spark`."""
    for package in ("pyspark", "pyarrow", "pandas"):
        pytest.importorskip(package, reason="needs the extra spark: make spark")
    with spark_session(PLAN) as session:
        yield session


def shop(people: int = 60, items: int = 40, events: int = 1500) -> tuple[pl.DataFrame, ...]:
    """Events of four kinds with equal times among them, and the two tables of a catalog."""
    chance = np.random.default_rng(4)
    liked = chance.zipf(1.5, events) % items
    table = pl.DataFrame(
        {
            "user_id": [f"u{n}" for n in chance.integers(people, size=events)],
            "item_id": [f"i{n:03}" for n in liked],
            "kind": chance.choice(["view", "purchase", "rating", "dislike"], events).tolist(),
            "value": chance.choice([1.0, 2.0, 4.0, 5.0, None], events).tolist(),
            "time": START + chance.integers(90, size=events) * DAY_SECONDS // 2,
        },
        schema_overrides={"value": pl.Float32},
    )
    catalog = pl.DataFrame(
        {
            "item_id": [f"i{n:03}" for n in range(items + 2)],
            "category": [f"c{n % 5}" for n in range(items + 2)],
            "price": [float(n % 7) for n in range(items + 2)],
            "created": [START - n * DAY_SECONDS for n in range(items + 2)],
        }
    )
    users = pl.DataFrame({"user_id": ["u0", "nobody-yet"], "age": [30, 40]})
    return table, catalog, users


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """The shop as Parquet files, its events in two of them."""
    place = tmp_path_factory.mktemp("shop")
    events, items, users = shop()
    events[:700].write_parquet(place / "events-1.parquet")
    events[700:].write_parquet(place / "events-2.parquet")
    items.write_parquet(place / "items.parquet")
    users.write_parquet(place / "users.parquet")
    return place


@pytest.fixture(scope="session")
def data() -> Dataset:
    """The same as the engine reads it."""
    events, items, users = shop()
    return Dataset.from_table(events, items=items, users=users, weighting=WEIGHTING)


@pytest.fixture(scope="session")
def events(spark, folder):
    return read_events(spark, folder)


@pytest.fixture(scope="session")
def pairs(spark, events, tmp_path_factory):
    return pair_table(
        spark,
        events,
        events.ids(),
        WEIGHTING,
        half_life=7.0,
        parts=3,
        scratch=tmp_path_factory.mktemp("scratch"),
    )
