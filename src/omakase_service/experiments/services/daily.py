"""What each day added to the counts and sums of an experiment."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime

from omakase_service.experiments.models import DailyFigure
from omakase_service.experiments.selectors import COLUMNS

Key = tuple[str, date, str, str]
"""Experiment, day, variant, metric; the metric "" counts the exposed."""

Amounts = tuple[float, float]
"""Numerator and denominator of one unit."""


class DailyChanges:
    """Additions to daily figures, gathered and then written at once."""

    def __init__(self) -> None:
        self._changes: dict[Key, list[float]] = defaultdict(lambda: [0.0] * len(COLUMNS))

    def add_unit(self, experiment: str, variant: str, time: int) -> None:
        """Count one more unit as exposed at a time, in Unix seconds."""
        self._changes[experiment, day_of(time), variant, ""][0] += 1

    def add_amounts(
        self, experiment: str, variant: str, metric: str, time: int, old: Amounts, new: Amounts
    ) -> None:
        """Count that what a unit did rose from one amount to another."""
        sums = self._changes[experiment, day_of(time), variant, metric]
        for column, (old_sum, now) in enumerate(zip(_sums(old), _sums(new), strict=True), start=1):
            sums[column] += now - old_sum

    def save(self) -> None:
        """Add all to what is stored: two statements. Call it within a transaction."""
        stored = {_key(row): row for row in _load(self._changes)}
        rows = [
            DailyFigure(**_add(key, stored.get(key), sums)) for key, sums in self._changes.items()
        ]
        DailyFigure.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["experiment", "day", "variant", "metric"],
            update_fields=list(COLUMNS),
            batch_size=500,
        )
        self._changes.clear()


def day_of(time: int) -> date:
    """The day, in UTC, of Unix seconds."""
    return datetime.fromtimestamp(time, UTC).date()


def _sums(amounts: Amounts) -> tuple[float, ...]:
    """In the order of `COLUMNS` without the units."""
    first, second = amounts
    return first, second, first * first, second * second, first * second


def _key(row: DailyFigure) -> Key:
    return row.experiment_id, row.day, row.variant, row.metric


def _load(keys: Iterable[Key]) -> Iterable[DailyFigure]:
    names, days = {key[0] for key in keys}, {key[1] for key in keys}
    return DailyFigure.objects.filter(experiment_id__in=names, day__in=days)


def _add(key: Key, row: DailyFigure | None, sums: list[float]) -> dict[str, object]:
    """Fields of a row after an addition."""
    fields = dict(zip(("experiment_id", "day", "variant", "metric"), key, strict=True))
    amounts = [0.0 if row is None else getattr(row, name) for name in COLUMNS]
    return fields | {
        name: old + change for name, old, change in zip(COLUMNS, amounts, sums, strict=True)
    }
