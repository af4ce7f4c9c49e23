"""What is let into the log of a file's rows: for an import, and for whoever looks at one before."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from omakase_service.events.contracts import ImportBatch, IncomingRow, KindRule, RowError
from omakase_service.events.engine import latest_credible
from omakase_service.events.rating_presence import has_ratings
from omakase_service.events.selectors import kinds
from omakase_settings import settings


@dataclass(frozen=True, slots=True)
class Doorway:
    """What is let into the log, as it is over HTTP: a reader may know of no limits of its own.

    Attributes:
        kinds: the declared kinds, which say what values are taken.
        latest: Unix seconds after which an event lies in the future.
        is_bound: whether ratings have a scale by now, declared or by those that are stored.
    """

    kinds: Mapping[str, KindRule]
    latest: int
    is_bound: bool = True

    @classmethod
    def now(cls) -> "Doorway":
        """As the declared kinds and the clock say now. Four queries."""
        rules = kinds()
        is_bound = rules["rating"].origin != "default" or has_ratings()
        latest = latest_credible(int(time.time()), settings().events.future_seconds)
        return cls(rules, latest, is_bound)

    def on_scale(self, scale: tuple[float, float] | None) -> "Doorway":
        """Likewise after a file's ratings: the scale of the first ones becomes that of the kind."""
        rule = self.kinds["rating"]
        if self.is_bound or scale is None or scale == (rule.lowest, rule.highest):
            return self
        low, high = scale
        weight = rule.weight * rule.highest / high
        rule = replace(rule, lowest=low, highest=high, weight=weight)
        return replace(self, kinds={**self.kinds, "rating": rule})

    @property
    def limits(self) -> dict[str, Any]:
        """The same in the words of the readers of tables."""
        rating = self.kinds["rating"]
        scale = {"lowest_rating": rating.lowest, "highest_rating": rating.highest}
        return {
            **(scale if self.is_bound else {}),
            "future_seconds": settings().events.future_seconds,
        }

    def passing(self, batch: ImportBatch) -> ImportBatch:
        """The batch without rows that are refused; these beside, each with its reason."""
        positions = [batch.columns.index(name) for name in ("kind", "value", "time")]
        wrong = {
            index: reason
            for index, row in enumerate(batch.rows)
            if (reason := self._refusal(*(row[at] for at in positions)))
        }
        if not wrong:
            return batch
        rejects = [_row_error(batch.rows[index], reason) for index, reason in wrong.items()]
        rows = [row for index, row in enumerate(batch.rows) if index not in wrong]
        return replace(batch, rows=rows, rejects=[*batch.rejects, *rejects])

    def _refusal(self, kind: str, number: float | None, moment: int) -> str:
        if moment > self.latest:
            return "future_time"
        rule = self.kinds.get(kind)
        return "value_out_of_range" if rule is not None and rule.refusal(number) else ""


REFUSALS = {
    "future_time": "the time lies in the future; check the clock or the time zone",
    "value_out_of_range": "the value is outside the scale of its kind",
}


def _row_error(row: IncomingRow, reason: str) -> RowError:
    """A row that a reader let pass; it has lost its line."""
    text = ",".join(map(str, row[1:6]))
    return RowError(file="", line=0, reason=reason, detail=REFUSALS[reason], raw=text)
