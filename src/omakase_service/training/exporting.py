"""The snapshot that training reads, brought up to the store. One export at a time."""

import time
from collections.abc import Callable

from omakase_service.catalog.plain_rows import item_rows, user_rows
from omakase_service.catalog.selectors import revision
from omakase_service.events.selectors import (
    digest_of,
    digests_erased_after,
    last_erasure,
    numbers_between,
    oldest_seq,
)
from omakase_service.events.store import forget_withdrawals, settled_seq, withdrawals
from omakase_service.training import engine
from omakase_service.training.selectors import numbered_lines
from omakase_service.training.versions import snapshot_folder
from omakase_settings import settings


def export_new() -> dict[str, int]:
    """Bring the snapshot up to the store; up to where, as versions keep it in their window.

    The number of the last event, of the catalog's last change and of the last erasure.
    """
    erasures, until = last_erasure(), settled_seq()
    catalog = revision()  # what changes from here on is newer than the snapshot
    withdrawn = withdrawals()
    engine.export(
        folder=snapshot_folder(),
        lines=lambda after: numbered_lines(after=after, until=until),
        until=until,
        items=item_rows(),
        users=user_rows(),
        erasures=erasures,
        oldest=oldest_seq(),
        erased_after=forgotten_since,
        withdrawn=[(interval.first, interval.last) for interval in withdrawn],
        numbers=numbers_between,
        since=learning_since(),
    )
    forget_withdrawals(done=withdrawn)
    return {"sequence": until, "catalog": catalog, "erasures": erasures}


def learning_since() -> float:
    """Unix seconds from which events are learnt from; 0: from the first."""
    days = settings().retention.snapshot_days
    return time.time() - days * 86_400 if days else 0.0


def forgotten_since(erasure: int) -> Callable[[str], bool]:
    """Whether a user of the snapshot was forgotten after an erasure, by its number."""
    digests = digests_erased_after(number=erasure)
    return lambda user: digest_of(user) in digests
