"""Delete all items, all people or all events."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from omakase_service.console.pages import act, address, address_of_job, needs, param
from omakase_service.console.translations import say
from omakase_service.jobs.services import queue
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.privacy.contracts import CONFIRMATION, PURGE

KINDS = (("items", "Items"), ("users", "People"), ("events", "Events"))
PURGES = [(of, title, CONFIRMATION.format(of=of)) for of, title in KINDS]
"""What may be deleted, its title, and what is written by whoever means it."""


@needs(Role.ADMINISTER)
@require_POST
def start(request: ServiceRequest) -> HttpResponse:
    """Ask for it; what is written must be what the page says."""
    of, confirm = param(request, "of"), param(request, "confirm")
    author = request.user.get_username()

    def ask() -> int:
        phrases = {each: phrase for each, _, phrase in PURGES}
        if of not in phrases or confirm != phrases[of]:
            raise Invalid(say("Write the words as they stand there to delete all."))
        parameters = {"of": of, "confirm": confirm, "author": author}
        return queue.enqueue(kind=PURGE, parameters=parameters)

    words = say("The deletion is asked for. Until a worker begins it, it can be cancelled.")
    return act(request, ask, words, address("imports"), address_of_job)
