"""Rows of an earlier fit, and what came in since."""

import numpy as np

from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit, appended, shared_rows
from omakase.types import PAD


def dataset(people: int, late: tuple[str, ...] = ()) -> Dataset:
    """Each has two items; some come back later."""
    lines = [(f"u{n}", f"i{k}", 1.0) for n in range(people) for k in range(2)]
    return Dataset.from_events([*lines, *((who, "i0", 1.0) for who in late)])


def test_earlier_fit_of_two_id_maps_gives_each_row_or_padding():
    before, now = dataset(2), Dataset.from_events([("a", "i1", 1.0), ("u1", "new", 1.0)])
    earlier = EarlierFit.of(before.ids, now.ids, last=5)
    users = dict(zip(now.ids.users.ids, earlier.users.tolist(), strict=True))
    items = dict(zip(now.ids.items.ids, earlier.items.tolist(), strict=True))
    assert users == {"a": PAD, "u1": before.ids.users.row("u1")}
    assert items == {"i1": before.ids.items.row("i1"), "new": PAD}


def test_recent_holds_whole_pasts_of_the_active_and_of_as_many_others(rng):
    data = dataset(20, late=("u3", "u4"))
    recent = EarlierFit.of(data.ids, data.ids, last=39).recent(data, rng)
    people = {data.ids.users.ids[row] for row in recent.events.users}
    assert {"u3", "u4"} < people
    assert len(people) == 4
    assert len(recent.events) == 4 * 2 + 2


def test_recent_where_everybody_is_active_is_everything(rng):
    data = dataset(5)
    assert len(EarlierFit.of(data.ids, data.ids, last=-1).recent(data, rng).events) == 10


def test_shared_rows_of_keys_finds_each_or_none():
    earlier = np.asarray([9, 4, 7], dtype=np.uint64)
    now = np.asarray([4, 8, 9, 7], dtype=np.uint64)
    assert shared_rows(earlier, now).tolist() == [1, PAD, 0, 2]
    assert shared_rows(earlier[:0], now).tolist() == [PAD] * 4


def test_appended_rows_stand_behind_places_that_stay():
    rows = np.asarray([1, PAD, 0], dtype=np.int32)
    assert appended(rows, 2).tolist() == [0, 1, 3, PAD, 2]
