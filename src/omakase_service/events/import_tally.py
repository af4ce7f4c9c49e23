"""Counts of an import under way."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from omakase_service.events.contracts import ImportBatch, RowError

SHOWN = 1000
"""Rejects and warnings that are kept in memory; all rejects go to the file."""


@dataclass
class Tally:
    """What an import has done so far, and which ids it need not look up again."""

    kinds: set[str]
    stored: int = 0
    known: int = 0
    rejected: int = 0
    rejects: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    meanings: dict[str, str] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)

    def add(self, batch: ImportBatch, stored: int) -> None:
        """Count a batch that is on the disk."""
        self.stored += stored
        self.known += len(batch.rows) - stored
        self.rejected += len(batch.rejects)
        self.rejects += batch.rejects[: max(0, SHOWN - len(self.rejects))]
        self.warn(batch.warnings)

    def warn(self, warnings: Sequence[RowError]) -> None:
        """Keep what is odd about rows, as far as it is shown."""
        self.warnings += warnings[: max(0, SHOWN - len(self.warnings))]

    def forget_ids(self) -> None:
        """Give the memory of the ids back: no more rows come."""
        self.items, self.users = set(), set()
