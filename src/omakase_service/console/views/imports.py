"""Data: a file brought in the browser, looked at, imported, and taken back."""

from pathlib import Path

from django.conf import settings as django
from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from omakase_service.console.pages import (
    REFUSALS,
    act,
    address,
    address_of_job,
    in_words,
    needs,
    number_param,
    page,
    param,
)
from omakase_service.console.templatetags.console import size
from omakase_service.console.translations import say
from omakase_service.console.views.purge import PURGES
from omakase_service.events import uploads
from omakase_service.events.contracts import ImportRecord
from omakase_service.events.importing import imports, undo_import
from omakase_service.events.selectors import kinds
from omakase_service.events.upload_contracts import IMPORT_UPLOAD
from omakase_service.jobs.selectors import jobs
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.exports import export_files
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role

OURS = {
    "user_id": "User",
    "item_id": "Item",
    "kind": "Kind",
    "value": "Value",
    "time": "Time",
    "session_id": "Session",
}
"""Our columns that a file's may be columns for, and what people call them."""

LATEST = 5
TOO_LARGE = "The file is larger than {size}. Import it on the server: omakase data import."


@needs(Role.SEE)
@require_GET
def import_list(request: ServiceRequest) -> HttpResponse:
    """All imports, and a form to bring a file."""
    return page(
        request,
        "imports",
        "imports",
        imports=[(each, Path(each.path).name, _state(each)) for each in imports()],
        jobs=jobs(kind=IMPORT_UPLOAD, limit=LATEST),
        exports=export_files(),
        purges=PURGES,
        most_bytes=django.DATA_UPLOAD_MAX_MEMORY_SIZE,
    )


@needs(Role.EDIT)
@require_POST
def upload(request: ServiceRequest) -> HttpResponse:
    """Keep a file, and go to what it would become."""

    def keep() -> str:
        if int(request.META.get("CONTENT_LENGTH") or 0) > django.DATA_UPLOAD_MAX_MEMORY_SIZE:
            most = size(django.DATA_UPLOAD_MAX_MEMORY_SIZE)
            raise Invalid(say(TOO_LARGE, size=most))
        file = request.FILES.get("file")
        if file is None:
            raise Invalid(say("Choose a file first."))
        return uploads.keep_upload(name=file.name or "", pieces=file.chunks())

    return act(
        request,
        keep,
        say("The file is here. Nothing is stored yet."),
        address("imports"),
        lambda key: address("upload", key=key),
    )


@needs(Role.EDIT)
@require_GET
def preview(request: ServiceRequest) -> HttpResponse:
    """What would become of a file, and how its columns are read."""
    key = param(request, "key")
    name = uploads.upload_path(key=key).name
    mapping, kind = _mapping(request), param(request, "kind")
    outcome, refusal = None, ""
    try:
        outcome = uploads.preview_upload(key=key, mapping=mapping, kind=kind or None)
    except REFUSALS as error:
        refusal = in_words(error)
    return page(
        request,
        "upload",
        "imports",
        key=key,
        name=name,
        preview=outcome,
        refusal=refusal,
        fields=[(ours, title, mapping.get(ours, "")) for ours, title in OURS.items()],
        kinds=sorted(kinds()),
        kind=kind,
    )


@needs(Role.EDIT)
@require_POST
def start(request: ServiceRequest) -> HttpResponse:
    """Ask for the import of a file, as it was shown."""
    key, kind = param(request, "key"), param(request, "kind")
    return act(
        request,
        lambda: uploads.start_import(
            key=key,
            mapping=_mapping(request),
            kind=kind or None,
            repeated=param(request, "repeated"),
        ),
        say("The import is asked for. A worker begins it as soon as one is free."),
        address("imports"),
        address_of_job,
    )


@needs(Role.EDIT)
@require_POST
def undo(request: ServiceRequest) -> HttpResponse:
    """Take an import back."""
    number = number_param(request, "number")
    if number is None:
        raise Invalid(say("Name the import by its number."))
    return act(
        request,
        lambda: undo_import(number=number),
        say(
            "Import {number} is taken back. Models know of it until the next training.",
            number=number,
        ),
        address("imports"),
    )


@needs(Role.SEE)
@require_GET
def refused_rows(request: ServiceRequest) -> FileResponse:
    """The refused rows of an import, as a file of JSON Lines."""
    file = uploads.rejects_path(key=param(request, "key"))
    return FileResponse(file.open("rb"), as_attachment=True, filename="refused.jsonl")


def _mapping(request: ServiceRequest) -> dict[str, str]:
    """Our columns to the file's, where somebody named them."""
    columns = {ours: param(request, f"map_{ours}") for ours in OURS}
    return {ours: theirs for ours, theirs in columns.items() if theirs}


def _state(record: ImportRecord) -> str:
    if record.undone:
        return "taken back"
    return "stands" if record.finished else "broken off"
