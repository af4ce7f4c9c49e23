"""What somebody did, as models look at it: how much each event counts, and for or against what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omakase.data.weighting import EventColumns, Weighting
from omakase.event_history import EventHistory, Seen
from omakase.types import Stance, Stances


@dataclass(frozen=True, slots=True, eq=False)
class WeighedPast:
    """The events of a person that say anything, oldest first.

    Attributes:
        events: (item id, signed weight, Unix seconds); 0 where an item is only hidden by it.
        stances: of each event what the person says of its item; of an item that was refused, or
            taken back, at any time, all events say so.
        refused: items that must not come back.
    """

    events: Sequence[Seen] = ()
    stances: Stances | Sequence[int] = ()
    refused: frozenset[str] = frozenset()


def weigh_past(weighting: Weighting, columns: EventColumns, ids: Sequence[str]) -> WeighedPast:
    """The events of one person, oldest first; what says nothing of its item is left out.

    Args:
        ids: of the item of each event.
    """
    if not ids:
        return WeighedPast()
    weighed = weighting.weigh(columns, now=0)
    events, stances = EventHistory(ids, weighed.weights, columns.times), weighed.stances
    last_words = _last_words(ids, stances)
    if last_words and len(set(ids)) < len(ids):
        stances = np.asarray(list(map(last_words.get, ids, stances.tolist())), dtype=np.int8)
    speaks = (weighed.stances != Stance.SILENT) | (weighed.weights != 0)
    if not speaks.all():
        events, stances = events.where(speaks), stances[speaks]
    refused = (item for item, stance in last_words.items() if stance == Stance.AGAINST)
    return WeighedPast(events, stances, frozenset(refused))


def _last_words(ids: Sequence[str], stances: Stances) -> dict[str, int]:
    """Of each item that was refused or taken back which of the two; refusal outweighs."""
    last_words: dict[str, int] = {}
    for position in np.flatnonzero(stances < 0).tolist():
        item, stance = ids[position], int(stances[position])
        last_words[item] = max(stance, last_words.get(item, stance))
    return last_words
