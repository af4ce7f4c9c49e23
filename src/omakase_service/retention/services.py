"""Remove what is kept no longer, kind by kind, in small transactions with pauses between.

What each kind is, how long it is kept and what still needs it is registered by its app
(`platform.registry.pruners` and `log_readers`).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from omakase_service.jobs.contracts import JobContext, NoParameters
from omakase_service.platform.registry import Pruner, pruners
from omakase_settings import settings

SECONDS_A_DAY = 86_400
MOST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What became, or would become, of one kind.

    Attributes:
        title: what it is, in words.
        days: how long it is kept; 0: for ever.
        removed: rows that went; in a dry run those that would.
        needed: rows that are older and stay, since something has not read them yet.
    """

    kind: str
    title: str
    days: float
    removed: int
    needed: int


def prune(
    *,
    dry_run: bool = False,
    now: float | None = None,
    hears: Callable[[str], None] = lambda step: None,
) -> list[PruneReport]:
    """Remove what is kept no longer; what it was, kind by kind.

    Args:
        dry_run: count alone.
        now: Unix seconds; by itself the clock's.
        hears: called before each transaction; may raise to stop between two.
    """
    moment = time.time() if now is None else now
    return [_prune(kind, pruner, moment, dry_run, hears) for kind, pruner in pruners.items()]


def prune_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """The job: how many rows of each kind went."""
    removed = 0

    def hear(step: str) -> None:
        nonlocal removed
        removed += 1
        context.progress(removed, removed + 1, step)

    return {report.kind: report.removed for report in prune(hears=hear) if report.removed}


def _prune(
    kind: str, pruner: Pruner, now: float, dry_run: bool, hears: Callable[[str], None]
) -> PruneReport:
    days = pruner.days()
    if not days:
        return PruneReport(kind, pruner.title, days, 0, 0)
    cutoff = int(now - days * SECONDS_A_DAY)
    due, free = pruner.count(cutoff)
    removed = free if dry_run else _remove(kind, pruner, cutoff, hears)
    return PruneReport(kind, pruner.title, days, removed, due - free)


def _remove(kind: str, pruner: Pruner, before: int, hears: Callable[[str], None]) -> int:
    """Remove step by step, until one finds nothing; how many rows."""
    removed, limit = 0, settings().retention.batch
    while True:
        hears(f"removing {kind}: {removed} so far")
        started = time.monotonic()
        number = pruner.prune(before, limit)
        if not number:
            return removed
        removed += number
        time.sleep(min(time.monotonic() - started, MOST_PAUSE_SECONDS))  # others write, too
