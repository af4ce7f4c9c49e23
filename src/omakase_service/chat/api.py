"""HTTP: conversations and search."""

from typing import Any

from django.http import HttpResponse
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
from omakase_service.chat.services.talking import talk
from omakase_service.chat.services.transcripts import record_satisfaction
from omakase_service.platform.access import OWN_READ, OWN_WRITE, own_person
from omakase_service.platform.json import answered
from omakase_service.platform.requests import ServiceRequest

router = Router(tags=["chat"], auth=OWN_READ)
search_router = Router(tags=["chat"], auth=OWN_READ)


@router.post("", response=ChatOut, operation_id="chat", summary="Say something in a conversation")
def chat(request: ServiceRequest, said: ChatRequest) -> HttpResponse:
    """Say something in a conversation."""
    own = own_person(request.auth, user_id=said.user_id, session_id=said.session_id)
    message = ChatMessage(
        message=said.message,
        conversation_id=said.conversation_id or "",
        user_id=own.user_id,
        session_id=own.session_id,
        n=said.n,
        remove=tuple(said.remove),
        location=said.location,
        language=said.language,
        placement=said.placement,
    )
    return answered(reply_fields(request, talk(said=message, request_id=request.request_id)))


@router.post(
    "/{conversation_id}/feedback",
    response={204: None},
    auth=OWN_WRITE,
    operation_id="record_chat_feedback",
    summary="Record satisfaction (1 to 5) and chosen items of a conversation",
)
def chat_feedback(
    request: ServiceRequest, conversation_id: str, said: ChatFeedbackIn
) -> Status[Any]:
    """Record satisfaction (1 to 5) and chosen items of a conversation."""
    own = own_person(request.auth, user_id=said.user_id, session_id=said.session_id)
    record_satisfaction(
        conversation_id=conversation_id,
        user_id=own.user_id,
        session_id=own.session_id,
        satisfaction=said.satisfaction,
        chosen=said.chosen,
    )
    return Status(204, None)


@search_router.get(
    "", response=SearchOut, operation_id="search_items", summary="Search the catalog by words"
)
def search_items(request: ServiceRequest, asked: Query[SearchQuery]) -> dict[str, Any]:
    """Search the catalog by words."""
    own = own_person(request.auth, user_id=asked.user_id, session_id=asked.session_id)
    found = search(query=asked.q, n=asked.n, user_id=own.user_id, session_id=own.session_id)
    return {"items": hit_fields(found), "total": len(found), "request_id": request.request_id}
