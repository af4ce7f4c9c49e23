"""Reads of the app."""

from typing import Any

from django.db.models import Min, Sum

from omakase_service.streams.contracts import Topic
from omakase_service.streams.models import DeadLetter, StreamState


def states() -> list[dict[str, Any]]:
    """Every stream: how far it has come, as plain values. One query."""
    return [dict(row) for row in StreamState.objects.order_by("name").values()]


def dead_letters(*, limit: int = 100) -> list[dict[str, Any]]:
    """The newest messages that could not be stored, as plain values. One query."""
    return [dict(row) for row in DeadLetter.objects.order_by("-pk").values()[:limit]]


def export_letters(user_id: str) -> list[dict[str, Any]]:
    """What a user's dead letters say. One query."""
    rows = DeadLetter.objects.filter(user_id=user_id)
    return [dict(row) for row in rows.values("position", "reason", "payload", "created")]


def inbound_lag() -> float:
    """Messages that wait in brokers, as their readers saw last."""
    return _sum("in:", "lag")


def outbound_lag() -> float:
    """Numbers of events and answers that wait to be sent, as their senders saw last."""
    return _sum("out:", "lag")


def letters_number() -> float:
    """How many dead letters are kept."""
    return float(DeadLetter.objects.count())


def _sum(prefix: str, column: str) -> float:
    rows = StreamState.objects.filter(name__startswith=prefix)
    return float(rows.aggregate(sum=Sum(column))["sum"] or 0)


def sent_position(topic: Topic) -> int | None:
    """Number up to which every receiver has a topic; None where there is no receiver. One query."""
    rows = StreamState.objects.filter(name__startswith="out:", name__endswith=f":{topic}")
    least_position: int | None = rows.aggregate(least=Min("position"))["least"]
    return least_position
