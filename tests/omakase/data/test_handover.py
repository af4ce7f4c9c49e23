"""A dataset that was handed over is the same dataset."""

from dataclasses import fields

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal

from omakase.data.dataset import Dataset
from omakase.data.events import Events
from omakase.data.handover import read_dataset, write_dataset


def test_read_dataset_gives_back_what_was_written(tmp_path):
    table = pl.DataFrame(
        {
            "user_id": ["b", "a", "b"],
            "item_id": ["y", "x", "x"],
            "kind": ["view", "rating", "dislike"],
            "value": [None, 4.0, None],
            "time": [3, 1, 2],
        }
    )
    items = pl.DataFrame({"item_id": ["z", "x"], "tags": [["새"], []]})
    data = Dataset.from_table(table, items=items)
    write_dataset(data, tmp_path)
    again = read_dataset(tmp_path)
    assert (again.ids.digest(), again.kinds) == (data.ids.digest(), data.kinds)
    assert_frame_equal(again.items, data.items)
    assert_frame_equal(again.users, data.users)
    for each in fields(Events):
        before, after = getattr(data.events, each.name), getattr(again.events, each.name)
        assert before.dtype == after.dtype
        np.testing.assert_array_equal(before, after, each.name)
