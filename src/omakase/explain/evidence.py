"""What of a history speaks for an item, by any model; and the test that what is cited is true."""

from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from omakase.protocols import Explains, Model
from omakase.scoring import score_items
from omakase.types import PAD, Queries, Rows, Scores, Slate, Stance


@runtime_checkable
class Rescores(Protocol):
    """A ranker whose order is a score of its own, beside the other candidates."""

    def scores(self, queries: Queries, slate: Slate) -> Scores:
        """(B, C), -inf at PAD."""
        ...


@dataclass(frozen=True)
class Deletion:
    """How many reasons were true.

    Attributes:
        tested: items for which something of the history was cited.
        passed: those whose score fell when the cited item was taken out of the history.
    """

    tested: int
    passed: int

    @property
    def share(self) -> float:
        """0..1; NaN where nothing was cited."""
        return self.passed / self.tested if self.tested else float("nan")


def evidence(model: Model[Any], queries: Queries, items: Rows) -> Scores:
    """(B, K, L): what each place of the history adds to the score of each of (B, K) items.

    By what the model says itself; else by what its score loses when the place is left out, which
    is one more scoring for each place.
    """
    if isinstance(model, Explains):
        return model.contributions(queries, items)
    nobody = without(queries, np.zeros(queries.history.shape, dtype=np.bool_))
    full = _scores(model, nobody, items)
    losses = [
        full - _scores(model, without(queries, _only(queries.history, column)), items)
        for column in range(queries.history.shape[1])
    ]
    parts = np.stack(losses, axis=2) if losses else np.zeros((*items.shape, 0), np.float32)
    is_pair = (items != PAD)[:, :, None] & (queries.history != PAD)[:, None, :]
    return np.where(is_pair, parts, 0).astype(np.float32)


def without(queries: Queries, places: NDArray[np.bool_]) -> Queries:
    """The same people, these (B, L) places of their history never having happened.

    Whoever is left with no history is a stranger: the row of a known user would bring it back.
    """
    is_remaining = (queries.history != PAD) & ~places
    order = np.argsort(is_remaining, axis=1, kind="stable")  # padding to the left, order kept
    is_remaining = np.take_along_axis(is_remaining, order, axis=1)

    def moved(values: NDArray[Any], fill: int) -> NDArray[Any]:
        top_values = np.take_along_axis(values, order, axis=1)
        return np.where(is_remaining, top_values, np.asarray(fill, dtype=values.dtype))

    return replace(
        queries,
        users=np.full_like(queries.users, PAD),
        history=moved(queries.history, PAD),
        weights=moved(queries.weights, 0),
        times=moved(queries.times, 0),
        stances=None if queries.stances is None else moved(queries.stances, Stance.SILENT),
    )


def verify_evidence(
    ranker: Rescores, queries: Queries, pool: Slate, items: Rows, cited: NDArray[np.bool_]
) -> Scores:
    """(B, K, L): what a ranker's score of (B, K) items loses without what is cited; 0 elsewhere.

    Nothing is proposed anew: the same candidates are weighed again for a person who has not had
    the item, so what is left is what truly speaks for it, by whomever it was cited.

    Args:
        pool: (B, C) the candidates as they came to the ranker.
        cited: (B, L) places of the history that may speak for something.
    """
    parts = np.zeros((*items.shape, queries.history.shape[1]), dtype=np.float32)
    for b in np.flatnonzero(cited.any(axis=1)):
        one = slice(int(b), int(b) + 1)
        tried = np.unique(queries.history[b][cited[b]])
        columns = (queries.history[b][None] == tried[:, None]).argmax(axis=1)
        gone = np.vstack([np.zeros_like(cited[one]), queries.history[b] == tried[:, None]])
        same = np.full(len(gone), b, dtype=np.int32)
        again = without(queries[same], gone)
        scores = ranker.scores(again, Slate(pool.items[same], pool.scores[same]))
        at = (items[b][:, None] == pool.items[b][None]) & (items[b] != PAD)[:, None]  # (K, C)
        column_scores = np.where(at.any(axis=1), scores[:, at.argmax(axis=1)], 0)  # (1 + T, K)
        parts[b][:, columns] = (column_scores[:1] - column_scores[1:]).T
    return parts


def deletion_test(model: Model[Any], queries: Queries, items: Rows) -> Deletion:
    """Takes out, for each of (B, K) items, what speaks loudest for it, and scores it again.

    Cost: one scoring of all queries for each column of `items`.
    """
    parts = evidence(model, queries, items)
    nobody = without(queries, np.zeros(queries.history.shape, dtype=np.bool_))
    scores_with = score_items(model, nobody, items)
    tested = passed = 0
    for column in range(items.shape[1]):
        column_parts = parts[:, column, :]
        cited = (items[:, column] != PAD) & (column_parts.max(axis=1, initial=0) > 0)
        loudest = np.take_along_axis(queries.history, column_parts.argmax(axis=1)[:, None], axis=1)
        scores_without = score_items(model, without(queries, queries.history == loudest), items)
        tested += int(cited.sum())
        passed += int((cited & (scores_without[:, column] < scores_with[:, column])).sum())
    return Deletion(tested, passed)


def _scores(model: Model[Any], queries: Queries, items: Rows) -> Scores:
    """(B, K), 0 at PAD."""
    return np.where(items == PAD, np.float32(0), score_items(model, queries, items))


def _only(history: Rows, place: int) -> NDArray[np.bool_]:
    chosen = np.zeros(history.shape, dtype=np.bool_)
    chosen[:, place] = True
    return chosen
