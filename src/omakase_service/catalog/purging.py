"""All items at once: gone, as if none had ever come."""

from collections.abc import Iterator

from omakase_service.catalog.models import Category, DeletedItem, Item
from omakase_service.catalog.services import announce_all
from omakase_service.platform.database import transaction

CHUNK = 5_000


def purge_items() -> Iterator[int]:
    """Delete every item that there is now, part by part; how many went with each.

    None is remembered as deleted: whatever names one of them later brings it back.
    """
    last = Item.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while ids := list(
        Item.objects.filter(pk__lte=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        with transaction.atomic():
            Item.objects.filter(pk__in=ids).delete()
            announce_all()
        yield len(ids)
    with transaction.atomic():
        DeletedItem.objects.all().delete()
        Category.objects.filter(item=None).delete()
        announce_all()
