"""What the shelf holds, and who offers one. No Django."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple, Protocol

import orjson

ALL = ""
"""The key whose revision counts for everybody: a new one, and every cached answer is old."""


DELETIONS = "deletions"
"""The key whose revision changes with every deletion of an item."""

PART = "\x1f"
"""Before what is kept under a person beside them; no id can hold it."""


TAB = b"\t"
"""Before the events of a person, so that what is said of them can be read without these. Releases
that wrote them as rows had a line there: what those kept is not read, nor this by them."""

PAST = b',"past":'
PastRow = Sequence[Any]
"""Item id, kind, value, Unix seconds."""


def user_key(user_id: str) -> str:
    """Under what a user is kept."""
    return f"u:{user_id}"


def session_key(session_id: str) -> str:
    """Under what somebody without an account is kept."""
    return f"s:{session_id}"


def join_profile(about: bytes, past: bytes) -> bytes:
    """What is kept of a person, one JSON object: what is said of them, and their events.

    Args:
        about: an object that says something.
        past: of `past_bytes`.
    """
    return about[:-1] + PAST + TAB + past + b"}"


def split_profile(value: bytes | None) -> tuple[bytes, bytes]:
    """The same again in its two parts; bare ones where nothing is kept, or not in this form."""
    about, tab, past = (value or b"").partition(TAB)
    return (about[: -len(PAST)] + b"}", past[:-1]) if tab else (b'{"erased":0}', b"[]")


class PastColumns(NamedTuple):
    """L events of one person.

    Attributes:
        ids: (L,) of the items.
        kinds: names, each once.
        codes: (L,) places in `kinds`; empty where all events are of the first.
        values: (L,) None where an event has none.
        times: (L,) Unix seconds.
    """

    ids: Sequence[str] = ()
    kinds: Sequence[str] = ()
    codes: Sequence[int] = ()
    values: Sequence[float | None] = ()
    times: Sequence[int] = ()

    @classmethod
    def of(cls, rows: Iterable[PastRow]) -> "PastColumns":
        """Of events, in the order that is given."""
        ids, kinds, values, times = tuple(zip(*rows, strict=True)) or ((), (), (), ())
        places = {kind: place for place, kind in enumerate(dict.fromkeys(kinds))}
        codes = list(map(places.__getitem__, kinds)) if len(places) > 1 else []
        return cls(ids, list(places), codes, values, times)

    def rows(self) -> Iterator[tuple[str, str, float | None, int]]:
        """(item id, kind, value, Unix seconds) of each event."""
        kinds = map(self.kinds.__getitem__, self.codes or repeat(0, len(self.ids)))
        return zip(self.ids, kinds, self.values, self.times, strict=True)


def past_bytes(rows: Iterable[PastRow]) -> bytes:
    """Events, in the order that is given, as JSON of the columns."""
    return orjson.dumps(list(PastColumns.of(rows)))


def past_columns(written: bytes) -> PastColumns:
    """The same again."""
    return PastColumns(*orjson.loads(written))


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """What a shelf knows under one key.

    Attributes:
        revision: changes with every change of the person; 0 where nothing is known.
        value: as it was kept; none where nothing was.
        fresh: the value still says what the log says.
    """

    revision: int = 0
    value: bytes | None = None
    fresh: bool = False


class OnlineStore(Protocol):
    """Values by key, each with a revision that only ever rises."""

    def read(self, keys: Sequence[str]) -> list[StoreEntry]:
        """What is known under each key, in their order."""
        ...

    def keep(self, key: str, value: bytes, *, since: int, seconds: float) -> int:
        """Keep a value that was made when the key had the revision `since`; its revision now.

        Where the key changed meanwhile nothing is kept, and the answer is 0.
        """
        ...

    def stale(self, keys: Sequence[str], *, unsettled: float = 0.0) -> None:
        """New revisions; the values stay, no longer fresh.

        Args:
            unsettled: seconds for which no value may become fresh: a write is under way.
        """
        ...

    def put(self, key: str, value: bytes) -> None:
        """A new revision with a value that is not fresh: the best there is without the log."""
        ...

    def forget(self, keys: Sequence[str]) -> None:
        """Leave nothing of these keys and their parts, not even that they were there."""
        ...

    def stale_all(self) -> None:
        """As `stale`, for every key."""
        ...

    def overwrite_forgotten(self) -> None:
        """Leave no bytes of what was forgotten where they would be kept."""
        ...


class OnlineStoreDown(Exception):
    """The shelf cannot be reached; whoever asks goes to the log."""
