"""Whether this process lives, whether it can answer, and its figures for Prometheus."""

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse

from omakase_service.platform import metrics
from omakase_service.platform.access import ADMIN
from omakase_service.platform.database import connection
from omakase_service.platform.errors import of_service
from omakase_service.platform.exceptions import ServiceError
from omakase_service.platform.registry import DEGRADED, gauges, health_parts
from omakase_service.platform.requests import ServiceRequest
from omakase_settings import settings


def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; asks nobody."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 where recommendations are answered, 503 where not; each part by its name.

    A process whose database went away goes on answering: it is degraded, and says so.
    """
    parts = {name: part.check() for name, part in health_parts.items()}
    essential = [parts[name] for name, part in health_parts.items() if part.essential]
    answering = all(state == "ok" or state.startswith(DEGRADED) for state in essential)
    status = "ok" if set(parts.values()) <= {"ok"} else "degraded" if answering else "unavailable"
    return JsonResponse({"status": status, "parts": parts}, status=200 if answering else 503)


def figures(request: ServiceRequest) -> HttpResponse:
    """Metrics of all processes of this server for Prometheus; for a key with admin."""
    if not settings().web.open_metrics:
        try:
            ADMIN(request)
        except ServiceError as error:
            return of_service(request, error)
    return HttpResponse(metrics.text(dict(gauges.items())), content_type=metrics.CONTENT_TYPE)


def database_health() -> str:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "down"
    return "ok"
