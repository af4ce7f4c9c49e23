"""Plain Python to `Queries`, for callers that hold no arrays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from omakase.data.ids import IdMap, Vocabulary
from omakase.event_history import EventHistory, Seen
from omakase.types import PAD, Context, Queries, Rows, Stances

T = TypeVar("T", bound=np.generic)


def one_query(
    ids: IdMap,
    *,
    user_id: str = "",
    history: Sequence[Seen] = (),
    exclude: Iterable[str] = (),
    now: int = 0,
    context: Context | None = None,
    stances: Stances | Sequence[int] = (),
) -> Queries:
    """One question, a batch of one. What the id map does not know is left out.

    Args:
        history: oldest first.
        exclude: items that must not come back; those of the history are the gate's affair.
        now: Unix seconds, 0 where unknown.
        stances: of each event of the history, see `Stance`; none: the signs of the weights.
    """
    past = EventHistory.of(history)
    rows = ids.items.rows(past.ids)
    is_known = rows != PAD
    return Queries.of(
        _row(rows[is_known], PAD),
        users=np.asarray([ids.users.row(user_id)], dtype=np.int32),
        exclude=_row(_known_rows(ids.items, exclude), PAD),
        weights=_row(past.weights[is_known], 0),
        times=_row(past.times[is_known], 0),
        now=np.asarray([now], dtype=np.int64),
        contexts=() if context is None else (context,),
        stances=_row(np.asarray(stances, dtype=np.int8)[is_known], 0) if len(stances) else None,
    )


def availability(
    items: Vocabulary, changes: Mapping[str, bool], *, before: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """(N,) which items may be shown: as before, but for the changes.

    Args:
        changes: item id to whether it may be shown; ids without a row are left out.
        before: (N,), not written to; None: nothing may.
    """
    mask = np.zeros(len(items), dtype=np.bool_) if before is None else before.copy()
    rows = items.rows(list(changes))
    mask[rows[rows != PAD]] = np.asarray(list(changes.values()), dtype=np.bool_)[rows != PAD]
    return mask


def _known_rows(items: Vocabulary, keys: Iterable[str]) -> Rows:
    listed = list(keys)
    if not listed:
        return np.empty(0, dtype=np.int32)
    rows = items.rows(listed)
    return rows[rows != PAD]


def _row(values: NDArray[T], fill: float) -> NDArray[T]:
    """(1, n); one column of filling where there is nothing."""
    return values[None, :] if len(values) else np.full((1, 1), fill, dtype=values.dtype)
