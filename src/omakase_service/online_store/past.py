"""A person's events as the online store keeps them: columns, which are read for less than rows."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import orjson

PastRow = Sequence[Any]
"""Item id, kind, value, Unix seconds."""


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
