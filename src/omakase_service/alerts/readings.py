"""How many of the latest requests failed, by what the servers of this machine have counted."""

from collections.abc import Mapping

from omakase_service.alerts.models import RequestReading
from omakase_service.platform.database import transaction
from omakase_service.platform.metrics import requests_of_servers
from omakase_settings import settings


def read_requests() -> None:
    """Read what the servers have counted since they were looked at last."""
    note_requests(requests_of_servers(settings().data_folder / "metrics"))


@transaction.atomic
def note_requests(counted: Mapping[str, tuple[int, int]]) -> None:
    """Keep the share of failures of each server, once enough requests came since the last time.

    Args:
        counted: by server, requests and failures since its start.
    """
    RequestReading.objects.exclude(server__in=counted).delete()
    for server, (requests, failures) in counted.items():
        row, _ = RequestReading.objects.get_or_create(server=server)
        if requests < row.requests:  # another server by the same name
            row.requests = row.failures = 0
        new = requests - row.requests
        if new >= settings().alerts.fewest_requests:
            row.share, row.counted = (failures - row.failures) / new, new
            row.requests, row.failures = requests, failures
            row.save()


def latest_requests() -> tuple[int, float]:
    """How many requests were looked at last, over all servers, and how many of them failed."""
    rows = list(RequestReading.objects.all())
    return sum(row.counted for row in rows), sum(row.counted * row.share for row in rows)
