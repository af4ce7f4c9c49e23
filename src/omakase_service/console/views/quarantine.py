"""Events put aside and brought back: what it would do, said before it is done."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from omakase_service.console.pages import act, address, needs, number_param, page, param
from omakase_service.console.translations import say
from omakase_service.events import quarantine
from omakase_service.events.quarantine_contracts import EventSelection
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.platform.validation import messages

DAY_SECONDS = 86_400
LATEST = 100


@dataclass(frozen=True, slots=True)
class ChosenVisitors:
    """Whose events would be put aside: a user, or a session of nobody known."""

    users: Sequence[str]
    sessions: Sequence[str]

    @property
    def names(self) -> Sequence[str]:
        """All of them."""
        return (*self.users, *self.sessions)

    def selection(self, *, since: int | None = None) -> EventSelection:
        """Their events, all or from a moment on.

        Raises:
            Invalid: nobody is named, or an id cannot be one.
        """
        if not self.names:
            raise Invalid(say("Name whose events are meant."))
        try:
            return EventSelection(
                user_ids=list(self.users), session_ids=list(self.sessions), since=since
            )
        except ValidationError as error:
            raise Invalid(messages(error, EventSelection)[0]) from error


@needs(Role.ADMINISTER)
@require_GET
def quarantine_list(request: ServiceRequest) -> HttpResponse:
    """What is aside; and of whoever is named, what would be."""
    person = _person(request)
    return page(
        request,
        "quarantine",
        "alerts",
        cards=[(each, ", ".join(each.names)) for each in quarantine.quarantines(limit=LATEST)],
        person=person if person.names else None,
        every=_number(person, None),
        lately=_number(person, _yesterday()),
    )


@needs(Role.ADMINISTER)
@require_POST
def put_aside(request: ServiceRequest) -> HttpResponse:
    """Put events of people or sessions aside."""
    person, reason = _person(request), param(request, "reason")[:500]
    since = _yesterday() if param(request, "span") == "day" else None
    return act(
        request,
        lambda: quarantine.quarantine(
            selection=person.selection(since=since),
            reason=reason,
            author=request.user.get_username(),
        ),
        say("What {name} did is aside. Lists follow at once, models with the next training.",
            name=", ".join(person.names)),
        address("quarantine"),
    )  # fmt: skip


@needs(Role.ADMINISTER)
@require_POST
def bring_back(request: ServiceRequest) -> HttpResponse:
    """Bring what was put aside back into the log."""
    number = number_param(request, "number")
    if number is None:
        raise Invalid(say("Name what is aside by its number."))
    return act(
        request,
        lambda: quarantine.release(number=number),
        say("What was aside as {number} is back; the next training learns of it.", number=number),
        address("quarantine"),
    )


def _person(request: ServiceRequest) -> ChosenVisitors:
    values = request.POST if request.method == "POST" else request.GET
    return ChosenVisitors(
        *([each for each in values.getlist(key) if each] for key in ("user", "session"))
    )


def _number(person: ChosenVisitors, since: int | None) -> int:
    return quarantine.count_chosen(person.selection(since=since)) if person.names else 0


def _yesterday() -> int:
    return int(time.time()) - DAY_SECONDS
