"""Whether this process lives, and whether it can answer."""

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from omakase_service.answers import behind
from omakase_service.events import keeping
from omakase_service.online import services as online
from omakase_service.online.contracts import ALL
from omakase_service.platform.refusals import NotReady
from omakase_service.serving import live


def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; asks nobody."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 where recommendations are answered, 503 where not; each part by its name.

    A process whose database went away goes on answering: it is degraded, and says so.
    """
    parts = {
        "database": _database(),
        "model": _model(),
        "journal": "events wait for the database" if keeping.waiting() else "ok",
        "online": "down" if online.read([ALL]) is None else "ok",
        "answers": f"{behind.dropped()} were not logged" if behind.dropped() else "ok",
    }
    answering = parts["model"] == "ok"
    status = "ok" if set(parts.values()) == {"ok"} else "degraded" if answering else "unavailable"
    return JsonResponse({"status": status, "parts": parts}, status=200 if answering else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "down"
    return "ok"


def _model() -> str:
    try:
        live.now()
    except NotReady:
        return "none is live"
    return "ok"
