"""Ragged lists of rows: leave out, never twice, close the gaps, add up.

The loops are compiled: a request's few hundred candidates take microseconds, and none of the
work grows with the catalog.
"""

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel
from omakase.types import PAD, Rows, Scores, Slate

EVERYTHING = np.zeros(0, dtype=np.bool_)
"""Stands for a mask that lets everything pass."""


def nothing(size: int, width: int) -> Slate:
    """(size, width) of PAD, scored -inf; may be written to."""
    return Slate(
        np.full((size, width), PAD, dtype=np.int32),
        np.full((size, width), -np.inf, dtype=np.float32),
    )


def keep_allowed(
    slate: Slate, banned: Rows, n_items: int, allowed: NDArray[np.bool_] | None = None
) -> Slate:
    """The items that may stay, in order, gaps closed, PAD at the end.

    Leaves out what is PAD, not a row below N, banned, not allowed, there before, or scored NaN
    or -inf.

    Args:
        slate: (B, K); order and width stay.
        banned: (B, E) rows of each query, in any order, PAD where unused.
        n_items: N.
        allowed: (N,); None lets everything pass.
    """
    remaining = nothing(*slate.items.shape)
    mask = EVERYTHING if allowed is None else allowed
    _keep(slate.items, slate.scores, banned, n_items, mask, remaining.items, remaining.scores)
    return remaining


def summed(items: Rows, points: Scores) -> Slate:
    """Each item once, with the points of all its places added up; best first, ties by lower row.

    Args:
        items: (B, M), PAD where unused.
        points: (B, M), finite where items is not PAD.
    """
    alone, totals = np.full_like(items, PAD), np.full(points.shape, -np.inf, dtype=np.float32)
    _add_up(items, points, alone, totals)
    return sorted_slate(alone, totals)


def sorted_slate(items: Rows, scores: Scores) -> Slate:
    """(B, K) best first, ties by lower row, PAD (score -inf) at the end."""
    last = np.where(items == PAD, np.int32(np.iinfo(np.int32).max), items)
    order = np.lexsort((last, -scores), axis=-1)
    return Slate(np.take_along_axis(items, order, 1), np.take_along_axis(scores, order, 1))


def reordered(slate: Slate, order: NDArray[np.int64]) -> Slate:
    """(B, M): the items at (B, M) places, each with its own score; PAD where the place is -1."""
    if not order.size:
        return Slate(slate.items[:, : order.shape[1]], slate.scores[:, : order.shape[1]])
    positions = np.maximum(order, 0)
    items = np.take_along_axis(slate.items, positions, axis=1)
    scores = np.take_along_axis(slate.scores, positions, axis=1)
    empty = (order < 0) | (items == PAD)
    return Slate(
        np.where(empty, np.int32(PAD), items), np.where(empty, np.float32(-np.inf), scores)
    )


def from_pairs(rows: list[list[tuple[int, float]]], k: int) -> Slate:
    """(B, k): lists of (item, score), each at most k long, best first, ties by lower row."""
    slate = nothing(len(rows), k)
    for b, pairs in enumerate(rows):
        for index, (item, score) in enumerate(pairs):
            slate.items[b, index], slate.scores[b, index] = item, score
    return sorted_slate(slate.items, slate.scores)


def side_by_side(slates: list[Slate]) -> Slate:
    """(B, sum of K): one slate after the other, repeats and gaps and all."""
    return Slate(
        np.concatenate([s.items for s in slates], axis=1),
        np.concatenate([s.scores for s in slates], axis=1),
    )


def trimmed(slate: Slate) -> Slate:
    """(B, 1 to K): without the columns at the end that hold nothing for anybody."""
    columns = np.flatnonzero((slate.items != PAD).any(axis=0))
    width = int(columns[-1]) + 1 if len(columns) else 1
    return Slate(slate.items[:, :width], slate.scores[:, :width])


def stacked(slates: list[Slate]) -> Slate:
    """(sum of B, K): one batch after another, all of the same width."""
    chances = [s.probabilities for s in slates]
    filled_chances = [
        np.ones(s.items.shape) if chance is None else chance
        for s, chance in zip(slates, chances, strict=True)
    ]
    return Slate(
        np.concatenate([s.items for s in slates]),
        np.concatenate([s.scores for s in slates]),
        None if all(chance is None for chance in chances) else np.concatenate(filled_chances),
    )


@kernel
def _keep(
    given: Rows,
    given_scores: Scores,
    banned: Rows,
    n_items: int,
    allowed: NDArray[np.bool_],
    items: Rows,
    scores: Scores,
) -> None:
    for b in range(len(given)):
        table = _empty_table(banned.shape[1] + given.shape[1])
        for row in banned[b]:
            _enter(table, row)
        count = 0
        for column in range(given.shape[1]):
            row, score = given[b, column], given_scores[b, column]
            if row < 0 or row >= n_items or not score > -np.inf:
                continue
            if (len(allowed) and not allowed[row]) or not _enter(table, row):
                continue
            items[b, count], scores[b, count] = row, score
            count += 1


@kernel
def _add_up(items: Rows, points: Scores, alone: Rows, totals: Scores) -> None:
    for b in range(len(items)):
        table = _empty_table(items.shape[1])
        slots = np.empty(len(table), dtype=np.int32)
        count = 0
        for column in range(items.shape[1]):
            row = items[b, column]
            if row < 0:
                continue
            at = _find(table, row)
            if table[at] == row:
                totals[b, slots[at]] += points[b, column]
            else:
                table[at], slots[at] = row, count
                alone[b, count], totals[b, count] = row, points[b, column]
                count += 1


@kernel
def _empty_table(most: int) -> Rows:
    """An open-addressing set of rows, at most half full."""
    size = 8
    while size < 2 * most:
        size *= 2
    return np.full(size, -1, dtype=np.int32)


@kernel
def _find(table: Rows, row: int) -> int:
    """Where a row is, or where it would go."""
    mask = len(table) - 1
    at = (row * 2654435761) & mask
    while table[at] != -1 and table[at] != row:
        at = (at + 1) & mask
    return at


@kernel
def _enter(table: Rows, row: int) -> bool:
    """Add a row; False where it was there already, or is PAD."""
    if row < 0:
        return False
    at = _find(table, row)
    if table[at] == row:
        return False
    table[at] = row
    return True
