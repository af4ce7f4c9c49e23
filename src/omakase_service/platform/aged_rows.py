"""Rows that nothing needs once they are old: their number, and their removal step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from omakase_service.platform.database import transaction
from omakase_service.platform.registry import Pruner

Rows = Callable[[], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class AgedRows:
    """Rows of one table, each as old as one of its times says.

    Attributes:
        rows: those that may go at all.
        field: name of the time.
    """

    rows: Rows
    field: str

    def count(self, before: int) -> tuple[int, int]:
        """Rows of before a moment (Unix seconds), twice: nothing else needs them."""
        number = self._old(before).count()
        return number, number

    @transaction.atomic
    def remove(self, before: int, limit: int) -> int:
        """Delete at most so many of them, the oldest first, with what belongs to them; how many."""
        oldest = self._old(before).order_by(self.field, "pk")
        keys = list(oldest.values_list("pk", flat=True)[:limit])
        self.rows().filter(pk__in=keys).delete()
        return len(keys)

    def _old(self, before: int) -> "QuerySet[Any]":
        moment = datetime.fromtimestamp(before, UTC)
        return self.rows().filter(**{f"{self.field}__lt": moment})


def aged_pruner(title: str, days: Callable[[], float], rows: Rows, field: str) -> Pruner:
    """The pruner of such rows.

    Args:
        title: what they are, in words.
        days: how long they are kept; 0: for ever.
    """
    aged = AgedRows(rows, field)
    return Pruner(title, days, aged.count, aged.remove)
