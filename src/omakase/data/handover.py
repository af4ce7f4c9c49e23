"""A dataset in a folder, for another process of this machine to read as it is."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import polars as pl

from omakase.data.dataset import Dataset
from omakase.data.events import Events
from omakase.data.ids import IdMap, Vocabulary

EVENTS, ITEMS, USERS = "events.npz", "items.parquet", "users.parquet"


def write_dataset(data: Dataset, folder: Path) -> None:
    """Write all of it into a folder that is there."""
    columns = {column.name: getattr(data.events, column.name) for column in fields(Events)}
    np.savez(folder / EVENTS, names=np.asarray(data.kinds), **columns)
    data.items.write_parquet(folder / ITEMS)
    data.users.write_parquet(folder / USERS)


def read_dataset(folder: Path) -> Dataset:
    """The same dataset: same rows, same order."""
    items, users = (pl.read_parquet(folder / name) for name in (ITEMS, USERS))
    with np.load(folder / EVENTS) as saved:
        names = tuple(saved["names"].tolist())
        events = Events(**{column.name: saved[column.name] for column in fields(Events)})
    ids = IdMap(
        Vocabulary.of(users.get_column("user_id")), Vocabulary.of(items.get_column("item_id"))
    )
    return Dataset(ids, names, events, items, users)
