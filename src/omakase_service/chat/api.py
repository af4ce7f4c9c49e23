"""HTTP: conversations and search."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Status

from omakase_service.chat.contracts import ChatMessage
from omakase_service.chat.schemas import (
    ChatFeedbackIn,
    ChatOut,
    ChatRequest,
    SearchOut,
    SearchQuery,
    hit_fields,
    reply_fields,
)
from omakase_service.chat.services.searching import search
from omakase_service.chat.services.streaming import AnswerPart, ListReady, Step, answer_in_steps
from omakase_service.chat.services.talking import draft_of, talk
from omakase_service.chat.services.transcripts import record_satisfaction
from omakase_service.platform.access import OWN_READ, OWN_WRITE, own_person
from omakase_service.platform.exceptions import ServiceError
from omakase_service.platform.json import event_bytes, json_response
from omakase_service.platform.requests import ServiceRequest

router = Router(tags=["chat"], auth=OWN_READ)
search_router = Router(tags=["chat"], auth=OWN_READ)


@router.post("", response=ChatOut, operation_id="chat", summary="Say something in a conversation")
def chat(request: ServiceRequest, said: ChatRequest) -> HttpResponse:
    """Say something in a conversation."""
    message = _message(request, said)
    return json_response(reply_fields(request, talk(said=message, request_id=request.request_id)))


@router.post(
    "/stream",
    operation_id="chat_stream",
    summary="Say something, and read the answer while it is written",
    openapi_extra={
        "responses": {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
    },
)
def chat_stream(request: ServiceRequest, said: ChatRequest) -> StreamingHttpResponse:
    """Server-sent events: `list` (a reply as of `chat`, by templates), `words` (`{"text": …}`, more
    of the answer), `answer` (the reply as it is kept; it takes the place of all words before).
    """
    draft = draft_of(said=_message(request, said), request_id=request.request_id)
    events = StreamingHttpResponse(
        _events(request, answer_in_steps(draft)), content_type="text/event-stream; charset=utf-8"
    )
    events["Cache-Control"] = "no-store"
    events["X-Accel-Buffering"] = "no"
    return events


def _events(request: ServiceRequest, steps: Iterator[Step]) -> Iterator[bytes]:
    try:
        for step in steps:
            if isinstance(step, AnswerPart):
                yield event_bytes("words", {"text": step.text})
            else:
                name = "list" if isinstance(step, ListReady) else "answer"
                yield event_bytes(name, reply_fields(request, step.reply))
    except ServiceError as error:
        yield event_bytes("error", {"code": error.code, "title": str(error)})


def _message(request: ServiceRequest, said: ChatRequest) -> ChatMessage:
    visitor = own_person(request.auth, user_id=said.user_id, session_id=said.session_id)
    return ChatMessage(
        message=said.message,
        conversation_id=said.conversation_id or "",
        user_id=visitor.user_id,
        session_id=visitor.session_id,
        n=said.n,
        remove=tuple(said.remove),
        location=said.location,
        language=said.language,
        placement=said.placement,
    )


@router.post(
    "/{conversation_id}/feedback",
    response={204: None},
    auth=OWN_WRITE,
    operation_id="record_chat_feedback",
    summary="Record satisfaction (1 to 5) with a conversation or an answer, and chosen items",
)
def chat_feedback(
    request: ServiceRequest, conversation_id: str, said: ChatFeedbackIn
) -> Status[Any]:
    """Record satisfaction (1 to 5) with a conversation or an answer, and chosen items."""
    visitor = own_person(request.auth, user_id=said.user_id, session_id=said.session_id)
    record_satisfaction(
        conversation_id=conversation_id,
        user_id=visitor.user_id,
        session_id=visitor.session_id,
        satisfaction=said.satisfaction,
        chosen=said.chosen,
        turn=said.turn,
    )
    return Status(204, None)


@search_router.get(
    "", response=SearchOut, operation_id="search_items", summary="Search the catalog by words"
)
def search_items(request: ServiceRequest, asked: Query[SearchQuery]) -> dict[str, Any]:
    """Search the catalog by words."""
    visitor = own_person(request.auth, user_id=asked.user_id, session_id=asked.session_id)
    hits = search(query=asked.q, n=asked.n, user_id=visitor.user_id, session_id=visitor.session_id)
    return {"items": hit_fields(hits), "total": len(hits), "request_id": request.request_id}
