"""What a part of a split asks, and what would be right."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.data.dataset import Dataset
from omakase.data.splits import Part, Split
from omakase.errors import EmptyData, OnlyRepeats
from omakase.types import PAD, Queries, Rows, Times


@dataclass(frozen=True, slots=True)
class QueryCounts:
    """What was asked and what was left out.

    Attributes:
        queries: users that are asked for.
        targets: right items over all queries.
        new_users: queries of users that training has not seen.
        new_items: targets that training has not seen.
        left_out: targets of users or items that training has not seen, where the protocol drops
            them.
        repeats: targets that the user had before; they are masked, so they cannot be hit.
    """

    queries: int
    targets: int
    new_users: int
    new_items: int
    left_out: int
    repeats: int


@dataclass(frozen=True)
class EvaluationQueries:
    """One query a user with something right to find.

    Attributes:
        users: (Q,) user rows, ascending.
        truth: (Q, N) CSR, a stored entry where an item is right; indices sorted.
        history: what the users had done before.
        now: (Q,) Unix seconds of each query, 0 where unknown.
        is_new: (Q,) whether training has not seen the user.
        counts: what was asked and what was left out.
        mask_seen: whether items of the history may not be shown again.
    """

    users: Rows
    truth: sparse.csr_array
    history: Dataset
    now: Times
    is_new: NDArray[np.bool_]
    counts: QueryCounts
    mask_seen: bool

    def __len__(self) -> int:
        return len(self.users)

    @cached_property
    def relevant(self) -> NDArray[np.int64]:
        """(Q,) number of right items of each query."""
        return np.diff(self.truth.indptr).astype(np.int64)

    def queries(self, chosen: slice | Rows) -> Queries:
        """Some of the queries, ready for a model."""
        asked = replace(self.history.queries(self.users[chosen]), now=self.now[chosen])
        if self.mask_seen:
            return asked
        return replace(asked, exclude=np.full((len(asked), 1), PAD, dtype=np.int32))

    def right(self, chosen: slice | Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The right items of some queries: their places among the chosen, and the item rows."""
        part = self.truth[chosen].tocoo()
        return part.coords[0].astype(np.int64), part.coords[1].astype(np.int64)


def evaluation_queries(
    split: Split, part: Part = "test", *, mask_seen: bool = True
) -> EvaluationQueries:
    """The queries of a part: who did something new and wanted (weight above 0) in it.

    Raises:
        OnlyRepeats: everybody wanted only what they had had.
        EmptyData: nobody wanted anything.
    """
    history, learnt = split.before(part), split.learnt(part)
    targets = _ones(split.part(part).positive)
    fresh = _minus(targets, history.matrix) if mask_seen else targets
    known_users, known_items = _known_masks(learnt)
    remaining = fresh if split.keeps_absent else _only(fresh, known_users, known_items)
    users = np.flatnonzero(np.diff(remaining.indptr)).astype(np.int32)
    if not len(users) and targets.nnz and not fresh.nnz:
        raise OnlyRepeats(part, int((split.part(part).events.weights > 0).sum()))
    if not len(users):
        raise EmptyData(f"the {part} part holds no event that could be predicted")
    truth = remaining[users]
    return EvaluationQueries(
        users=users,
        truth=truth,
        history=history,
        now=_clock(split, part)[users],
        is_new=~known_users[users],
        counts=QueryCounts(
            queries=len(users),
            targets=truth.nnz,
            new_users=int((~known_users[users]).sum()),
            new_items=int((~known_items[truth.indices]).sum()),
            left_out=fresh.nnz - remaining.nnz,
            repeats=targets.nnz - fresh.nnz,
        ),
        mask_seen=mask_seen,
    )


def _clock(split: Split, part: Part) -> Times:
    """(U,) when each user asks."""
    events = split.part(part).events
    now = np.zeros(split.train.n_users, dtype=np.int64)
    if split.clock == "cut" and len(events):
        now[:] = events.times.min()
    if split.clock == "event":
        now[events.users] = events.times
    return now


def _known_masks(learnt: Dataset) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    users = np.bincount(learnt.events.users, minlength=learnt.n_users) > 0
    items = np.bincount(learnt.events.items, minlength=learnt.n_items) > 0
    return users, items


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    ones = np.ones(matrix.nnz, dtype=np.int32)
    return sparse.csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)


def _minus(wanted: sparse.csr_array, seen: sparse.csr_array) -> sparse.csr_array:
    """The pairs of the first that the second does not store."""
    rest = sparse.csr_array(wanted - wanted.multiply(_ones(seen)))
    rest.eliminate_zeros()
    rest.sort_indices()
    return rest


def _only(
    pairs: sparse.csr_array, users: NDArray[np.bool_], items: NDArray[np.bool_]
) -> sparse.csr_array:
    rows, columns = pairs.nonzero()
    keep = users[rows] & items[columns]
    ones = np.ones(int(keep.sum()), dtype=np.int32)
    filtered = sparse.csr_array((ones, (rows[keep], columns[keep])), shape=pairs.shape)
    filtered.sort_indices()
    return filtered
