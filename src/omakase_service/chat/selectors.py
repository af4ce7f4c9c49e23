"""Reads of the conversations."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from omakase_service.chat.contracts import ConversationCard, StoredConversation, TurnCard
from omakase_service.chat.engine import RatedTalk, TalkMessage
from omakase_service.chat.models import Conversation, Turn
from omakase_service.platform.exceptions import NotFound

CONTENT = 4
"""Of five: from here on somebody was content."""

RATED = ~Q(satisfaction=None) | ~Q(chosen=[]) | ~Q(turns__satisfaction=None)
"""Talks of which somebody said how content they were, or chose something."""


def conversation_of(
    *, conversation_id: str, user_id: str | None, session_id: str | None
) -> StoredConversation:
    """A conversation of this person. Two queries.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = Conversation.objects.filter(conversation_id=conversation_id).first()
    if row is None or (row.user_id, row.session_id) != (user_id or "", session_id or ""):
        raise NotFound(f"no conversation {conversation_id!r} of this person")
    return StoredConversation(
        conversation_id=row.conversation_id,
        user_id=row.user_id,
        session_id=row.session_id,
        state=row.state,
        shown=row.shown,
        turns=Turn.objects.filter(conversation=row).count(),
    )


def recent_conversations(*, limit: int = 50) -> list[ConversationCard]:
    """The conversations that somebody spoke in or rated last. Two queries, each over an index."""
    rows = list(Conversation.objects.order_by("-changed")[:limit])
    turns = Turn.objects.filter(conversation__in=rows).order_by().values_list("conversation")
    numbers = dict(turns.annotate(Count("pk")))
    return [_card(row, numbers.get(row.pk, 0)) for row in rows]


def transcript(*, conversation_id: str) -> tuple[ConversationCard, list[TurnCard]]:
    """A conversation and its turns, whosever it is: for staff. Two queries.

    Raises:
        NotFound: there is none.
    """
    row = Conversation.objects.filter(conversation_id=conversation_id).first()
    if row is None:
        raise NotFound(f"no conversation {conversation_id!r}")
    turns = [
        TurnCard(
            t.number, t.time, t.message, t.answer, t.intent, t.confidence, t.items, t.written_by
        )
        for t in row.turns.all()
    ]
    return _card(row, len(turns)), turns


def rated_talks() -> list[RatedTalk]:
    """Talks that somebody rated or chose something in, the oldest first. Two queries."""
    rows = Conversation.objects.filter(RATED).distinct().order_by("started", "pk")
    return [_talk(row) for row in rows.prefetch_related("turns")]


def talks_begun_since(day: date) -> list[tuple[datetime, RatedTalk]]:
    """All talks from a day on, each with when it began, the oldest first. Two queries."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    rows = Conversation.objects.filter(started__gte=begin).order_by("started", "pk")
    return [(row.started, _talk(row)) for row in rows.prefetch_related("turns")]


def talks_rated_since(since: datetime | None) -> int:
    """How many talks somebody rated or chose something in, changed after a time. One query.

    As of `rated_talks`; to rate a talk changes it.
    """
    rows = Conversation.objects.filter(RATED).distinct()
    return (rows if since is None else rows.filter(changed__gt=since)).count()


def _talk(row: Conversation) -> RatedTalk:
    session = f"session:{row.session_id}" if row.session_id else ""
    return RatedTalk(
        talk_id=row.conversation_id,
        person=row.user_id or session,
        messages=tuple(
            TalkMessage(turn.message, tuple(turn.items), turn.satisfaction)
            for turn in row.turns.all()
        ),
        satisfaction=row.satisfaction,
        chosen=tuple(map(str, row.chosen)),
    )


def _card(row: Conversation, turns: int) -> ConversationCard:
    return ConversationCard(
        conversation_id=row.conversation_id,
        user_id=row.user_id,
        session_id=row.session_id,
        started=row.started,
        changed=row.changed,
        satisfaction=row.satisfaction,
        chosen=row.chosen,
        turns=turns,
    )


def conversation_counts(begin: int, end: int) -> dict[str, int]:
    """Talks that began in some time (Unix seconds, the end not included), and how many went well.

    One went well whose person was content with it (4 or 5 of 5), or said nothing of that and chose
    something. One query.
    """
    since, until = (datetime.fromtimestamp(seconds, UTC) for seconds in (begin, end))
    begun = Conversation.objects.filter(started__gte=since, started__lt=until)
    content = Q(satisfaction__gte=CONTENT) | Q(satisfaction=None) & ~Q(chosen=[])
    return begun.aggregate(conversations=Count("pk"), successes=Count("pk", filter=content))


def export_conversations(user_id: str) -> list[dict[str, Any]]:
    """Every conversation of a user with its turns, the oldest first. Two queries."""
    rows = Conversation.objects.filter(user_id=user_id).order_by("started")
    return [
        {
            "conversation_id": row.conversation_id,
            "started": row.started.isoformat(),
            "satisfaction": row.satisfaction,
            "chosen": row.chosen,
            "state": row.state,
            "turns": [
                {
                    "time": t.time.isoformat(),
                    "message": t.message,
                    "answer": t.answer,
                    "items": t.items,
                    "satisfaction": t.satisfaction,
                }
                for t in row.turns.all()
            ],
        }
        for row in rows.prefetch_related("turns")
    ]
