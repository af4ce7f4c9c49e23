"""Health, open to anybody, and figures."""

from typing import Any

from omakase_service.gorse.http import Call, GorseRoute, Reply, require_key, text
from omakase_service.platform import metrics
from omakase_service.platform.contracts import Scope
from omakase_service.platform.health import database_health
from omakase_service.platform.registry import gauges
from omakase_settings import settings


def live(call: Call) -> dict[str, Any]:
    """Whether the process answers, and how its stores are."""
    return _status()


def ready(call: Call) -> dict[str, Any] | Reply:
    """As `live`; 503 while the database is down."""
    status = _status()
    return status if status["Ready"] else text(503, "the database is down")


def figures(call: Call) -> Reply:
    """What Prometheus reads; as on the other port, to a key with admin where it is not open."""
    if not settings().web.open_metrics:
        require_key(call.request, Scope.ADMIN)
    return Reply(metrics.text(dict(gauges.items())), metrics.CONTENT_TYPE)


def _status() -> dict[str, Any]:
    is_up = database_health() == "ok"
    error = None if is_up else "the database is down"
    return {
        "Ready": is_up,
        "DataStoreError": error,
        "CacheStoreError": error,
        "DataStoreConnected": is_up,
        "CacheStoreConnected": is_up,
    }


ROUTES = (
    GorseRoute("GET", "/api/health/live", live, scope=None),
    GorseRoute("GET", "/api/health/ready", ready, scope=None),
    GorseRoute("GET", "/metrics", figures, scope=None),
)
