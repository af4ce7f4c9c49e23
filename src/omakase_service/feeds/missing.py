"""Items that leave a feed: deactivated, where its owner wants that, until the feed brings them
again. What the owner says of an item by other ways meanwhile counts."""

from collections.abc import Iterable, Sequence

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.selectors import items_by_id
from omakase_service.catalog.services import upsert_items
from omakase_service.feeds.models import FeedItem
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Invalid
from omakase_settings import settings

CHUNK = 1000


def with_reactivation(feed: str, items: Iterable[ItemIn]) -> list[ItemIn]:
    """The items, those active again that left the feed before, unless they say something else."""
    given = list(items)
    away = FeedItem.objects.filter(
        feed_id=feed, is_missing=True, item_id__in=[item.item_id for item in given]
    )
    back = set(away.values_list("item_id", flat=True))
    return [
        item.model_copy(update={"active": True})
        if item.item_id in back and "active" not in item.model_fields_set
        else item
        for item in given
    ]


def record_items(feed: str, reading: int, item_ids: Iterable[str]) -> None:
    """Note that a feed brought these items.

    Args:
        reading: a number that is larger each time that the feed is read.
    """
    rows = [FeedItem(feed_id=feed, item_id=item, reading=reading) for item in sorted(set(item_ids))]
    FeedItem.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        update_fields=["reading", "is_missing"],
        unique_fields=["feed", "item_id"],
    )


def deactivate_missing(feed: str, reading: int, *, confirmed: bool = False) -> int:
    """Deactivate items that a feed had and has no more; how many.

    What another feed brings, what was deleted, and what its owner deactivated is left alone, and
    is the feed's no more.

    Args:
        reading: the number of the reading that is complete.
        confirmed: also where most of them are missing.

    Raises:
        Invalid: more of them are missing than `feeds.missing_share`.
    """
    present = FeedItem.objects.filter(feed_id=feed, is_missing=False)
    missing = present.filter(reading__lt=reading)
    known, lost = present.count(), missing.count()
    if not confirmed and lost > known * settings().feeds.missing_share:
        raise Invalid(
            f"{lost:,} of {known:,} items are missing, more than feeds.missing_share; none of them "
            "was deactivated; if they are meant to go, start the job with confirm_missing"
        )
    total = 0
    while item_ids := list(missing.order_by("pk").values_list("item_id", flat=True)[:CHUNK]):
        total += _deactivate(feed, item_ids)
    return total


@transaction.atomic
def _deactivate(feed: str, item_ids: Sequence[str]) -> int:
    elsewhere = FeedItem.objects.exclude(feed_id=feed).filter(is_missing=False)
    kept = set(elsewhere.filter(item_id__in=item_ids).values_list("item_id", flat=True))
    known = items_by_id(item_ids=item_ids)
    gone = sorted(item_id for item_id in known if known[item_id].active and item_id not in kept)
    upsert_items(items=[ItemIn(item_id=item_id, active=False) for item_id in gone])
    rows = FeedItem.objects.filter(feed_id=feed, item_id__in=item_ids)
    rows.exclude(item_id__in=gone).delete()
    rows.update(is_missing=True)
    return len(gone)
