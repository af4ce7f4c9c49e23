"""Everything that was brought in, as files to take along: written by a job, downloaded here."""

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from omakase_service.backup.contracts import EXPORTING
from omakase_service.console.pages import act, address, address_of_job, needs, param
from omakase_service.console.translations import say
from omakase_service.jobs.services import queue
from omakase_service.platform.exports import export_file
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role


@needs(Role.ADMINISTER)
@require_POST
def start(request: ServiceRequest) -> HttpResponse:
    """Ask for an archive of items, users and events."""
    form = param(request, "format") or "jsonl"
    return act(
        request,
        lambda: queue.enqueue(kind=EXPORTING, parameters={"format": form}),
        say("The export is asked for. A worker begins it as soon as one is free."),
        address("imports"),
        address_of_job,
    )


@needs(Role.ADMINISTER)
@require_GET
def download(request: ServiceRequest) -> FileResponse:
    """One of the files."""
    file = export_file(name=param(request, "name"))
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)
