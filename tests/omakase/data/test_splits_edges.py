"""Splits at their edges, against lists."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.clock import (
    DECAY_FLOOR,
    LATE_EVENTS,
    NEAR_SECONDS,
    believed_time,
    decay,
    reference_time,
    usual_place,
)
from omakase.data.dataset import Dataset
from omakase.data.splits import (
    FIRST_PLAUSIBLE,
    by_moment,
    by_time,
    cuts,
    join_events,
    leave_one_out,
    published_split,
)
from omakase.errors import EmptyData
from omakase.types import DAY_SECONDS

quick = settings(max_examples=40, deadline=None)


def timed(*times):
    """One person's events at some times, each on an item of its own."""
    data = Dataset.from_events([("u", f"i{n:03}", 1.0) for n in range(len(times))])
    ordered = np.sort(np.asarray(times, dtype=np.int64))
    return data.with_events(replace(data.events, times=ordered))


def times_of(*parts):
    return [part.events.times.tolist() for part in parts]


@pytest.mark.parametrize(
    ("moment", "train", "test"),
    [
        (10, [10, 10], [20, 30]),
        (20, [10, 10, 20], [30]),
        (15, [10, 10], [20, 30]),
        (29, [10, 10, 20], [30]),
    ],
)
def test_split_by_moment_tests_what_came_after_it(moment, train, test):
    split = by_moment(timed(10, 10, 20, 30), moment)
    assert times_of(split.train, split.validation, split.test) == [train, [], test]
    assert (split.name, split.clock) == ("time", "cut")


@pytest.mark.parametrize("moment", [9, 30, 31, -5])
def test_split_by_moment_with_nothing_on_one_side_is_refused(moment):
    with pytest.raises(EmptyData) as caught:
        by_moment(timed(10, 20, 30), moment)
    assert str(caught.value) == f"no events on one side of {moment} Unix seconds"


def cut_by_lists(times, share):
    """The first place whose time is that of the event at a share."""
    place = min(round(share * len(times)), len(times) - 1)
    return times.index(times[place])


@quick
@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=40),
    st.sampled_from([(0.1, 0.1), (0.2, 0.3), (0.0, 0.2), (0.4, 0.4)]),
)
def test_split_by_time_cuts_where_lists_cut(drawn, shares):
    validation, test = shares
    times = sorted(drawn)
    first = cut_by_lists(times, 1 - validation - test)
    second = max(first, cut_by_lists(times, 1 - test))
    if not first:
        with pytest.raises(EmptyData) as caught:
            by_time(timed(*times), validation=validation, test=test)
        assert str(caught.value) == "no events before the cut: are all of them at one time?"
        return
    split = by_time(timed(*times), validation=validation, test=test)
    expected = [times[:first], times[first:second], times[second:]]
    assert times_of(split.train, split.validation, split.test) == expected


def test_splits_say_how_they_were_cut():
    data = timed(*range(10))
    one, two = leave_one_out(data), by_time(data)
    assert (one.name, one.clock, one.refits, one.keeps_absent) == (
        *("leave-one-out", "event", False, False),
    )
    assert (two.name, two.clock, two.refits, two.keeps_absent) == ("time", "cut", True, True)


def test_split_parts_are_called_by_their_names():
    split = by_time(timed(*range(10)))
    assert split.part("validation") is split.validation
    assert split.part("test") is split.test
    assert split.before("validation") is split.train
    assert times_of(split.before("test")) == [list(range(9))]
    assert times_of(split.learnt("validation"), split.learnt("test")) == [
        *(list(range(8)), list(range(9))),
    ]


@pytest.mark.parametrize(
    ("newest", "ways"),
    [
        (FIRST_PLAUSIBLE - 1, [leave_one_out]),
        (FIRST_PLAUSIBLE, [by_time, leave_one_out]),
        (2_000_000_000, [by_time, leave_one_out]),
    ],
)
def test_cuts_by_time_need_a_time_that_is_no_place_in_an_order(newest, ways):
    assert cuts(timed(1, 2, newest)) == ways


