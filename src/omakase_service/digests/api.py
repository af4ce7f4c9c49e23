"""HTTP: where people's digests go, for the owner's own systems."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from omakase_service.digests import selectors, services
from omakase_service.digests.contracts import RecipientIn
from omakase_service.digests.models import Recipient
from omakase_service.digests.previews import preview_digest
from omakase_service.platform.access import READ, WRITE
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Id
from omakase_service.serving.contracts import Language

router = Router(tags=["digests"])
TYPES = {"html": "text/html", "text": "text/plain"}


class RecipientsIn(Body):
    """Many people's addresses."""

    recipients: list[RecipientIn] = Field(max_length=1000)


class RecipientOut(Schema):
    """Where somebody's digests go, and when."""

    user_id: str
    address: str
    language: str
    time_zone: str
    hour: int | None
    every_days: int | None
    last_at: datetime | None = Field(description="when the last one was sent")
    next_at: datetime | None = Field(description="when the next one is due; none: given up")


class RecipientsOut(Schema):
    """What became of addresses."""

    created: int
    updated: int


@router.post(
    "/recipients",
    response=RecipientsOut,
    auth=WRITE,
    operation_id="upsert_digest_recipients",
    summary="Store where people's digests go",
)
def upsert_recipients(request: HttpRequest, body: RecipientsIn) -> dict[str, int]:
    """Store where people's digests go."""
    created = services.upsert_recipients(recipients=body.recipients)
    return {"created": created, "updated": len({r.user_id for r in body.recipients}) - created}


@router.get(
    "/recipients/{id:user_id}",
    response=RecipientOut,
    auth=READ,
    operation_id="get_digest_recipient",
    summary="Get where a user's digests go, and when the next is due",
)
def get_recipient(request: HttpRequest, user_id: Id) -> Recipient:
    """Get where a user's digests go, and when the next is due."""
    return selectors.recipient_of(user_id=user_id)


@router.delete(
    "/recipients/{id:user_id}",
    response={204: None},
    auth=WRITE,
    operation_id="delete_digest_recipient",
    summary="Forget where a user's digests go",
)
def delete_recipient(request: HttpRequest, user_id: Id) -> Status[Any]:
    """Forget where a user's digests go."""
    services.remove_recipient(user_id=user_id)
    return Status(204, None)


@router.get(
    "/preview",
    auth=READ,
    operation_id="get_digest_preview",
    summary="Get a preview of a user's digest; nothing is sent or logged",
)
def preview(
    request: HttpRequest,
    user_id: Id,
    language: Language = "en",
    form: Literal["html", "text"] = "html",
) -> HttpResponse:
    """Preview a user's digest; nothing is sent or logged."""
    digest = preview_digest(user_id=user_id, language=language)
    return HttpResponse(getattr(digest, form), content_type=f"{TYPES[form]}; charset=utf-8")
