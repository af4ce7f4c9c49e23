"""What is counted of a day beside its answers: talks, and requests over HTTP that failed.

Other apps offer counts of a time by `platform.registry.daily_counts`; those of the last days are
taken anew each time, since people say afterwards how content they were. Servers count requests
since their start: what they counted since the last look belongs to the day of the look.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone

from omakase_service.analytics.contracts import bounds_of, day_of
from omakase_service.analytics.models import DailyTotals, ServerReading
from omakase_service.platform.database import transaction
from omakase_service.platform.metrics import requests_of_servers
from omakase_service.platform.registry import daily_counts
from omakase_settings import settings

ANEW_DAYS = 7
"""Last days whose counts are taken anew."""


def count_totals() -> None:
    """Bring the totals of the last days up to date."""
    zone = settings().analytics.time_zone
    today = day_of(int(timezone.now().timestamp()), zone)
    for back in range(ANEW_DAYS):
        day = today - timedelta(days=back)
        begin, end = bounds_of(day, zone)
        counted: dict[str, int] = {}
        for _, counts in daily_counts.items():
            counted |= counts(begin, end)
        if any(counted.values()):
            _put(day, counted)
    note_calls(today, requests_of_servers(settings().data_folder / "metrics"))


@transaction.atomic
def note_calls(day: date, counted: Mapping[str, tuple[int, int]]) -> None:
    """Add what servers have counted since the last look to a day.

    Args:
        counted: by server, requests and failures since its start.
    """
    readings = {row.server: row for row in ServerReading.objects.select_for_update()}
    new: Counter[str] = Counter()
    for server, (calls, failures) in counted.items():
        row = readings.get(server) or ServerReading(server=server)
        restarted = calls < row.calls  # another server by the same name
        new["calls"] += calls - (0 if restarted else row.calls)
        new["failures"] += failures - (0 if restarted else row.failures)
        row.calls, row.failures = calls, failures
        row.save()
    ServerReading.objects.exclude(server__in=counted).delete()
    if new["calls"]:
        row_of_day, _ = DailyTotals.objects.select_for_update().get_or_create(day=day)
        both = Counter(row_of_day.counts)
        both.update(new)
        row_of_day.counts = dict(both)
        row_of_day.save()


@transaction.atomic
def _put(day: date, counted: Mapping[str, int]) -> None:
    """Put some counts of a day in the place of the old ones."""
    row, _ = DailyTotals.objects.select_for_update().get_or_create(day=day)
    if any(row.counts.get(name) != number for name, number in counted.items()):
        row.counts = {**row.counts, **counted}
        row.save()
