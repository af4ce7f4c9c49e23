"""How every part stands, in figures: for who looks, beside what is wrong (`detectors`)."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError
from django.utils import timezone

from omakase_service.analytics.selectors import figures
from omakase_service.catalog.selectors import counts
from omakase_service.events.selectors import newest_event_time
from omakase_service.experiments.selectors import active_experiments
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import jobs
from omakase_service.jobs.services.scheduling import schedules
from omakase_service.platform.database import connection
from omakase_service.platform.registry import health_parts
from omakase_service.training.selectors import live_card
from omakase_settings import settings

LOW_SHARE = 0.05
"""Of a disk that is free: less is told as a warning."""

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Inspection:
    """How one part stands.

    Attributes:
        state: in figures.
        advice: the way out; empty where all is well.
    """

    part: str
    state: str
    advice: str = ""


def inspections() -> Iterator[Inspection]:
    """Every part in its order. What cannot be looked at says why, and the others go on."""
    for name, look in LOOKS.items():
        try:
            yield look(name)
        except DatabaseError as error:
            yield Inspection(name, f"cannot be looked at: {error}", "is the database up?")


def database(name: str) -> Inspection:
    """What it is, and how much it holds."""
    totals = counts()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    waited = (time.perf_counter() - began) * 1000
    state = f"{connection.vendor}, {totals['items']:,} items, {totals['users']:,} users"
    return Inspection(name, f"{state}, answers in {waited:.1f} ms")


def disk(name: str) -> Inspection:
    """Room on the disk of the data folder."""
    usage = shutil.disk_usage(settings().data_folder)
    state = f"{usage.free / 2**30:.1f} of {usage.total / 2**30:.1f} GiB are free"
    low = usage.free < LOW_SHARE * usage.total
    return Inspection(name, state, "make room: old versions, logs, backups" if low else "")


def data_folder(name: str) -> Inspection:
    """What lies in the data folder."""
    sizes = {path.name: _size(path) for path in sorted(Path(settings().data_folder).iterdir())}
    largest = sorted(sizes.items(), key=lambda pair: -pair[1])[:4]
    state = ", ".join(f"{entry} {size / 2**20:.1f} MiB" for entry, size in largest)
    return Inspection(name, state or "empty")


def online_store(name: str) -> Inspection:
    """Redis or a file, and whether it answers."""
    part = health_parts.get("online")
    state = "none" if part is None else part.check()
    kind = "Redis" if settings().redis_url else "a file in the data folder"
    return Inspection(name, f"{kind}: {state}", "" if state == "ok" else "is Redis up?")


def worker(name: str) -> Inspection:
    """Jobs that failed lately, and schedules that nobody did."""
    now = timezone.now()
    late = [
        schedule.name
        for schedule in schedules()
        if schedule.next_run is not None and (now - schedule.next_run).total_seconds() > DAY_SECONDS
    ]
    failed = jobs(state=JobState.FAILED, limit=100)
    waiting = len(jobs(state=JobState.QUEUED, limit=100))
    state = f"{waiting} jobs wait, {len(failed)} have failed"
    if late:
        return Inspection(name, f"{state}; overdue: {', '.join(late)}", "run `omakase worker`")
    return Inspection(name, state, "omakase job list --state failed" if failed else "")


def events(name: str) -> Inspection:
    """How old the newest event is."""
    newest = newest_event_time()
    if newest is None:
        return Inspection(name, "none is stored", "omakase data import FILE")
    age = f"{_age(time.time() - newest)} old" if newest else "of an unknown time"
    return Inspection(name, f"the newest is {age}")


def model(name: str) -> Inspection:
    """What answers, and how it was judged."""
    live = live_card()
    if live is None:
        return Inspection(name, "none is live", "omakase train")
    judged = ", ".join(
        f"{metric} {value:.4f}"
        for metric, value in sorted(live.models.get(live.best, {}).items())[:3]
    )
    age = _age((timezone.now() - live.created).total_seconds())
    return Inspection(name, f"{live.name} ({live.best}), {age} old; {judged or 'not judged'}")


def answers(name: str) -> Inspection:
    """What was answered in the last seven days, as far as it is counted."""
    today = timezone.now().date()
    week = figures(start=today - timedelta(days=6), end=today)
    requests = sum(row.figures.requests for row in week)
    clicks = sum(row.figures.clicks for row in week)
    return Inspection(name, f"{requests:,} this week, {clicks:,} clicks")


def experiments(name: str) -> Inspection:
    """Those that are active."""
    names = [card.name for card in active_experiments()]
    return Inspection(name, ", ".join(names) or "none is active")


LOOKS: dict[str, Callable[[str], Inspection]] = {
    "database": database,
    "disk": disk,
    "data folder": data_folder,
    "online store": online_store,
    "worker": worker,
    "events": events,
    "model": model,
    "answers": answers,
    "experiments": experiments,
}


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(file.stat().st_size for file in files if file.is_file())


def _age(seconds: float) -> str:
    if seconds < 2 * 3_600:
        return f"{seconds / 60:.0f} minutes"
    hours = seconds / 3_600
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
