"""One list of several, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.pipeline.merges import (
    Cascade,
    Exploring,
    ExploringConfig,
    Fading,
    FadingConfig,
    Interleave,
    NoConfig,
    RanksConfig,
    ReciprocalRanks,
    SwitchConfig,
    Switching,
    WeightedScores,
)
from omakase.types import PAD, Queries, Slate

ASK = Queries.of(np.full((1, 1), PAD, np.int32))
EVERY = (
    Interleave(NoConfig()),
    Cascade(NoConfig()),
    Exploring(ExploringConfig()),
    ReciprocalRanks(RanksConfig()),
    WeightedScores(NoConfig()),
    Fading(FadingConfig()),
    Switching(SwitchConfig()),
)


def slate(*pairs):
    items, scores = zip(*pairs, strict=True) if pairs else ((), ())
    return Slate(np.asarray([items], np.int32), np.asarray([scores], np.float32))


def places(*items):
    return slate(*((item, -place) for place, item in enumerate(items)))


def merged(merge, slates, *shares):
    return merge.merge(ASK, slates, np.asarray(shares or [1.0] * len(slates)))


def order(merge, slates, *shares):
    return [item for item, _ in merged(merge, slates, *shares).lists()[0]]


def test_interleaving_takes_turns():
    assert order(Interleave(NoConfig()), [places(1, 2, 3), places(7, 8, 9)]) == [1, 7, 2, 8, 3, 9]


def test_interleaving_by_share():
    """Two of the first for each of the second."""
    got = order(Interleave(NoConfig()), [places(1, 2, 3, 4), places(7, 8, 9)], 2.0, 1.0)
    assert got == [1, 7, 2, 3, 8, 4, 9]


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, [1, 2, 3, 4, 5, 6, 8, 9]), (0.25, [1, 2, 8, 3, 4, 5, 9, 6]), (0.5, [1, 8, 2, 9, 3, 4])],
)
def test_exploring_keeps_every_so_manieth_place_for_the_last_source(share, expected):
    slates = [places(1, 2), places(2, 3, 4, 5, 6), places(1, 8, 9)]
    got = order(Exploring(ExploringConfig(share=share)), slates)
    assert got[: len(expected)] == expected
    assert sorted(got) == [1, 2, 3, 4, 5, 6, 8, 9]


def test_exploring_goes_on_with_whoever_is_left():
    half = Exploring(ExploringConfig(share=0.5))
    assert order(half, [places(1, 2, 3, 4, 5), places(2)]) == [1, 2, 3, 4, 5]
    assert order(half, [places(1), places(1, 2, 3)]) == [1, 2, 3]
    assert order(half, [places(), places(2, 3)]) == [2, 3]
    assert order(half, [places(1), places()]) == [1]


PLACES = np.asarray([[-1, -1, 4, 1, -1, 3], [-1, 2, 0, 5, -1, 7], [-1, 1, 0, 0, 6, 3]])


@pytest.mark.parametrize(
    ("merge", "sources"),
    [
        (Cascade(NoConfig()), [-1, 1, 0, 0, 2, 0]),
        (Exploring(ExploringConfig()), [-1, 2, 2, 2, 2, 0]),
    ],
)
def test_each_place_is_due_to_a_source(merge, sources):
    assert merge.leading(PLACES).tolist() == sources
    assert merge.leading(PLACES[:, :, None]).tolist() == [[source] for source in sources]


def test_exploring_alone_is_the_source():
    assert order(Exploring(ExploringConfig(share=0.5)), [places(3, 1)]) == [3, 1]


def test_an_interleaved_item_keeps_its_first_place():
    assert order(Interleave(NoConfig()), [places(1, 2, 3), places(2, 8, 1)]) == [1, 2, 8, 3]


def test_interleaved_scores_are_places():
    got = merged(Interleave(NoConfig()), [places(1, 2), places(1, 4)])
    assert got.scores[0].tolist() == pytest.approx([1, 1 / 2, 1 / 3, -np.inf])


def test_a_cascade_asks_the_second_for_what_the_first_has_not():
    assert order(Cascade(NoConfig()), [places(1, 2), places(2, 5)]) == [1, 2, 5]


def test_reciprocal_ranks_by_hand():
    """2: 1/61 + 1/62 of both lists beats 1/61 of the first of one."""
    got = merged(ReciprocalRanks(RanksConfig()), [places(2, 1), places(7, 2)])
    assert got.lists()[0] == [
        (2, pytest.approx(1 / 61 + 1 / 62)),
        (7, pytest.approx(1 / 61)),
        (1, pytest.approx(1 / 62)),
    ]


def test_reciprocal_ranks_by_share():
    assert order(ReciprocalRanks(RanksConfig()), [places(1), places(2)], 1.0, 2.0) == [2, 1]


def test_weighted_scores_by_hand():
    """Brought to 0..1: first 1 → 1, 2 → 0; second 2 → 1, 3 → 0.5, 1 → 0."""
    first, second = slate((1, 90), (2, 30)), slate((2, 5), (3, 4), (1, 3))
    got = merged(WeightedScores(NoConfig()), [first, second], 3.0, 1.0)
    assert got.lists()[0] == [
        (1, pytest.approx(0.75)),
        (2, pytest.approx(0.25)),
        (3, pytest.approx(0.125)),
    ]


def test_equal_scores_get_all_of_the_share():
    got = merged(WeightedScores(NoConfig()), [slate((4, 7), (5, 7)), slate((5, 1))])
    assert got.lists()[0] == [(5, pytest.approx(1.0)), (4, pytest.approx(0.5))]


@pytest.mark.parametrize(
    ("events", "expected"),
    [(0, [7, 8, 1, 2]), (1, [7, 8, 1, 2]), (2, [1, 2, 7, 8]), (3, [1, 2, 7, 8])],
)
def test_switching_by_number_of_events(events, expected):
    queries = Queries.of(np.asarray([[PAD] * (3 - events) + [5] * events], np.int32))
    merge = Switching(SwitchConfig(least=(2, 0)))
    got = merge.merge(queries, [places(1, 2), places(7, 8)], np.ones(2))
    assert [i for i, _ in got.lists()[0]] == expected


def test_sources_without_a_number_need_no_events():
    merge = Switching(SwitchConfig(least=(2,)))
    assert order(merge, [places(1), places(2), places(3)]) == [2, 3, 1]


def test_padding_is_nobody():
    padded = slate((1, 5), (PAD, -np.inf))
    for merge in EVERY:
        assert sorted(order(merge, [padded, places(2)])) == [1, 2]


def test_nothing_proposed_is_nothing_merged():
    for merge in EVERY:
        assert order(merge, [slate(), slate()]) == []


lists = st.lists(st.integers(0, 9), unique=True, max_size=6)


@given(st.lists(lists, min_size=1, max_size=4))
def test_every_merge_gives_each_proposed_item_once(proposals):
    slates = [places(*items) if items else slate() for items in proposals]
    for merge in EVERY:
        got = order(merge, slates)
        assert sorted(got) == sorted(set().union(*proposals))


@given(lists, lists)
def test_every_merge_of_a_batch_is_that_of_its_rows(first, second):
    def stacked(*rows):
        width = max(map(len, rows))
        items = [[*row, *[PAD] * (width - len(row))] for row in rows]
        items = np.asarray(items, np.int32).reshape(len(rows), width)
        scores = np.where(items == PAD, -np.inf, -np.arange(width)).astype(np.float32)
        return Slate(items, scores)

    both = [stacked(first, second), stacked(second, first)]
    queries = Queries.of(np.full((2, 1), PAD, np.int32))
    for merge in EVERY:
        together = merge.merge(queries, both, np.ones(2)).lists()
        for row in range(2):
            alone = [Slate(s.items[row : row + 1], s.scores[row : row + 1]) for s in both]
            assert merge.merge(ASK, alone, np.ones(2)).lists()[0] == together[row]


@pytest.mark.parametrize(
    ("events", "last"), [(0, 4.0), (1, 4.0), (2, 4.0), (3, 0.5), (9, 0.5), (10, 0.0), (50, 0.0)]
)
def test_the_last_source_fades_with_the_number_of_events(events, last):
    fading = Fading(FadingConfig(events=(1, 3, 10), shares=(4.0, 0.5, 0.0)))
    history = np.full((1, 60), PAD, np.int32)
    history[0, 60 - events :] = 7
    slates = [slate((1, 5.0), (2, 3.0), (3, 1.0)), slate((4, 2.0), (3, 1.0), (2, 0.0))]
    got = fading.merge(Queries.of(history), slates, np.asarray([1.0, 2.0]))
    plain = merged(WeightedScores(NoConfig()), slates, 1.0, max(2 * last, 1e-6))
    assert got.items.tolist() == plain.items.tolist()
    assert got.scores == pytest.approx(plain.scores)


def test_each_person_of_a_batch_has_a_share_of_their_own():
    fading = Fading(FadingConfig(events=(1, 2), shares=(9.0, 0.0)))
    queries = Queries.of(np.asarray([[PAD, 8], [8, 9]], np.int32))
    ours, crowd = places(1, 2, 3), places(4, 5, 6)
    both = [Slate(np.tile(s.items, (2, 1)), np.tile(s.scores, (2, 1))) for s in (ours, crowd)]
    got = fading.merge(queries, both, np.ones(2))
    assert got.items[:, 0].tolist() == [4, 1]
    assert got.items[1].tolist() == [1, 2, 4, 5, 3, 6]  # what counts nothing still fills up


def test_exploring_that_draws_is_the_last_sources_by_its_share():
    half = Exploring(ExploringConfig(share=0.3, draws=True))
    queries = replace(
        Queries.of(np.full((2000, 1), PAD, np.int32)), seeds=np.arange(2000, dtype=np.uint64)
    )
    slates = [
        Slate(np.tile(s.items, (2000, 1)), np.tile(s.scores, (2000, 1)))
        for s in (places(1, 2, 3), places(8, 2, 9))
    ]
    drawn = half.drawn(queries, slates, np.ones(2), 3)
    assert half.draws and not Exploring(ExploringConfig(share=0.3)).draws
    assert np.mean(drawn.items[:, 0] == 8) == pytest.approx(0.3, abs=0.04)
    for position in range(3):
        for item in np.unique(drawn.items[:, position]):
            at = drawn.items[:, position] == item
            logged = drawn.probabilities[at, position]
            assert at.mean() == pytest.approx(logged[0], abs=0.04)
            assert logged == pytest.approx(logged[0])
