"""A conversation over an open page: the answer's parts as messages."""

from collections.abc import Iterator, Mapping
from typing import Any

from omakase_service.chat.contracts import ChatMessage
from omakase_service.chat.schemas import spoken_fields
from omakase_service.chat.services.streaming import AnswerPart, ListReady, Step, answer_in_steps
from omakase_service.chat.services.talking import draft_of
from omakase_service.platform.contracts import Person
from omakase_service.realtime.contracts import Say
from omakase_service.realtime.services import answer_fields


def steps(message: Say, person: Person) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Kind and body of each message to the page, in order.

    Raises:
        NotFound: no such conversation of this person.
        NotReady: a list is asked for and no version is live.
    """
    chat_message = ChatMessage(
        message=message.message,
        conversation_id=message.conversation_id or "",
        user_id=person.user_id,
        session_id=person.session_id,
        n=message.n,
        remove=tuple(message.remove),
        language=message.language,
    )
    return map(_step_message, answer_in_steps(draft_of(said=chat_message)))


def _step_message(step: Step) -> tuple[str, Mapping[str, Any]]:
    if isinstance(step, AnswerPart):
        return "talk_words", {"text": step.text}
    answer = step.reply.recommendation
    body = {
        **spoken_fields(step.reply),
        "recommendations": answer_fields(answer) if answer else None,
    }
    return "talk_list" if isinstance(step, ListReady) else "talk_answer", body
