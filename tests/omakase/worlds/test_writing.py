"""Datasets and files."""

import numpy as np
import pytest

from omakase.data.readers import load
from omakase.errors import UnknownName
from omakase.worlds import as_dataset, make, write

WORLD = make("restaurants", users=60, items=80, events=1_500, seed=2)


def test_a_world_is_a_dataset():
    data = as_dataset(WORLD)
    assert (data.n_users, data.n_items, len(data.events)) == (60, 80, 1_500)
    assert data.items.get_column("title").null_count() == 0
    assert (np.diff(data.events.times) >= 0).all()


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_files_are_read_back(tmp_path, format):
    heard = []
    files = write(
        WORLD, tmp_path, format, chunk=700, progress=lambda done, total: heard.append((done, total))
    )
    assert all(file.exists() for file in files)
    assert heard[-1] == (1_640, 1_640)
    loaded = load(tmp_path)
    data = as_dataset(WORLD)
    assert loaded.refused == sum(r.reason == "duplicate" for r in loaded.rejects)
    assert len(loaded.dataset.events) + loaded.refused == 1_500
    assert loaded.dataset.ids.items == data.ids.items
    assert loaded.dataset.items.get_column("category").equals(data.items.get_column("category"))
    assert loaded.timed


def test_an_unknown_format(tmp_path):
    with pytest.raises(UnknownName, match="csv"):
        write(WORLD, tmp_path, "xls")
