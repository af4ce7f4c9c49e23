import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.data.ids import IdMap, Vocabulary
from omakase.types import DAY_SECONDS

MONDAY = 1_704_067_200  # 1 January 2024, 00:00 UTC
ITEMS = pl.DataFrame(
    {
        "item_id": ["tea", "cup", "wine", "new"],
        "category": [["drink"], ["ware"], ["drink", "alcohol"], ["ware"]],
        "price": [10.0, 20.0, 40.0, None],
        "latitude": [37.5, 37.5, 35.1, None],
        "longitude": [127.0, 127.0, 129.0, None],
        "tags": [["vegan"], None, ["red", "dry"], []],
    }
)
IDS = IdMap(Vocabulary.of(["ann", "bob", "cat"]), Vocabulary.of(ITEMS.get_column("item_id")))
ROWS = [
    ("ann", "tea", "view", 1.0, 0.0),
    ("ann", "tea", "purchase", 2.0, 0.01),
    ("ann", "wine", "rating", 4.0, 1.0),
    ("bob", "tea", "impression", 1.0, 1.5),
    ("bob", "tea", "view", 1.0, 1.51),
    ("bob", "wine", "rating", 2.0, 40.0),
    ("bob", "cup", "purchase", 1.0, 41.0),
]


def at(days):
    """Seconds of a moment, days after Monday."""
    return MONDAY + round(days * DAY_SECONDS)


@pytest.fixture(scope="session")
def moment():
    return at


@pytest.fixture(scope="session")
def world():
    """A small shop: (user, item, kind, value, days after Monday) and perhaps more of them."""

    def build(*more):
        rows = [(u, i, kind, value, at(days)) for u, i, kind, value, days in (*ROWS, *more)]
        columns = ["user_id", "item_id", "kind", "value", "time"]
        events = pl.DataFrame(rows, schema=columns, orient="row")
        return Dataset.from_table(events, items=ITEMS, ids=IDS)

    return build
