"""Checks for any ranker, over a catalog of at least twelve items."""

from collections.abc import Callable, Iterator

import numpy as np

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.protocols import Ranker
from omakase.types import PAD, Queries, Slate

Check = Callable[[Ranker], None]


def proposals(rng: np.random.Generator, size: int) -> Slate:
    """(size, 8) lists of distinct items of twelve, best first, some of them short."""
    items = np.stack([rng.permutation(12)[:8] for _ in range(size)]).astype(np.int32)
    scores = -np.sort(-rng.standard_normal((size, 8)), axis=1).astype(np.float32)
    short = np.arange(8) >= rng.integers(0, 9, size)[:, None]
    return Slate(
        np.where(short, np.int32(PAD), items), np.where(short, np.float32(-np.inf), scores)
    )


def people_and_slate() -> tuple[Queries, Slate]:
    """Twelve people and what was proposed to them."""
    queries = everyone(two_tribes())
    return queries, proposals(np.random.default_rng(5), len(queries))


def check_nothing_is_added_and_nothing_twice(ranker: Ranker) -> None:
    queries, slate = people_and_slate()
    ranked = ranker.rank(queries, slate)
    assert len(ranked) == len(slate), f"{len(ranked)} rows for {len(slate)}"
    for candidates, ranking in zip(slate.lists(), ranked.lists(), strict=True):
        items = [item for item, _ in ranking]
        assert len(items) == len(set(items)), f"an item is there twice: {items}"
        added = set(items) - {item for item, _ in candidates}
        assert not added, f"not among the given: {sorted(added)}"


def check_padding_is_at_the_end_and_scored_minus_infinity(ranker: Ranker) -> None:
    ranked = ranker.rank(*people_and_slate())
    empty = ranked.items == PAD
    assert (np.isneginf(ranked.scores) == empty).all(), "padding, and it alone, scores -inf"
    assert (np.diff(empty.astype(int), axis=1) >= 0).all(), "padding is not at the end"
    assert ranked.items.dtype == np.int32, f"items are {ranked.items.dtype}, not int32"
    assert ranked.scores.dtype == np.float32, f"scores are {ranked.scores.dtype}, not float32"


def check_a_batch_is_its_rows(ranker: Ranker) -> None:
    queries, slate = people_and_slate()
    together = ranker.rank(queries, slate).lists()
    for b in range(len(queries)):
        one = Slate(slate.items[b : b + 1], slate.scores[b : b + 1])
        alone = ranker.rank(queries[b : b + 1], one).lists()[0]
        items = [i for i, _ in alone]
        assert items == [i for i, _ in together[b]], f"row {b} of a batch differs from it alone"


def check_an_empty_slate_stays_empty(ranker: Ranker) -> None:
    queries, _ = people_and_slate()
    nothing = Slate(
        np.full((len(queries), 3), PAD, np.int32),
        np.full((len(queries), 3), -np.inf, np.float32),
    )
    ranked = ranker.rank(queries, nothing)
    assert (ranked.items == PAD).all(), "something came of nothing"
    width = Slate(nothing.items[:, :0], nothing.scores[:, :0])
    lists = ranker.rank(queries, width).lists()
    assert lists == [[] for _ in range(len(queries))], "a slate of no width has grown"


def check_what_was_given_is_not_written_to(ranker: Ranker) -> None:
    queries, slate = people_and_slate()
    items, scores = slate.items.copy(), slate.scores.copy()
    ranker.rank(queries, slate)
    np.testing.assert_array_equal(slate.items, items, "the ranker wrote to the items")
    np.testing.assert_array_equal(slate.scores, scores, "the ranker wrote to the scores")
    asked_for = everyone(two_tribes())
    for name in ("users", "history", "exclude", "weights", "times", "now"):
        expected, actual = getattr(asked_for, name), getattr(queries, name)
        np.testing.assert_array_equal(actual, expected, f"the ranker wrote to queries.{name}")


def ranker_checks() -> Iterator[Check]:
    """Every check in this file, in order."""
    yield check_nothing_is_added_and_nothing_twice
    yield check_padding_is_at_the_end_and_scored_minus_infinity
    yield check_a_batch_is_its_rows
    yield check_an_empty_slate_stays_empty
    yield check_what_was_given_is_not_written_to
