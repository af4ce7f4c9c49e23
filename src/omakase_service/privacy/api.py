"""HTTP: a person's settings, numbers, data; and the door by which they leave."""

from datetime import UTC, datetime
from typing import Any

from ninja import Field, Router, Schema

from omakase_service.catalog.api import users
from omakase_service.catalog.contracts import UserIn, UserSettings
from omakase_service.catalog.selectors import settings_of
from omakase_service.catalog.services import upsert_users
from omakase_service.events.services import merge_session
from omakase_service.platform.access import OWN_READ, OWN_WRITE, WRITE, own_person
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Id
from omakase_service.privacy import selectors, services

router = Router(tags=["users"])


class CategoryCount(Schema):
    """A category and how often it was chosen."""

    category: str
    events: int


class StatsOut(Schema):
    """A person in numbers."""

    user_id: str
    events: int
    kinds: dict[str, int] = Field(description="how many events of each kind")
    first: datetime | None
    last: datetime | None
    items: int = Field(description="different ones they had to do with")
    rating: float | None = Field(description="mean of what they gave")
    categories: list[CategoryCount] = Field(description="of the newest events")
    recommendations: int = Field(description="lists they were given")


class ExportOut(Schema):
    """All that is stored of a person."""

    user: dict[str, Any] | None
    events: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    further: dict[str, Any] = Field(description="by what stores it: conversations, …")


class ReceiptOut(Schema):
    """What was removed of a person."""

    receipt: int = Field(description="number of the erasure")
    user_id: str
    time: datetime
    rows: dict[str, int] = Field(description="removed from each table")
    at_hand: int = Field(description="entries removed from what processes have at hand")
    pending: list[str] = Field(
        description="where something is left for now, each with the date of its end"
    )


class SessionIn(Body):
    """A session that turned out to be a user's."""

    session_id: Id


class MergedOut(Schema):
    """What became of a session."""

    events: int = Field(description="that are the user's now")


@router.get(
    "/{id:user_id}/settings",
    response=UserSettings,
    auth=OWN_READ,
    operation_id="get_user_settings",
    summary="Get a user's personalisation settings",
)
def get_settings(request: ServiceRequest, user_id: Id) -> UserSettings:
    """Get a user's personalisation settings."""
    own_person(request.auth, user_id=user_id)
    return settings_of(user_id=user_id)


@router.patch(
    "/{id:user_id}/settings",
    response=UserSettings,
    auth=OWN_WRITE,
    operation_id="update_user_settings",
    summary="Change a user's personalisation settings; the next answer follows them",
)
def patch_settings(request: ServiceRequest, user_id: Id, fields: UserSettings) -> UserSettings:
    """Change a user's personalisation settings; the next answer follows them."""
    own_person(request.auth, user_id=user_id)
    named = fields.model_dump(exclude_unset=True)
    upsert_users(users=[UserIn(user_id=user_id, **named)])
    return settings_of(user_id=user_id)


@router.get(
    "/{id:user_id}/stats",
    response=StatsOut,
    auth=OWN_READ,
    operation_id="get_user_stats",
    summary="Get a user's activity statistics",
)
def get_stats(request: ServiceRequest, user_id: Id) -> dict[str, Any]:
    """Get a user's activity statistics."""
    own_person(request.auth, user_id=user_id)
    stats = selectors.stats_of(user_id=user_id)
    return {
        "user_id": user_id,
        "events": stats.events,
        "kinds": dict(stats.kinds),
        "first": _moment(stats.first),
        "last": _moment(stats.last),
        "items": stats.items,
        "rating": stats.rating,
        "categories": [{"category": name, "events": n} for name, n in stats.categories],
        "recommendations": stats.answers,
    }


@router.get(
    "/{id:user_id}/export",
    response=ExportOut,
    auth=OWN_READ,
    operation_id="export_user",
    summary="Export all data stored about a user",
)
def export(request: ServiceRequest, user_id: Id) -> Any:
    """Export all data stored about a user."""
    own_person(request.auth, user_id=user_id)
    return selectors.everything_of(user_id=user_id)


@router.post(
    "/{id:user_id}/sessions",
    response=MergedOut,
    auth=WRITE,
    operation_id="merge_session",
    summary="Merge an anonymous session into a user account",
)
def merge(request: ServiceRequest, user_id: Id, session: SessionIn) -> dict[str, int]:
    """Merge an anonymous session into a user account."""
    return {"events": merge_session(user_id=user_id, session_id=session.session_id)}


@users.delete(
    "/{id:user_id}",
    response=ReceiptOut,
    auth=WRITE,
    operation_id="erase_user",
    summary="Erase a user: profile, events, answers and cached state",
)
def delete(request: ServiceRequest, user_id: Id) -> dict[str, Any]:
    """Erase a user: profile, events, answers and cached state."""
    receipt = services.erase_user(user_id=user_id)
    return {
        "receipt": receipt.number,
        "user_id": user_id,
        "time": _moment(receipt.time),
        "rows": dict(receipt.rows),
        "at_hand": receipt.at_hand,
        "pending": list(receipt.pending),
    }


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
