"""Reads of the app."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from omakase_service.catalog.selectors import settings_of
from omakase_service.digests.contracts import DigestCounts, DueDigest
from omakase_service.digests.models import Mailing, Recipient
from omakase_service.platform.exceptions import NotFound
from omakase_settings import settings

PART = 500
"""Recipients that are read at a time."""


def due_turns(*, until: datetime) -> Iterator[DueDigest]:
    """Whose digest is due, who waits longest first; read anew in parts, while others change them.

    One query, and one for each part.
    """
    due = Recipient.objects.filter(next_at__lte=until).order_by("next_at", "pk")
    numbers = list(due.values_list("pk", flat=True))
    for at in range(0, len(numbers), PART):
        rows = Recipient.objects.filter(next_at__lte=until).in_bulk(numbers[at : at + PART])
        yield from (turn_of(rows[n]) for n in numbers[at : at + PART] if n in rows)


def turn_of(row: Recipient) -> DueDigest:
    """A recipient, with what the settings say of those who say nothing."""
    rules = settings().digests
    return DueDigest(
        number=row.pk,
        user_id=row.user_id,
        address=row.address,
        language="ko" if (row.language or settings().web.language) == "ko" else "en",
        zone=row.time_zone or rules.time_zone,
        hour=rules.hour if row.hour is None else row.hour,
        every_days=row.every_days or rules.every_days,
        due=row.next_at or timezone.now(),
        last=row.last_at,
        key=row.key,
    )


def wants_digests(*, user_id: str) -> bool:
    """Whether a person's own settings let digests come. One query."""
    user_settings = settings_of(user_id=user_id)
    return user_settings.emails_on and user_settings.recommendations_on


def recipient_of(*, user_id: str) -> Recipient:
    """Where a user's digests go. One query.

    Raises:
        NotFound: they have no address here.
    """
    row = Recipient.objects.filter(user_id=user_id).first()
    if row is None:
        raise NotFound(f"no address of {user_id!r}")
    return row


def language_under(*, key: str) -> str:
    """The language of who unsubscribes under a key; "" where nobody does. One query."""
    row = Recipient.objects.filter(key=key).first()
    return "" if row is None else turn_of(row).language


def user_of_mailing(*, request_id: str) -> str | None:
    """Who got a digest; none where nobody did, or they were forgotten. One query."""
    rows = Mailing.objects.filter(request_id=request_id)
    return rows.values_list("user_id", flat=True).first()


def counts(*, days: int = 7) -> DigestCounts:
    """How digests stand. Three queries."""
    since = timezone.now() - timedelta(days)
    states = Mailing.objects.filter(created__gte=since).values_list("state").annotate(Count("pk"))
    people = Recipient.objects.aggregate(
        all=Count("pk"), waiting=Count("next_at"), first=Min("next_at")
    )
    return DigestCounts(
        recipients=people["all"],
        given_up=people["all"] - people["waiting"],
        states=sorted(states.order_by()),
        next_due=people["first"],
    )


def export_digests(user_id: str) -> list[dict[str, Any]]:
    """Where a user's digests go, and which they got."""
    rows = Recipient.objects.filter(user_id=user_id)
    facts = rows.values("address", "language", "time_zone", "hour", "every_days", "last_at")
    sent = Mailing.objects.filter(user_id=user_id).order_by("pk")
    return [dict(row) for row in (*facts, *sent.values("request_id", "state", "created"))]
