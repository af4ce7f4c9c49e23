"""Checks for any source, asked about a catalog of N items of which it knows all."""

from collections.abc import Callable, Iterator

import numpy as np

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.protocols import Source
from omakase.types import PAD, Queries, Slate

Check = Callable[[Source], None]


def row_items(slate: Slate, row: int) -> list[int]:
    """The items of one row."""
    return [item for item, _ in slate.lists()[row]]


def check_a_row_for_each_query(source: Source) -> None:
    queries = everyone(two_tribes())
    slate = source.candidates(queries, 4)
    assert len(slate) == len(queries), f"{len(slate)} rows for {len(queries)} queries"
    assert slate.items.shape[1] <= 4, f"{slate.items.shape[1]} items where 4 were asked for"
    assert slate.items.dtype == np.int32, f"items are {slate.items.dtype}, not int32"
    assert slate.scores.dtype == np.float32, f"scores are {slate.scores.dtype}, not float32"


def check_padding_is_at_the_end_and_scored_minus_infinity(source: Source) -> None:
    slate = source.candidates(everyone(two_tribes()), 12)
    empty = slate.items == PAD
    assert (np.isneginf(slate.scores) == empty).all(), "padding, and it alone, scores -inf"
    assert (np.diff(empty.astype(int), axis=1) >= 0).all(), "padding is not at the end"


def check_best_first(source: Source) -> None:
    for row in source.candidates(everyone(two_tribes()), 12).lists():
        best_first = sorted(row, key=lambda pair: (-pair[1], pair[0]))
        assert row == best_first, f"not best first, ties by row: {row}"


def check_nothing_excluded_and_nothing_twice(source: Source) -> None:
    data = two_tribes()
    queries = everyone(data)
    slate = source.candidates(queries, 50)
    for row, excluded in enumerate(queries.exclude):
        items = row_items(slate, row)
        assert len(items) == len(set(items)), f"an item is there twice: {items}"
        assert not set(items) & set(excluded.tolist()), f"what is excluded came back: {items}"
        assert all(0 <= item < data.n_items for item in items), f"no row of the catalog: {items}"


def check_everything_excluded_leaves_nothing(source: Source) -> None:
    everything = np.arange(12, dtype=np.int32)[None]
    queries = Queries.of(np.asarray([[0, 2]], np.int32), exclude=everything)
    remaining = source.candidates(queries, 5)
    assert (remaining.items == PAD).all(), (
        f"everything is excluded, yet there is {row_items(remaining, 0)}"
    )


def check_a_stranger_is_answered(source: Source) -> None:
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    slate = source.candidates(nobody, 5)
    assert len(slate) == 1, f"{len(slate)} rows for one stranger"
    assert not np.isnan(slate.scores).any(), "a score is NaN"


def check_a_batch_is_its_rows(source: Source) -> None:
    queries = everyone(two_tribes())
    together = source.candidates(queries, 5)
    for b in range(len(queries)):
        alone = source.candidates(queries[b : b + 1], 5)
        assert row_items(alone, 0) == row_items(together, b), (
            f"row {b} of a batch differs from it alone"
        )


def check_an_empty_batch_is_answered(source: Source) -> None:
    size = len(source.candidates(everyone(two_tribes())[:0], 5))
    assert size == 0, f"{size} rows for no query"


def check_nothing_given_is_written_to(source: Source) -> None:
    queries = everyone(two_tribes())
    first, second = (source.candidates(queries, 5).lists() for _ in range(2))
    assert first == second, "asked again, another answer"
    pristine = everyone(two_tribes())
    for name in ("users", "history", "exclude", "weights", "times", "now"):
        expected, actual = getattr(pristine, name), getattr(queries, name)
        np.testing.assert_array_equal(actual, expected, f"the source wrote to queries.{name}")


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
    yield check_nothing_given_is_written_to
