"""Whether this process lives, whether it can answer, and how it does."""

import time

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from omakase_service.events import ingest
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import ALL
from omakase_service.platform import metrics
from omakase_service.platform.access import ADMIN
from omakase_service.platform.errors import of_service
from omakase_service.platform.exceptions import NotReady, ServiceError
from omakase_service.recommendation_log import spool, writer
from omakase_service.serving import live_version
from omakase_service.serving.cache import cache
from omakase_settings import settings


def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; asks nobody."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 where recommendations are answered, 503 where not; each part by its name.

    A process whose database went away goes on answering: it is degraded, and says so.
    """
    database = _database()
    parts = {
        "database": database,
        "model": _model(),
        "journal": _journal(database),
        "online": "down" if online.read([ALL]) is None else "ok",
        "answers": _answers(),
        "vectors": _vectors(),
        "placements": _placements(),
    }
    answering = parts["model"] == "ok"
    status = "ok" if set(parts.values()) == {"ok"} else "degraded" if answering else "unavailable"
    return JsonResponse({"status": status, "parts": parts}, status=200 if answering else 503)


def figures(request: HttpRequest) -> HttpResponse:
    """What Prometheus collects, of all processes of this server; for a key with admin."""
    if not settings().web.open_metrics:
        try:
            ADMIN(request)
        except ServiceError as refused:
            return of_service(request, refused)
    return HttpResponse(metrics.text(GAUGES), content_type=metrics.CONTENT_TYPE)


def _model_age() -> float:
    try:
        return time.time() - live_version.now().live.learnt
    except NotReady:
        return float("nan")


def _stores_away() -> float:
    try:
        return float(len(live_version.now().live.away))
    except NotReady:
        return 0.0


GAUGES: metrics.Gauges = {
    "omakase_answers_waiting": (
        "Answers of this process that wait to be logged",
        lambda: float(writer.waiting()),
    ),
    "omakase_answers_dropped": (
        "Answers of this process that found no place in the queue",
        lambda: float(writer.dropped()),
    ),
    "omakase_answers_aside": (
        "1 where answers lie on the disk until the database is back",
        lambda: float(spool.waiting()),
    ),
    "omakase_events_waiting": (
        "1 where events wait for the database",
        lambda: float(ingest.waiting()),
    ),
    "omakase_cache_entries": ("Answers kept by this process", lambda: float(len(cache()))),
    "omakase_vector_stores_away": ("Stores of vectors that are away", _stores_away),
    "omakase_model_age_seconds": ("Since the live version began to learn", _model_age),
}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "down"
    return "ok"


def _journal(database: str) -> str:
    if database == "down" and ingest.journal().is_full:
        return "the disk is full; events are refused"
    return "events wait for the database" if ingest.waiting() else "ok"


def _answers() -> str:
    if writer.is_losing():
        return f"{writer.dropped()} were not logged"
    return "they wait for the database" if spool.waiting() else "ok"


def _vectors() -> str:
    try:
        away = live_version.now().live.away
    except NotReady:
        return "ok"
    return f"{', '.join(away)} away" if away else "ok"


def _placements() -> str:
    try:
        misfits = live_version.now().standing.misfits
    except NotReady:
        return "ok"
    return "; ".join(f"{name}: {why}" for name, why in misfits.items()) or "ok"


def _model() -> str:
    try:
        live_version.now()
    except NotReady:
        return "none is live"
    return "ok"
