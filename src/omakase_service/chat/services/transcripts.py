"""Writes of the conversations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Q
from django.utils import timezone

from omakase_service.chat.contracts import ChatMessage, ChatReply
from omakase_service.chat.models import Conversation, Turn
from omakase_service.chat.selectors import conversation_of
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import NotFound


def save_turn(
    *,
    said: ChatMessage,
    reply: ChatReply,
    state: Mapping[str, Any],
    shown: Sequence[Mapping[str, Any]],
) -> int:
    """Keep a message with its answer, and where the conversation stands now; the turn's number.

    The conversation's row is written first, which makes messages that come at once wait for each
    other: each has a number of its own.

    Raises:
        NotFound: the conversation was erased while it was answered; it does not come back.
    """
    items = reply.recommendation.items if reply.recommendation else ()
    with transaction.atomic():
        _stand(said, reply, {"state": dict(state), "shown": list(shown)})
        number = Turn.objects.filter(conversation_id=reply.conversation_id).count() + 1
        Turn.objects.create(
            conversation_id=reply.conversation_id,
            number=number,
            message=said.message,
            intent=reply.understanding.intent,
            confidence=reply.understanding.confidence,
            understanding=asdict(reply.understanding),
            request_id=reply.recommendation.request_id if reply.recommendation else "",
            items=[item.card.item_id for item in items],
            answer=reply.answer,
            written_by=reply.written_by,
        )
    return number


def _stand(said: ChatMessage, reply: ChatReply, standing: Mapping[str, Any]) -> None:
    """Where the conversation stands now: a new one, or the one that is there still."""
    key, person = reply.conversation_id, (said.user_id or "", said.session_id or "")
    if not said.conversation_id:
        Conversation.objects.create(
            conversation_id=key, user_id=person[0], session_id=person[1], **standing
        )
    elif not Conversation.objects.filter(pk=key).update(**standing, changed=timezone.now()):
        raise NotFound(f"no conversation {key!r} of this person")


def record_satisfaction(
    *,
    conversation_id: str,
    user_id: str | None,
    session_id: str | None,
    satisfaction: int | None,
    chosen: Sequence[str],
    turn: int | None = None,
) -> None:
    """How content somebody was, 1 to 5, and which items they chose; the last word counts.

    Args:
        turn: number of the answer that the satisfaction is of; None: of all of the talk.

    Raises:
        NotFound: no such conversation of this person, or it has no such turn.
    """
    person = {"user_id": user_id, "session_id": session_id}
    conversation = conversation_of(conversation_id=conversation_id, **person)
    changes: dict[str, Any] = {"chosen": list(chosen)} if chosen else {}
    if turn is not None:
        _rate_turn(conversation.conversation_id, turn, satisfaction)
    elif satisfaction is not None:
        changes["satisfaction"] = satisfaction
    if changes or satisfaction is not None:
        rows = Conversation.objects.filter(pk=conversation.conversation_id)
        rows.update(**changes, changed=timezone.now())


def _rate_turn(conversation_id: str, number: int, satisfaction: int | None) -> None:
    turns = Turn.objects.filter(conversation_id=conversation_id, number=number)
    count = turns.count() if satisfaction is None else turns.update(satisfaction=satisfaction)
    if not count:
        raise NotFound(f"conversation {conversation_id!r} has no turn {number}")


def erase_conversations(user_id: str, session_ids: Collection[str]) -> int:
    """Forget a person's conversations; how many rows went."""
    conversations = Q(user_id=user_id) | Q(session_id__in=list(session_ids), session_id__gt="")
    count, _ = Conversation.objects.filter(conversations).delete()
    return count