@pytest.mark.parametrize(
    ("parts", "missing"),
    [((), "train and test"), (("train",), "test"), (("test", "validation"), "train")],
)
def test_published_split_names_every_part_that_is_missing(parts, missing):
    data = timed(1, 2, 3)
    with pytest.raises(EmptyData) as caught:
        published_split(data, dict.fromkeys(parts, data.events))
    assert str(caught.value) == f"the data come without the part {missing}"


@quick
@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.floats(0, 1), st.integers(0, 9))
def test_published_split_leaves_each_person_something_to_learn_from(users, share, seed):
    data = Dataset.from_events([(f"u{u}", f"i{n}", 1.0) for n, u in enumerate(users)])
    parts = {"train": data.events, "test": data.events}
    split = published_split(data, parts, validation=share, rng=np.random.default_rng(seed))
    counts = np.bincount(data.events.users, minlength=data.n_users)
    held = np.bincount(split.validation.events.users, minlength=data.n_users)
    expected = [min(round(share * n), n - 1) if n else 0 for n in counts.tolist()]
    assert held.tolist() == expected
    assert len(split.train.events) + len(split.validation.events) == len(users)
    assert set(split.train.events.items) | set(split.validation.events.items) == set(
        data.events.items
    )


@quick
@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(0, 5), max_size=12))
def test_join_events_merges_as_a_stable_sort_does(first, second):
    both = timed(*[*first, *second, 0]).events  # room for all of them, and one that is not taken
    marks = np.arange(len(both.times), dtype=np.float32)
    marked = replace(both, values=marks)
    one = replace(marked.chosen(np.arange(len(first))), times=np.sort(np.int64(first)))
    two = replace(
        marked.chosen(np.arange(len(first), len(first) + len(second))),
        times=np.sort(np.asarray(second, dtype=np.int64)),
    )
    pairs = [*zip(one.times, one.values, strict=True), *zip(two.times, two.values, strict=True)]
    expected = sorted(pairs, key=lambda pair: pair[0])
    joined = join_events(one, two)
    assert list(zip(joined.times, joined.values, strict=True)) == expected


@pytest.mark.parametrize(
    ("count", "place"),
    [(1, 0), (2, 0), (3, 1), (10, 8), (20, 17), (100, 89), (1000, 989), (2000, 1979)],
)
def test_usual_place_leaves_out_the_newest_few(count, place):
    assert usual_place(count) == place


@given(st.integers(2, 100_000))
def test_usual_place_leaves_out_one_at_least_and_a_tenth_at_most(count):
    later = count - 1 - usual_place(count)
    assert later >= 1
    assert later <= max(1, np.ceil(count / 10))
    assert later >= min(LATE_EVENTS, count // 10)


@pytest.mark.parametrize(
    ("newest", "believed"),
    [(0, 0), (NEAR_SECONDS - 1, NEAR_SECONDS - 1), (NEAR_SECONDS, 0), (10 * NEAR_SECONDS, 0)],
)
def test_believed_time_is_the_newest_unless_it_stands_alone(newest, believed):
    assert believed_time(usual=0, newest=newest) == believed


@given(st.lists(st.integers(-(10**10), 10**10), min_size=1, max_size=80))
def test_reference_time_is_that_of_a_sorted_list(times):
    ordered = sorted(times)
    usual = ordered[usual_place(len(ordered))]
    expected = ordered[-1] if ordered[-1] - usual < NEAR_SECONDS else usual
    assert reference_time(np.asarray(times, dtype=np.int64)) == expected


@pytest.mark.parametrize("age", [5, 100, 10_000])
def test_decay_of_very_old_events_stops_at_the_floor(age):
    kept = decay(np.asarray([-age * DAY_SECONDS]), reference=0, fade_days=1)
    assert kept.tolist() == pytest.approx([max(np.exp(-age), DECAY_FLOOR)])


def test_decay_of_no_events_is_empty():
    assert decay(np.asarray([], dtype=np.int64), reference=0, fade_days=1).tolist() == []
