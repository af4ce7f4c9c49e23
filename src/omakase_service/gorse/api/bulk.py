"""Everything in and out, for a key with admin."""

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from omakase_service.gorse import exports
from omakase_service.gorse.contracts import BadRequest, MoveReport
from omakase_service.gorse.http import Call, GorseRoute, Reply
from omakase_service.gorse.imports import import_rows
from omakase_service.platform.contracts import Scope


def export_lines(name: str, call: Call) -> Reply:
    """Users, items or feedback as JSON Lines."""
    headers = {"Content-Disposition": f"attachment;filename={name}.jsonl"}
    return Reply(exports.lines(name), "application/jsonl", headers=headers)


def import_lines(name: str, call: Call) -> dict[str, int]:
    """Store the JSON Lines of a form's field `file`.

    Raises:
        BadRequest: no such field, or a row that cannot be stored; the others are.
    """
    upload = call.request.FILES.get("file")
    if upload is None:
        raise BadRequest("send the JSON Lines as the field `file` of a multipart form")
    report = _import(upload.read())
    if report.rejected:
        raise BadRequest("; ".join(report.refused[:10]))
    return {"RowAffected": report.users + report.items + report.feedback}


def export_dump(call: Call) -> Reply:
    """Everything as a dump."""
    return Reply(exports.dump_bytes(), "application/octet-stream")


def restore(call: Call) -> dict[str, Any]:
    """Store the rows of a dump.

    Raises:
        BadRequest: it is damaged, or a row cannot be stored; what could be is.
    """
    started = time.perf_counter()
    report = _import(call.body)
    if report.rejected:
        raise BadRequest("; ".join(report.refused[:10]))
    return {
        "Users": report.users,
        "Items": report.items,
        "Feedback": report.feedback,
        "Duration": int((time.perf_counter() - started) * 1e9),
    }


def _import(body: bytes) -> MoveReport:
    with tempfile.TemporaryDirectory(prefix="omakase-gorse-") as folder:
        file = Path(folder) / "upload"
        file.write_bytes(body)
        return import_rows(file)


NAMES = ("users", "items", "feedback")
ROUTES = (
    *(
        GorseRoute("GET", f"/api/bulk/{name}", partial(export_lines, name), Scope.ADMIN)
        for name in NAMES
    ),
    *(
        GorseRoute(
            "POST",
            f"/api/bulk/{name}",
            partial(import_lines, name),
            Scope.ADMIN,
            takes_json=False,
        )
        for name in NAMES
    ),
    GorseRoute("GET", "/api/dump", export_dump, Scope.ADMIN),
    GorseRoute("POST", "/api/restore", restore, Scope.ADMIN, takes_json=False),
)
