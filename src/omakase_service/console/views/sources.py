"""Sources: databases and streams that data comes from by itself, and what they could not bring."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from omakase_service.console.pages import act, address, address_of_job, needs, page, param
from omakase_service.console.translations import say
from omakase_service.console.views.feeds import CRONS
from omakase_service.events.selectors import newest_event_time
from omakase_service.feeds.contracts import FORMATS, JOB
from omakase_service.feeds.selectors import feeds
from omakase_service.jobs.selectors import jobs
from omakase_service.jobs.services import queue
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.sql_import.selectors import query_states
from omakase_service.streams.selectors import dead_letters, letters_number, states
from omakase_settings import settings

IMPORT_SQL = "import_sql"
LATEST_JOBS, LATEST_LETTERS = 5, 20


@needs(Role.SEE)
@require_GET
def source_list(request: ServiceRequest) -> HttpResponse:
    """How far each database and stream has come."""
    return page(
        request,
        "sources",
        "sources",
        queries=query_states(),
        databases=sorted(settings().sql.sources),
        jobs=jobs(kind=IMPORT_SQL, limit=LATEST_JOBS),
        feeds=feeds(),
        feed_jobs=jobs(kind=JOB, limit=LATEST_JOBS),
        formats=FORMATS,
        crons=CRONS,
        streams=[(*each["name"].partition(":")[::2], each) for each in states()],
        letters=dead_letters(limit=LATEST_LETTERS),
        letters_number=int(letters_number()),
        newest=newest_event_time(),
    )


@needs(Role.EDIT)
@require_POST
def import_source(request: ServiceRequest) -> HttpResponse:
    """Ask for what is new in a database of the settings."""
    name = param(request, "name")

    def ask() -> int:
        if not name:
            raise Invalid(say("Name the database."))
        if name not in settings().sql.sources:
            raise Invalid(f"no database {name!r} in the settings")
        return queue.enqueue(kind=IMPORT_SQL, parameters={"source": name})

    words = say("The import is asked for. A worker begins it as soon as one is free.")
    return act(request, ask, words, address("sources"), address_of_job)
