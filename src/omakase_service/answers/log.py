"""The one place that writes answers."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection, transaction

from omakase_service.answers.contracts import Logged
from omakase_service.answers.models import Answer

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
MADE = ("key", "n_items", "context", "items", "whys")


@transaction.atomic
def write(*, answers: Sequence[Logged]) -> None:
    """Write answers that are not written yet. One statement, no object an answer."""
    names = ", ".join((*PLAIN, *MADE))
    places = ", ".join(["%s"] * len((*PLAIN, *MADE)))
    table = Answer._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING",  # noqa: S608
            [_row(answer) for answer in answers],
        )


def _row(answer: Logged) -> tuple[Any, ...]:
    whys = [shown.why for shown in answer.items]
    return (
        *[getattr(answer, name) for name in PLAIN],
        answer.key.hex,  # PostgreSQL reads it as a UUID, SQLite keeps the text
        len(answer.items),
        _json(dict(answer.context)),
        _json([[shown.item_id, shown.score, shown.probability] for shown in answer.items]),
        _json(whys if any(whys) else []),
    )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
