"""Checks for any source, asked about a catalog of N items of which it knows all."""

from collections.abc import Callable, Iterator

import numpy as np

from omakase.conformance.worlds import everyone, two_tribes
from omakase.protocols import Source
from omakase.types import PAD, Queries, Slate

Check = Callable[[Source], None]


def shown(slate: Slate, row: int) -> list[int]:
    """The items of one row."""
    return [item for item, _ in slate.lists()[row]]


def check_a_row_for_each_query(source: Source) -> None:
    queries = everyone(two_tribes())
    slate = source.candidates(queries, 4)
    assert len(slate) == len(queries)
    assert slate.items.shape[1] <= 4
    assert slate.items.dtype == np.int32
    assert slate.scores.dtype == np.float32


def check_padding_is_at_the_end_and_scored_minus_infinity(source: Source) -> None:
    slate = source.candidates(everyone(two_tribes()), 12)
    empty = slate.items == PAD
    assert (np.isneginf(slate.scores) == empty).all()
    assert (np.diff(empty.astype(int), axis=1) >= 0).all()


def check_best_first(source: Source) -> None:
    for row in source.candidates(everyone(two_tribes()), 12).lists():
        assert row == sorted(row, key=lambda pair: (-pair[1], pair[0]))


def check_nothing_excluded_and_nothing_twice(source: Source) -> None:
    data = two_tribes()
    queries = everyone(data)
    slate = source.candidates(queries, 50)
    for row, excluded in enumerate(queries.exclude):
        items = shown(slate, row)
        assert len(items) == len(set(items))
        assert not set(items) & set(excluded.tolist())
        assert all(0 <= item < data.n_items for item in items)


def check_everything_excluded_leaves_nothing(source: Source) -> None:
    everything = np.arange(12, dtype=np.int32)[None]
    queries = Queries.of(np.asarray([[0, 2]], np.int32), exclude=everything)
    assert (source.candidates(queries, 5).items == PAD).all()


def check_a_stranger_is_answered(source: Source) -> None:
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    slate = source.candidates(nobody, 5)
    assert len(slate) == 1
    assert not np.isnan(slate.scores).any()


def check_a_batch_is_its_rows(source: Source) -> None:
    queries = everyone(two_tribes())
    together = source.candidates(queries, 5)
    for b in range(len(queries)):
        assert shown(source.candidates(queries[b : b + 1], 5), 0) == shown(together, b)


def check_an_empty_batch_is_answered(source: Source) -> None:
    assert len(source.candidates(everyone(two_tribes())[:0], 5)) == 0


def source_checks() -> Iterator[Check]:
    """Every check in this file, in order."""
    yield check_a_row_for_each_query
    yield check_padding_is_at_the_end_and_scored_minus_infinity
    yield check_best_first
    yield check_nothing_excluded_and_nothing_twice
    yield check_everything_excluded_leaves_nothing
    yield check_a_stranger_is_answered
    yield check_a_batch_is_its_rows
    yield check_an_empty_batch_is_answered
