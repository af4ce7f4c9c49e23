"""How often each item was taken, counted as events come in: by this it is told what is surprising.

What is erased or taken back later stays counted; only numbers are kept.
"""

from collections.abc import Iterator

from omakase_service.analytics.counting import BATCH
from omakase_service.analytics.engine import ListJudge
from omakase_service.analytics.models import Cursor, TakenItem
from omakase_service.catalog.selectors import counts, labels_of
from omakase_service.events.selectors import item_counts
from omakase_service.events.store import settled_seq
from omakase_service.platform.batches import batches
from omakase_service.platform.database import transaction


def count_taken_items() -> int:
    """Count events behind the cursor on their items; how many items they spoke for."""
    until = settled_seq()
    with transaction.atomic():
        cursor, _ = Cursor.objects.select_for_update().get_or_create(pk=1)
        new = item_counts(after=cursor.taken, until=until) if cursor.taken < until else iter(())
        items = sum(_add(dict(batch)) for batch in batches(new, BATCH))
        cursor.taken = until
        cursor.save(update_fields=["taken"])
    return items


def list_judge() -> ListJudge:
    """Measures what lists are worth, by what was taken so far. Two queries, and one for labels."""
    taken = dict(TakenItem.objects.values_list("item_id", "events").iterator(chunk_size=5_000))
    return ListJudge(taken, counts()["items"], lambda item_ids: labels_of(item_ids=item_ids))


def _add(new: dict[str, int]) -> int:
    """Add events to items; how many items these were."""
    existing = dict(_events_of(list(new)))
    rows = [TakenItem(item_id=key, events=n + existing.get(key, 0)) for key, n in new.items()]
    TakenItem.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["item_id"], update_fields=["events"]
    )
    return len(rows)


def _events_of(item_ids: list[str]) -> Iterator[tuple[str, int]]:
    rows = TakenItem.objects.filter(item_id__in=item_ids)
    return iter(rows.values_list("item_id", "events"))
