"""A message is heard, a list is asked of serving, an answer is given."""

import logging
from dataclasses import replace

from omakase_service.chat.contracts import ChatMessage, ChatReply, StoredConversation
from omakase_service.chat.engine import Guide, HeardTurn, hear, spoken, unfounded
from omakase_service.chat.selectors import conversation_of
from omakase_service.chat.services.guides import current_guide
from omakase_service.chat.services.rewriting import rewrite
from omakase_service.chat.services.transcripts import save_turn
from omakase_service.platform.ids import new_id
from omakase_service.serving import services as serving
from omakase_service.serving.contracts import ListRequest, Recommendation, RequestContext
from omakase_settings import settings

log = logging.getLogger("omakase.chat")


def talk(*, said: ChatMessage, request_id: str = "") -> ChatReply:
    """Answer a message, and keep both.

    What the conversation asks for becomes a filter of the rules language, and the list is one of
    serving's: placements, gate, wishes and reasons hold as for any other.

    Raises:
        NotFound: no such conversation of this person, or it was erased meanwhile.
        NotReady: a list is asked for and no version is live.
    """
    stored = _conversation(said)
    guide = current_guide().guide
    turn = hear(
        guide,
        said.message,
        state=stored.state,
        shown=stored.shown,
        remove=said.remove,
        location=said.location,
        language=said.language,
    )
    found = _recommend(said, turn, request_id or new_id()) if turn.lists else None
    items = [(r.card.item_id, r.why.text if r.why else "") for r in found.items] if found else []
    answer, written_by = _phrase(guide, turn, items, stored)
    reply = _reply(stored, turn, found, answer, written_by)
    shown = [{"item_id": key, "reason": why} for key, why in items]
    number = save_turn(
        said=said,
        reply=reply,
        state=turn.stored_state(),
        shown=[] if turn.intent == "restart" else shown or stored.shown,
    )
    return replace(reply, turn=number)


def _conversation(said: ChatMessage) -> StoredConversation:
    if said.conversation_id:
        return conversation_of(
            conversation_id=said.conversation_id,
            user_id=said.user_id,
            session_id=said.session_id,
        )
    return StoredConversation(new_id(), said.user_id or "", said.session_id or "", {}, (), 0)


def _recommend(said: ChatMessage, turn: HeardTurn, request_id: str) -> Recommendation:
    """The list, by the filter that the conversation comes to."""
    plan, state = turn.plan, turn.state
    here = said.location or (None, None)
    question = ListRequest(
        user_id=said.user_id,
        session_id=said.session_id,
        history=(state.similar_to,) if state.similar_to else None,
        n=said.n,
        placement=said.placement or settings().chat.placement,
        context=RequestContext(page="chat", hour=turn.hour, latitude=here[0], longitude=here[1]),
        exclude=(*state.excluded, *filter(None, (state.similar_to,))),
        include=plan.include,
        filter=plan.filter,
        explain=True,
        language=turn.language,
    )
    return serving.answer(question, request_id=request_id)


def _phrase(
    guide: Guide,
    turn: HeardTurn,
    items: list[tuple[str, str]],
    stored: StoredConversation,
) -> tuple[str, str]:
    """The answer and who wrote it; what a language model writes is checked, or not shown."""
    template, titles = spoken(guide, turn, items, stored.shown)
    rewritten = rewrite(template, titles)
    if not rewritten:
        return template, "template"
    if wrong := unfounded(guide, rewritten, template=template, titles=titles):
        log.warning("a rewriting is not shown: %s", wrong)
        return template, "template"
    return rewritten, settings().chat.llm_model or "language model"


def _reply(
    stored: StoredConversation,
    turn: HeardTurn,
    found: Recommendation | None,
    answer: str,
    written_by: str,
) -> ChatReply:
    plan = turn.plan
    return ChatReply(
        conversation_id=stored.conversation_id,
        turn=stored.turns + 1,
        understanding=turn.understanding(),
        applied=turn.chips(plan.applied),
        dropped=turn.chips(plan.dropped),
        impossible=turn.chips(plan.impossible),
        recommendation=found,
        answer=answer,
        written_by=written_by,
    )
