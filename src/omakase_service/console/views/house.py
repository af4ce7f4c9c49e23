"""Alerts, conversations and settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel, SecretStr

from omakase_service.alerts.selectors import incidents
from omakase_service.catalog.contracts import ItemCard
from omakase_service.chat.selectors import recent_conversations, transcript
from omakase_service.console.pages import REFUSALS, act, address, address_of_job, needs, page, param
from omakase_service.console.translations import say
from omakase_service.events.quarantine import quarantines
from omakase_service.jobs.services import queue
from omakase_service.platform.invitations import open_invitations
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.platform.staff import staff
from omakase_service.serving import live_version
from omakase_settings import settings

LATEST = 100
Line = tuple[str, str, bool, str]
"""Name, value, whether it is another than by default, and what it means."""


@needs(Role.SEE)
@require_GET
def alert_list(request: ServiceRequest) -> HttpResponse:
    """What is wrong, and what was."""
    cards = incidents()
    open_ones = [each for each in cards if each.closed is None]
    closed = [each for each in cards if each.closed is not None]
    return page(
        request,
        "alerts",
        "alerts",
        open=open_ones,
        closed=closed,
        aside=_names_aside(),
        is_told=bool(settings().alerts.webhook_url),
    )


def _names_aside() -> set[str]:
    """Users and sessions that something is aside of, among the latest quarantines."""
    cards = [each for each in quarantines(limit=LATEST) if each.released is None]
    return {name for each in cards for name in each.names}


@needs(Role.EDIT)
@require_POST
def check_alerts(request: ServiceRequest) -> HttpResponse:
    """Ask for a check now."""
    return act(
        request,
        lambda: queue.enqueue(kind="check_alerts"),
        say("The check is asked for. A worker begins it as soon as one is free."),
        address("alerts"),
        address_of_job,
    )


@needs(Role.SEE)
@require_GET
def conversation_list(request: ServiceRequest) -> HttpResponse:
    """The conversations that somebody spoke in last."""
    return page(request, "conversations", "conversations", conversations=recent_conversations())


@needs(Role.SEE)
@require_GET
def conversation(request: ServiceRequest) -> HttpResponse:
    """One conversation, turn by turn."""
    card, turns = transcript(conversation_id=param(request, "id"))
    cards = _cards()
    lines = [(turn, [(key, _title(cards.get(key), key)) for key in turn.items]) for turn in turns]
    return page(request, "conversation", "conversations", card=card, turns=lines)


@needs(Role.ADMINISTER)
@require_GET
def setting_list(request: ServiceRequest) -> HttpResponse:
    """All settings as they are in force, without secrets; and who may log in."""
    return page(
        request,
        "settings",
        "settings",
        topics=_topics(),
        staff=staff(),
        invitations=open_invitations(),
        roles=list(Role),
        may_mail=bool(settings().digests.sender),
    )


def _cards() -> Mapping[str, ItemCard]:
    """Items as the live version knows them; none where nothing is live."""
    try:
        return live_version.now().live.cards
    except REFUSALS:
        return {}


def _title(card: ItemCard | None, item_id: str) -> str:
    return item_id if card is None else card.title


def _topics() -> list[tuple[str, list[Line]]]:
    """The settings by topic; those without one first."""
    topics, alone = [], []
    for name, info in type(settings()).model_fields.items():
        value = getattr(settings(), name)
        if isinstance(value, BaseModel):
            topics.append((name, list(_lines(name, value))))
        else:
            alone.append((name, _text_of(value), value != info.default, info.description or ""))
    return [("", alone), *topics]


def _lines(topic: str, value: BaseModel) -> Iterator[Line]:
    for name, info in type(value).model_fields.items():
        own = getattr(value, name)
        changed = own != info.get_default(call_default_factory=True)
        yield f"{topic}.{name}", _text_of(own), changed, info.description or ""


def _text_of(value: Any) -> str:
    """A value for people; a secret is set or not, and never shown."""
    if isinstance(value, SecretStr) or (
        isinstance(value, tuple) and any(isinstance(each, SecretStr) for each in value)
    ):
        return say("set")
    if value is None or value == () or value == {} or value == "":
        return "–"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)
