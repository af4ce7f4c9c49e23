"""Datasets and files."""

from itertools import permutations

import numpy as np
import pytest

from omakase.data.readers import load
from omakase.errors import DataError, UnknownName
from omakase.synthetic import as_dataset, make, write

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


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_a_smaller_world_leaves_nothing_of_the_larger_one(tmp_path, format):
    write(WORLD, tmp_path, format, chunk=100)
    small = make("restaurants", users=3, items=4, events=5)
    files = write(small, tmp_path, format)
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert load(tmp_path).dataset.n_items == 4


@pytest.mark.parametrize(("first", "second"), [*permutations(["parquet", "csv", "jsonl"], 2)])
def test_a_world_in_another_format_is_not_mixed_in(tmp_path, first, second):
    before = write(WORLD, tmp_path, first)
    with pytest.raises(DataError, match="choose an empty folder"):
        write(WORLD, tmp_path, second)
    assert sorted(tmp_path.iterdir()) == sorted(before)


def test_files_of_others_are_left_alone(tmp_path):
    for name in ("events-mine.parquet", "notes.csv", "items.txt"):
        (tmp_path / name).write_text("mine")
    write(make("shop", users=1, items=1, events=1), tmp_path)
    write(make("shop", users=1, items=1, events=1), tmp_path)
    assert (tmp_path / "events-mine.parquet").read_text() == "mine"


def test_every_format_tells_the_same(tmp_path):
    loaded = {}
    for format in ("parquet", "csv", "jsonl"):
        write(WORLD, tmp_path / format, format, chunk=333)
        loaded[format] = load(tmp_path / format).dataset
    first = loaded["parquet"]
    for data in loaded.values():
        assert data.ids.digest() == first.ids.digest()
        assert data.events.times.tolist() == first.events.times.tolist()
        assert data.events.values.tolist() == first.events.values.tolist()
        assert [data.kinds[k] for k in data.events.kinds] == [
            first.kinds[k] for k in first.events.kinds
        ]
        for column in ("title", "category", "tags", "price"):
            assert data.items.get_column(column).to_list() == (
                first.items.get_column(column).to_list()
            )
