"""Parts do not overlap, lose nothing, and keep the ids."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from omakase.data.dataset import Dataset
from omakase.data.splits import by_time, cuts, join_events, k_fold, leave_one_out, published_split
from omakase.errors import EmptyData

EVENTS = [("a", "w"), ("b", "w"), ("a", "x"), ("a", "y"), ("b", "x"), ("a", "z")]


def data_of(*pairs):
    return Dataset.from_events([(user, item, 1.0) for user, item in pairs])


def pairs(part):
    ids = part.ids
    return [
        (ids.users.ids[u], ids.items.ids[i])
        for u, i in zip(part.events.users, part.events.items, strict=True)
    ]


def test_leave_one_out_takes_the_last_and_the_one_before():
    split = leave_one_out(data_of(*EVENTS))
    assert pairs(split.test) == [("a", "z")]
    assert pairs(split.validation) == [("a", "y")]
    assert pairs(split.train) == [("a", "w"), ("b", "w"), ("a", "x"), ("b", "x")]


def test_leave_one_out_trains_on_train_alone_but_asks_with_all_that_came_before():
    split = leave_one_out(data_of(*EVENTS))
    assert len(split.learnt("test").events) == 4
    assert pairs(split.before("test")) == [pair for pair in EVENTS if pair != ("a", "z")]
    assert split.before("validation") is split.train


def test_split_by_time_cuts_all_users_at_once():
    split = by_time(data_of(*[(f"u{n % 3}", f"i{n}") for n in range(10)]))
    assert [len(part.events) for part in (split.train, split.validation, split.test)] == [8, 1, 1]
    assert split.train.events.times.max() < split.validation.events.times.min()
    assert split.validation.events.times.max() < split.test.events.times.min()
    assert len(split.learnt("test").events) == 9


def test_split_by_time_keeps_one_second_in_one_part():
    data = data_of(*[("u", f"i{n}") for n in range(10)])
    times = np.asarray([0, 1, 2, 3, 4, 5, 6, 7, 7, 9], dtype=np.int64)
    split = by_time(data.with_events(replace(data.events, times=times)), test=0.2)
    assert split.test.events.times.tolist() == [7, 7, 9]
    assert len(split.validation.events) == 0


def test_split_by_time_of_one_moment_is_an_error():
    data = data_of(*EVENTS)
    still = replace(data.events, times=np.zeros(len(EVENTS), dtype=np.int64))
    with pytest.raises(EmptyData, match="one time"):
        by_time(data.with_events(still))


def test_given_parts_are_kept_as_they_are():
    data = data_of(*EVENTS)
    places = {"train": [0, 1, 2], "validation": [3, 4], "test": [5]}
    parts = {name: data.events.chosen(np.asarray(at)) for name, at in places.items()}
    split = published_split(data, parts)
    assert pairs(split.train) == EVENTS[:3]
    assert pairs(split.validation) == EVENTS[3:5]
    assert pairs(split.test) == EVENTS[5:]


def test_given_cuts_validation_from_train_with_a_seed():
    data = data_of(*[(f"u{u}", f"i{n}") for u in range(3) for n in range(10)], ("lone", "i0"))
    parts = {"train": data.events, "test": data.events.chosen(np.asarray([0]))}
    split = published_split(data, parts, validation=0.2)
    counts = np.bincount(split.validation.events.users, minlength=4)
    lone = data.ids.users.row("lone")
    assert counts[lone] == 0
    assert sorted(counts.tolist()) == [0, 2, 2, 2]
    assert len(split.train.events) == 25
    again = published_split(data, parts, validation=0.2)
    assert pairs(again.validation) == pairs(split.validation)
    other = published_split(data, parts, validation=0.2, rng=np.random.default_rng(1))
    assert pairs(other.validation) != pairs(split.validation)


def test_given_without_a_test_part_is_an_error():
    data = data_of(*EVENTS)
    with pytest.raises(EmptyData, match="part test"):
        published_split(data, {"train": data.events})


def test_two_folds_leave_nothing_to_train_on(rng):
    with pytest.raises(ValueError, match="at least 3"):
        k_fold(data_of(*EVENTS), 2, rng)


@settings(max_examples=25, deadline=None)
@drawn(st.integers(6, 60), st.integers(3, 6), st.integers(0, 99))
def test_folds_test_every_event_once(size, k, seed):
    data = data_of(*[(f"u{n % 5}", f"i{n}") for n in range(size)])
    splits = k_fold(data, k, np.random.default_rng(seed))
    tested = [pair for split in splits for pair in pairs(split.test)]
    assert sorted(tested) == sorted(pairs(data))
    for split in splits:
        kept = pairs(split.train) + pairs(split.validation) + pairs(split.test)
        assert sorted(kept) == sorted(pairs(data))


@settings(max_examples=25, deadline=None)
@drawn(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=3, max_size=40))
def test_leave_one_out_loses_nothing_and_keeps_the_order(rows):
    data = data_of(*[(f"u{u}", f"i{i}") for u, i in rows])
    split = leave_one_out(data)
    parts = (split.train, split.validation, split.test)
    assert sorted(pair for part in parts for pair in pairs(part)) == sorted(pairs(data))
    assert all(p.ids is data.ids and p.items is data.items for p in parts)
    counts = np.bincount(data.events.users)
    assert len(split.test.events) == (counts >= 3).sum()
    for part in parts:
        assert (np.diff(part.events.times) >= 0).all()


def test_joined_events_are_in_order_of_time():
    events = data_of(*EVENTS).events
    odd, even = events.chosen(np.asarray([1, 3, 5])), events.chosen(np.asarray([0, 2, 4]))
    assert join_events(odd, even).times.tolist() == events.times.tolist()


def test_events_are_held_back_by_time_where_times_are_known():
    data = data_of(("a", "x"), ("a", "y"))
    dated = data.with_events(replace(data.events, times=data.events.times + 1_700_000_000))
    assert cuts(dated) == [by_time, leave_one_out]
    assert cuts(data) == [leave_one_out]
