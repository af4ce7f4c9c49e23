"""Parts of a range, and work on them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads

from omakase.arrays.threads import equal_parts, run_parts
from omakase.errors import Cancelled


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 12))
def test_parts_cover_the_range_once(costs, parts):
    bounds = equal_parts(np.asarray(costs), parts)
    assert bounds[0] == 0
    assert bounds[-1] == len(costs)
    assert (np.diff(bounds) > 0).all()
    assert len(bounds) - 1 <= parts + 1


def test_equal_costs_give_equal_parts():
    assert equal_parts(np.ones(12, dtype=np.int64), 4).tolist() == [0, 3, 6, 9, 12]


def test_one_heavy_row_stands_alone():
    bounds = equal_parts(np.asarray([100, 1, 1, 1]), 2)
    assert len(bounds) <= 3


def test_an_empty_range_is_one_empty_part():
    assert equal_parts(np.zeros(0, dtype=np.int64), 4).tolist() == [0, 0]


@pytest.fixture(params=[1, 2])
def threads(request):
    before = get_num_threads()
    set_num_threads(min(request.param, before))
    yield
    set_num_threads(before)


def test_every_part_is_worked_on(threads):
    seen = np.zeros(10, dtype=np.int64)

    def work(start, stop):
        seen[start:stop] += 1

    run_parts(work, np.asarray([0, 3, 7, 10]))
    assert (seen == 1).all()


def test_an_error_in_a_part_comes_out(threads):
    def work(start, stop):
        raise ValueError(f"part {start}")

    with pytest.raises(ValueError, match="part"):
        run_parts(work, np.asarray([0, 3, 7]))


def test_progress_hears_of_every_part_in_order(threads):
    heard: list[tuple[int, int]] = []
    run_parts(
        lambda start, stop: None,
        np.asarray([0, 3, 7, 10]),
        lambda done, total, **_: heard.append((done, total)),
    )
    assert heard == [(3, 10), (7, 10), (10, 10)]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 12))
def test_no_part_costs_more_than_its_share_and_one_more(costs, parts):
    bounds = equal_parts(np.asarray(costs), parts)
    loads = [sum(costs[a:b]) for a, b in pairwise(bounds)]
    assert max(loads) <= sum(costs) / parts + max(costs)


def test_work_that_costs_nothing_is_still_done(threads):
    done = []
    bounds = equal_parts(np.zeros(5, np.int64), 3)
    run_parts(lambda start, stop: done.extend(range(start, stop)), bounds)
    assert sorted(done) == [0, 1, 2, 3, 4]


def test_one_may_stop_the_work_between_two_parts(threads):
    done = []

    def cancel(at, total, **_):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        run_parts(lambda start, stop: done.append(start), np.asarray([0, 3, 7, 10]), cancel)
    assert 0 in done
