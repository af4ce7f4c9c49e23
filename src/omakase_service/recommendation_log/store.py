"""The one place that writes answers."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import orjson

from omakase_service.platform.database import connection, transaction
from omakase_service.platform.write_order import share_lock, wait_for_writers
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.models import Answer

PLAIN = (
    "request_id",
    "time",
    "user_id",
    "session_id",
    "policy",
    "algorithm",
    "version",
    "placement",
    "notice",
    "cache_hit",
    "latency_ms",
    "first_rank",
)
_plain = attrgetter(*PLAIN)
WRITERS = 0x0_1A_4A_5F
"""The lock of who writes answers, and of who reads the last number."""

MADE = ("key", "n_items", "context", "items", "whys")


@transaction.atomic
def write(*, answers: Sequence[LoggedAnswer]) -> None:
    """Write answers that are not written yet. One statement, no object an answer."""
    texts: dict[int, tuple[str, str]] = {}
    names = ", ".join((*PLAIN, *MADE))
    placeholders = ", ".join(["%s"] * len((*PLAIN, *MADE)))
    table = Answer._meta.db_table
    share_lock(WRITERS)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({placeholders}) ON CONFLICT DO NOTHING",  # noqa: S608
            [_row(answer, texts) for answer in answers],
        )


@transaction.atomic
def settled_answer() -> int:
    """Number of the last answer, behind which none with a lower one can still appear."""
    wait_for_writers(WRITERS)
    return Answer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _row(answer: LoggedAnswer, made: dict[int, tuple[str, str]]) -> tuple[Any, ...]:
    """A line of the table.

    Args:
        made: the JSON of lists that were written before; a list that is kept goes to many.
    """
    items_id = id(answer.items)
    if items_id not in made:
        made[items_id] = _places(answer.items)
    return (
        *_plain(answer),
        answer.key.hex,  # PostgreSQL reads it as a UUID, SQLite keeps the text
        len(answer.items),
        _json(dict(answer.context)) if answer.context else "{}",
        *made[items_id],
    )


def _places(items: Sequence[ShownItem]) -> tuple[str, str]:
    """Items and whys."""
    whys = [entry.why for entry in items]
    rows = [[entry.item_id, entry.score, entry.probability] for entry in items]
    return _json(rows), _json(whys if any(whys) else [])


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
