"""The one place that writes answers."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Max

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
ANSWER_WRITERS = 0x0_1A_4A_5F
"""PostgreSQL's advisory lock that writers of answers share; see `settled_answer`."""

_plain = attrgetter(*PLAIN)
MADE = ("key", "n_items", "context", "items", "whys")


@transaction.atomic
def write(*, answers: Sequence[LoggedAnswer]) -> None:
    """Write answers that are not written yet. One statement, no object an answer."""
    made: dict[int, tuple[str, str]] = {}
    names = ", ".join((*PLAIN, *MADE))
    places = ", ".join(["%s"] * len((*PLAIN, *MADE)))
    table = Answer._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [ANSWER_WRITERS])
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608
            [_row(answer, made) for answer in answers],
        )


@transaction.atomic
def settled_answer() -> int:
    """Number of the last answer, behind which none with a lower number can still appear.

    PostgreSQL hands out numbers before their transactions end; the lock waits for these.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ANSWER_WRITERS])
    return Answer.objects.aggregate(last=Max("pk"))["last"] or 0


def _row(answer: LoggedAnswer, made: dict[int, tuple[str, str]]) -> tuple[Any, ...]:
    """A line of the table.

    Args:
        made: the JSON of lists that were written before; a list that is kept goes to many.
    """
    places = id(answer.items)
    if places not in made:
        made[places] = _places(answer.items)
    return (
        *_plain(answer),
        answer.key.hex,  # PostgreSQL reads it as a UUID, SQLite keeps the text
        len(answer.items),
        _json(dict(answer.context)) if answer.context else "{}",
        *made[places],
    )


def _places(items: Sequence[ShownItem]) -> tuple[str, str]:
    """Items and whys."""
    whys = [shown.why for shown in items]
    rows = [[shown.item_id, shown.score, shown.probability] for shown in items]
    return _json(rows), _json(whys if any(whys) else [])


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
