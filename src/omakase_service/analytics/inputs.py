"""What models rest on, day by day: events by kind, and items that may be shown by type.

Counted as they come in, by the day of their time. What is erased or taken back later stays counted:
it is compared, and never shown.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from omakase_service.analytics.contracts import day_of
from omakase_service.analytics.item_popularity import count_taken_items
from omakase_service.analytics.models import Cursor, DailyInputs
from omakase_service.analytics.totals import count_totals
from omakase_service.catalog.selectors import offered_by_type
from omakase_service.events.selectors import quarter_counts
from omakase_service.events.store import settled_seq
from omakase_service.jobs.contracts import JobContext, NoParameters
from omakase_service.platform.database import transaction
from omakase_settings import settings


def count_inputs_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Count what came in since, what may be shown now, and what else is told of a day."""
    count = count_taken_items()
    count_totals()
    return {"events": count_inputs(), "items": count}


def count_inputs() -> int:
    """Count events behind the cursor and the catalog of today; how many events they were."""
    until, zone = settled_seq(), settings().analytics.time_zone
    today = day_of(int(timezone.now().timestamp()), zone)
    with transaction.atomic():
        cursor, _ = Cursor.objects.select_for_update().get_or_create(pk=1)
        new: dict[date, Counter[str]] = defaultdict(Counter)
        for time, kind, number in quarter_counts(after=cursor.event, until=until):
            new[day_of(time, zone)][kind] += number
        _add(new)
        DailyInputs.objects.update_or_create(day=today, defaults={"catalog": offered_by_type()})
        cursor.event = until
        cursor.save(update_fields=["event"])
    return sum(sum(kinds.values()) for kinds in new.values())


def _add(new: Mapping[date, Mapping[str, int]]) -> None:
    """Add events by kind to their days."""
    existing = DailyInputs.objects.in_bulk(list(new))
    rows = [existing.get(day) or DailyInputs(day=day) for day in new]
    for row in rows:
        row.events = dict(Counter(row.events) + Counter(new[row.day]))
    DailyInputs.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["events"]
    )


def catalog_of(day: date) -> int:
    """How many items could be shown on a day; now, where nobody counted them then."""
    row = DailyInputs.objects.filter(day=day).exclude(catalog={}).first()
    return sum((offered_by_type() if row is None else row.catalog).values())
