"""Each thing the last gate is for."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.rankers.gate import Gate, GateConfig
from omakase.types import PAD, Queries, Slate

ALL = np.ones(8, dtype=np.bool_)
DAY = 86_400


def slate(*items):
    scores = np.arange(len(items), 0, -1, dtype=np.float32)
    return Slate(np.asarray([items], np.int32), scores[None])


def ask(history=(PAD,), exclude=(PAD,), **more):
    return Queries.of(
        np.asarray([history], np.int32), exclude=np.asarray([exclude], np.int32), **more
    )


def passed(gate, queries, *items):
    return [item for item, _ in gate.rank(queries, slate(*items)).lists()[0]]


def test_the_excluded_do_not_pass():
    assert passed(Gate(GateConfig(), ALL), ask(exclude=(3, 1)), 1, 2, 3, 4) == [2, 4]


def test_the_seen_do_not_pass():
    assert passed(Gate(GateConfig(), ALL), ask(history=(PAD, 2)), 1, 2, 3) == [1, 3]


def test_the_seen_pass_where_the_policy_says_so():
    assert passed(Gate(GateConfig(seen="show"), ALL), ask(history=(PAD, 2)), 1, 2, 3) == [1, 2, 3]


def test_the_disliked_do_not_pass_even_then():
    queries = ask(history=(2, 3), weights=np.asarray([[1, -2]], np.float32))
    assert passed(Gate(GateConfig(seen="show"), ALL), queries, 1, 2, 3) == [1, 2]
    both = GateConfig(seen="show", disliked="show")
    assert passed(Gate(both, ALL), queries, 1, 2, 3) == [1, 2, 3]


@pytest.mark.parametrize(
    ("days_ago", "now", "shown"),
    [(1, 100, False), (7, 100, False), (8, 100, True), (8, 0, False), (None, 100, False)],
)
def test_the_seen_come_again_after_some_days(days_ago, now, shown):
    """An unknown time counts as recent."""
    when = 0 if days_ago is None else (100 - days_ago) * DAY
    queries = ask(
        history=(2,), times=np.asarray([[when]], np.int64), now=np.asarray([now * DAY], np.int64)
    )
    assert (2 in passed(Gate(GateConfig(seen_days=7), ALL), queries, 1, 2)) is shown


def test_the_unavailable_do_not_pass():
    gate = Gate(GateConfig(), np.arange(8) % 2 == 0)
    assert passed(gate, ask(), 1, 2, 3, 4) == [2, 4]


def test_the_request_may_allow_less_but_never_more():
    gate = Gate(GateConfig(), np.arange(8) % 2 == 0)
    queries = replace(ask(), allowed=np.arange(8) > 3)
    assert passed(gate, queries, 1, 2, 3, 4, 5, 6) == [4, 6]


@pytest.mark.parametrize("row", [-7, 8, 2**31 - 1])
def test_what_is_not_in_the_catalog_does_not_pass(row):
    assert passed(Gate(GateConfig(), ALL), ask(), row, 3) == [3]


def test_nothing_passes_twice():
    assert passed(Gate(GateConfig(), ALL), ask(), 5, 4, 5, 4, 5) == [5, 4]


def test_a_score_that_is_no_number_does_not_pass():
    bad = Slate(np.asarray([[1, 2]], np.int32), np.asarray([[np.nan, 1]], np.float32))
    assert Gate(GateConfig(), ALL).rank(ask(), bad).lists() == [[(2, 1.0)]]


def test_scores_go_with_their_items():
    got = Gate(GateConfig(), ALL).rank(ask(exclude=(1,)), slate(1, 2, 3))
    assert got.lists() == [[(2, 2.0), (3, 1.0)]]


def test_sources_are_told_beforehand():
    gate = Gate(GateConfig(), np.arange(8) > 1)
    told = gate.narrowed(ask(history=(PAD, 5), exclude=(6,)))
    assert set(told.exclude[0].tolist()) == {PAD, 5, 6}
    assert told.allowed.tolist() == (np.arange(8) > 1).tolist()


def test_no_mask_is_passed_on_where_all_are_available():
    assert Gate(GateConfig(), ALL).narrowed(ask()).allowed is None


def test_a_gate_over_another_mask_has_the_same_policy_and_its_own_copy():
    mask = ALL.copy()
    mask[1] = False
    gate = Gate(GateConfig(seen="show"), ALL).open_to(mask)
    mask[2] = False
    assert passed(gate, ask(history=(3,)), 1, 2, 3) == [2, 3]
    assert not gate.available.flags.writeable


def test_a_gate_can_be_closed_further_but_not_opened():
    first = Gate(GateConfig(), np.arange(8) != 1)
    second = first.closed_to(np.arange(8) != 2)
    assert passed(second, ask(), 1, 2, 3) == [3]
    assert passed(first, ask(), 1, 2, 3) == [2, 3]


@pytest.mark.parametrize("now", [0, 100 * DAY])
def test_the_seen_before_1970_come_again_only_where_the_moment_is_known(now):
    """A moment that is not known tells nothing of how long ago an event was."""
    queries = ask(
        history=(2,), times=np.asarray([[-30 * DAY]], np.int64), now=np.asarray([now], np.int64)
    )
    assert (2 in passed(Gate(GateConfig(seen_days=7), ALL), queries, 1, 2)) is (now > 0)


def test_config_of_a_part_of_a_day_hides_for_that_part():
    hours = 3_600
    queries = ask(
        history=(2, 3),
        times=np.asarray([[100 * DAY - 13 * hours, 100 * DAY - 11 * hours]], np.int64),
        now=np.asarray([100 * DAY], np.int64),
    )
    assert passed(Gate(GateConfig(seen_days=0.5), ALL), queries, 1, 2, 3) == [1, 2]


@pytest.mark.parametrize("days", [0, -1])
def test_config_of_no_days_is_refused(days):
    with pytest.raises(ValidationError):
        GateConfig(seen_days=days)


def test_gate_of_parts_lets_every_item_pass():
    class Catalog:
        n_items = 3

    gate = Gate.of(GateConfig(), Catalog())
    assert passed(gate, ask(), 0, 1, 2, 3) == [0, 1, 2]


def test_banned_of_a_batch_holds_what_each_query_hides_and_no_more():
    queries = Queries.of(
        np.asarray([[1, 2], [PAD, 3]], np.int32),
        exclude=np.asarray([[4], [PAD]], np.int32),
        weights=np.asarray([[1, -1], [0, 1]], np.float32),
    )
    shown = Gate(GateConfig(seen="show"), ALL).banned(queries)
    hidden = Gate(GateConfig(disliked="show"), ALL).banned(queries)
    assert [set(row) - {PAD} for row in shown.tolist()] == [{4, 2}, set()]
    assert [set(row) - {PAD} for row in hidden.tolist()] == [{4, 1, 2}, {3}]
    assert shown.dtype == hidden.dtype == np.int32


def test_narrowed_by_a_request_and_a_mask_allows_what_both_do():
    gate = Gate(GateConfig(), np.arange(8) % 2 == 0)
    told = gate.narrowed(replace(ask(), allowed=np.arange(8) > 3))
    assert np.flatnonzero(told.allowed).tolist() == [4, 6]
    open_gate = Gate(GateConfig(), ALL).narrowed(replace(ask(), allowed=np.arange(8) > 3))
    assert np.flatnonzero(open_gate.allowed).tolist() == [4, 5, 6, 7]


def test_gate_given_another_mask_in_its_place_refuses():
    """Threads share one, and what it found out of its mask holds for as long as it lives."""
    gate = Gate(GateConfig(), np.arange(8) != 1)
    with pytest.raises(FrozenInstanceError):
        gate.available = ALL
    assert passed(gate, ask(), 1, 2) == [2]
