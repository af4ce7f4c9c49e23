"""Feeds: catalogs at an address, kept, read now, and read no more."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.views.decorators.http import require_POST
from pydantic import TypeAdapter, ValidationError

from omakase_service.console.pages import act, address, address_of_job, needs, param
from omakase_service.console.translations import say
from omakase_service.feeds.contracts import JOB, FeedCard, FeedIn, FeedName
from omakase_service.feeds.selectors import feed_by_name
from omakase_service.feeds.services import delete_feed, save_feed
from omakase_service.jobs.services import queue
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role

NAME: TypeAdapter[str] = TypeAdapter(FeedName)
CRONS = (
    ("every night", "30 4 * * *"),
    ("every hour", "7 * * * *"),
    ("every quarter of an hour", "*/15 * * * *"),
    ("when somebody asks", ""),
)
"""When a feed is read, in words."""

FIELDS = ("url", "format", "missing", "cron")
"""Of the form beside the name; none is chosen where a field is empty, but for the last."""


@needs(Role.ADMINISTER)
@require_POST
def save(request: ServiceRequest) -> HttpResponse:
    """Keep a feed, and ask for its first reading."""
    name = param(request, "name")

    def keep() -> int:
        _save(name, {field: param(request, field) for field in FIELDS})
        return queue.enqueue(kind=JOB, parameters={"feed": name})

    words = say("The feed {name} is kept, and is read now.", name=name)
    return act(request, keep, words, address("sources"), address_of_job)


@needs(Role.EDIT)
@require_POST
def read(request: ServiceRequest) -> HttpResponse:
    """Ask for what has changed in a feed."""
    name = param(request, "name")

    def ask() -> int:
        feed_by_name(name=name)
        return queue.enqueue(kind=JOB, parameters={"feed": name})

    words = say("The import is asked for. A worker begins it as soon as one is free.")
    return act(request, ask, words, address("sources"), address_of_job)


@needs(Role.ADMINISTER)
@require_POST
def delete(request: ServiceRequest) -> HttpResponse:
    """Read a feed no more."""
    name = param(request, "name")
    words = say("The feed {name} is read no more; its items stay.", name=name)
    return act(request, lambda: delete_feed(name=name), words, address("sources"))


def _save(name: str, fields: Mapping[str, str]) -> FeedCard:
    try:
        NAME.validate_python(name)
    except ValidationError as error:
        words = say("Name the feed with small letters, digits and hyphens.")
        raise Invalid(words) from error
    try:
        named = {field: value for field, value in fields.items() if value or field == "cron"}
        feed = FeedIn.model_validate(named)
    except ValidationError as error:
        raise Invalid(say("The address or the format cannot be read.")) from error
    return save_feed(name=name, feed=feed)
