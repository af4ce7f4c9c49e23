"""Writes of the conversations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Q

from omakase_service.chat.contracts import ChatMessage, ChatReply
from omakase_service.chat.models import Conversation, Turn
from omakase_service.chat.selectors import conversation_of


def save_turn(
    *,
    said: ChatMessage,
    reply: ChatReply,
    state: Mapping[str, Any],
    shown: Sequence[Mapping[str, Any]],
) -> None:
    """Keep a message with its answer, and where the conversation stands now."""
    items = reply.recommendation.items if reply.recommendation else ()
    with transaction.atomic():
        row, _ = Conversation.objects.update_or_create(
            conversation_id=reply.conversation_id,
            defaults={
                "user_id": said.user_id or "",
                "session_id": said.session_id or "",
                "state": dict(state),
                "shown": list(shown),
            },
        )
        Turn.objects.create(
            conversation=row,
            number=reply.turn,
            message=said.message,
            intent=reply.understanding.intent,
            confidence=reply.understanding.confidence,
            understanding=asdict(reply.understanding),
            request_id=reply.recommendation.request_id if reply.recommendation else "",
            items=[each.card.item_id for each in items],
            answer=reply.answer,
            written_by=reply.written_by,
        )


def record_satisfaction(
    *,
    conversation_id: str,
    user_id: str | None,
    session_id: str | None,
    satisfaction: int | None,
    chosen: Sequence[str],
) -> None:
    """How content somebody was, 1 to 5, and which items they chose; the last word counts.

    Raises:
        NotFound: no such conversation of this person.
    """
    person = {"user_id": user_id, "session_id": session_id}
    found = conversation_of(conversation_id=conversation_id, **person)
    told: dict[str, Any] = {"chosen": list(chosen)} if chosen else {}
    if satisfaction is not None:
        told["satisfaction"] = satisfaction
    if told:
        Conversation.objects.filter(pk=found.conversation_id).update(**told)


def erase_conversations(user_id: str, session_ids: Collection[str]) -> int:
    """Forget a person's conversations; how many rows went."""
    theirs = Q(user_id=user_id) | Q(session_id__in=list(session_ids), session_id__gt="")
    count, _ = Conversation.objects.filter(theirs).delete()
    return count
