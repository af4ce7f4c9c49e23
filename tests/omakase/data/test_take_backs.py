"""Events that take an earlier one back, against a slow reader of the same rules."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.take_backs import TakeBackRule, take_backs

VIEW, CART, BUY, REMOVE, RETURN = range(5)
RULES = {
    REMOVE: TakeBackRule(frozenset({CART}), 3.0),
    RETURN: TakeBackRule(frozenset({BUY}), 5.0),
}
TAKES = {kind: rule.kinds for kind, rule in RULES.items()}
WEIGHTS = [1.0, 3.0, 5.0, 0.0, 0.0]


def found(kinds, pairs=None, times=None):
    count = len(kinds)
    told = take_backs(
        np.asarray([0] * count if pairs is None else pairs, dtype=np.int64),
        np.asarray(kinds, dtype=np.int64),
        np.asarray(range(count) if times is None else times, dtype=np.int64),
        RULES,
        WEIGHTS,
    )
    return np.flatnonzero(told.cancelled).tolist(), np.flatnonzero(told.withdrawn).tolist()


def test_the_newest_of_its_kind_is_cancelled_once():
    assert found([CART, CART, REMOVE]) == ([1], [1, 2])
    assert found([CART, CART, REMOVE, REMOVE]) == ([0, 1], [0, 1, 2, 3])


def test_nothing_later_and_of_no_other_pair_or_kind_is_cancelled():
    assert found([REMOVE, CART]) == ([], [])
    assert found([BUY, REMOVE]) == ([], [1])
    assert found([REMOVE, VIEW]) == ([], [0])
    assert found([CART, REMOVE], pairs=[1, 2]) == ([], [1])


def test_who_takes_it_up_again_has_not_withdrawn_it():
    assert found([CART, REMOVE, CART]) == ([0], [])
    assert found([CART, REMOVE, BUY]) == ([0], [])
    assert found([CART, REMOVE, VIEW]) == ([0], [0, 1])
    assert found([BUY, RETURN, CART]) == ([0], [0, 1])


def test_order_is_by_time_and_then_by_row():
    assert found([REMOVE, CART], times=[9, 1]) == ([1], [0, 1])
    assert found([CART, REMOVE], times=[1, 1]) == ([0], [0, 1])


def test_no_events_take_nothing_back():
    assert found([]) == ([], [])
    assert found([VIEW, BUY]) == ([], [])


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), max_size=30))
def test_each_take_back_cancels_at_most_one_and_only_what_came_before(rows):
    pairs, kinds = [row[0] for row in rows], [row[1] for row in rows]
    cancelled, withdrawn = found(kinds, pairs)
    expected = set()
    for at, kind in enumerate(kinds):
        earlier = [
            before
            for before in range(at)
            if pairs[before] == pairs[at]
            and before not in expected
            and kinds[before] in TAKES.get(kind, ())
        ]
        expected |= set(earlier[-1:])
    assert set(cancelled) == expected
    assert all(kinds[at] in RULES or at in expected for at in withdrawn)
