"""What the log offers the house: health, figures, erasure, export."""

from dataclasses import asdict
from typing import Any

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
from omakase_service.recommendation_log import pruning, spool, writer
from omakase_service.recommendation_log.selectors import answers_of
from omakase_service.recommendation_log.services import erase_answers
from omakase_settings import settings


def register() -> None:
    """Offer them."""
    health_parts.register("answers", HealthPart(log_health))
    erasers.register("answers", erase_answers)
    exporters.register("answers", export_answers)
    log_readers.register("attribution", LogReader("events", pruning.attributed_seq))
    pruners.register(
        "answers",
        Pruner("answers and their outcomes", answers_days, pruning.count_old, pruning.remove_old),
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
    if writer.is_losing():
        return f"{writer.dropped()} were not logged"
    return "they wait for the database" if spool.waiting() else "ok"


def export_answers(user_id: str) -> list[dict[str, Any]]:
    """Every answer to a user, without what only the table needs."""
    return [
        {name: field for name, field in asdict(answer).items() if name != "key"}
        for answer in answers_of(user_id=user_id)
    ]


def waiting() -> float:
    """Answers of this process that wait to be logged."""
    return float(writer.waiting())


def dropped() -> float:
    """Answers of this process that were not logged, since the queue was full."""
    return float(writer.dropped())


def spooled() -> float:
    """1 where answers wait on the disk."""
    return float(spool.waiting())
