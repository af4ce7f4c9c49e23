"""A message is heard, a list is asked of serving, an answer is given."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    draft = draft_of(said=said, request_id=request_id)
    rewritten = rewrite(draft.template, draft.titles)
    return finish_reply(draft, rewritten)


@dataclass(frozen=True)
class Draft:
    """A message with its list, before the answer has its words.

    Attributes:
        items: (item id, reason) of the list.
        template: the answer as templates have it; titles: that it names, in order.
    """

    said: ChatMessage
    guide: Guide
    stored: StoredConversation
    turn: HeardTurn
    found: Recommendation | None
    items: Sequence[tuple[str, str]]
    template: str
    titles: Sequence[str]

    def reply(self, answer: str, written_by: str) -> ChatReply:
        """The reply, not kept yet."""
        return _reply(self.stored, self.turn, self.found, answer, written_by)


def draft_of(*, said: ChatMessage, request_id: str = "") -> Draft:
    """Hear a message and ask for its list; raises what `talk` does."""
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
    recommendation = _recommend(said, turn, request_id or new_id()) if turn.lists else None
    items = (
        [(r.card.item_id, r.why.text if r.why else "") for r in recommendation.items]
        if recommendation
        else []
    )
    template, titles = spoken(guide, turn, items, stored.shown)
    return Draft(said, guide, stored, turn, recommendation, items, template, titles)


def finish_reply(draft: Draft, rewritten: str) -> ChatReply:
    """The reply in the words of a language model, where they are true; and both are kept."""
    answer, written_by = _check_rewriting(draft, rewritten)
    reply = draft.reply(answer, written_by)
    cards = [{"item_id": key, "reason": why} for key, why in draft.items]
    number = save_turn(
        said=draft.said,
        reply=reply,
        state=draft.turn.stored_state(),
        shown=[] if draft.turn.intent == "restart" else cards or draft.stored.shown,
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
    location = said.location or (None, None)
    question = ListRequest(
        user_id=said.user_id,
        session_id=said.session_id,
        history=(state.similar_to,) if state.similar_to else None,
        n=said.n,
        placement=said.placement or settings().chat.placement,
        context=RequestContext(
            page="chat", hour=turn.hour, latitude=location[0], longitude=location[1]
        ),
        exclude=(*state.excluded, *filter(None, (state.similar_to,))),
        include=plan.include,
        filter=plan.filter,
        explain=True,
        language=turn.language,
    )
    return serving.answer(question, request_id=request_id)


def _check_rewriting(draft: Draft, rewritten: str) -> tuple[str, str]:
    """The answer and who wrote it; what a language model writes is checked, or not shown."""
    template = draft.template
    if not rewritten:
        return template, "template"
    if wrong := unfounded(draft.guide, rewritten, template=template, titles=draft.titles):
        log.warning("a rewriting is not shown: %s", wrong)
        return template, "template"
    chosen = settings().chat
    is_local = not chosen.llm_url and chosen.local_model is not None
    return rewritten, "local model" if is_local else chosen.llm_model or "language model"


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
