"""What the log offers the house: health, figures, erasure, export.

Its own modules are imported when they are asked: they bring the engine, which a process that looks
for jobs has no need of.
"""

from dataclasses import asdict
from typing import Any

from omakase_service.platform.lazy import lazy
from omakase_service.platform.registry import (
    HealthPart,
    LogReader,
    Pruner,
    erasers,
    exporters,
    gauges,
    health_parts,
    log_readers,
    pruners,
)
from omakase_settings import settings

ROOM = "omakase_service.recommendation_log"


def register() -> None:
    """Offer them."""
    health_parts.register("answers", HealthPart(log_health))
    erasers.register("answers", lazy(f"{ROOM}.services.erase_answers"))
    exporters.register("answers", export_answers)
    log_readers.register("attribution", LogReader("events", lazy(f"{ROOM}.pruning.attributed_seq")))
    pruners.register(
        "answers",
        Pruner(
            "answers and their outcomes",
            answers_days,
            lazy(f"{ROOM}.pruning.count_old"),
            lazy(f"{ROOM}.pruning.remove_old"),
        ),
    )
    gauges.register(
        "omakase_answers_waiting", ("Answers of this process that wait to be logged", waiting)
    )
    gauges.register(
        "omakase_answers_dropped",
        ("Answers of this process that found no room in the queue", dropped),
    )
    gauges.register(
        "omakase_answers_aside",
        ("1 where answers lie on the disk until the database is back", spooled),
    )


def answers_days() -> float:
    """How long answers are kept."""
    return settings().retention.answers_days


def log_health() -> str:
    """State of the log's writer."""
    from omakase_service.recommendation_log import spool, writer

    if writer.is_losing():
        return f"{writer.dropped_count()} were not logged"
    return "they wait for the database" if spool.waiting() else "ok"


def export_answers(user_id: str) -> list[dict[str, Any]]:
    """Every answer to a user, without what only the table needs."""
    from omakase_service.recommendation_log.selectors import answers_of

    return [
        {name: field for name, field in asdict(answer).items() if name != "key"}
        for answer in answers_of(user_id=user_id)
    ]


def waiting() -> float:
    """Answers of this process that wait to be logged."""
    from omakase_service.recommendation_log import writer

    return float(writer.waiting())


def dropped() -> float:
    """Answers of this process that were not logged, since the queue was full."""
    from omakase_service.recommendation_log import writer

    return float(writer.dropped_count())


def spooled() -> float:
    """1 where answers wait on the disk."""
    from omakase_service.recommendation_log import spool

    return float(spool.waiting())
