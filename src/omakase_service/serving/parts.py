"""What serving offers the house: health, figures.

Its own modules are imported when they are asked: they bring the engine, which a command that lists
keys has no need of.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omakase_service.jobs.contracts import JobContext, NoParameters
from omakase_service.platform.exceptions import NotReady
from omakase_service.platform.registry import DEGRADED, HealthPart, gauges, health_parts
from omakase_service.serving.policy_contracts import ShadowParameters

if TYPE_CHECKING:
    from omakase_service.serving.live_version import LiveState
    from omakase_settings import Placement


def live() -> "LiveState":
    """The live version.

    Raises:
        NotReady: none is live.
    """
    from omakase_service.serving import live_version

    return live_version.now()


def register() -> None:
    """Offer them."""
    health_parts.register("model", HealthPart(model_health, essential=True))
    health_parts.register("online", HealthPart(online_store_health))
    health_parts.register("vectors", HealthPart(vector_health))
    health_parts.register("placements", HealthPart(placement_health))
    gauges.register("omakase_cache_entries", ("Answers kept by this process", cache_entries))
    gauges.register("omakase_vector_stores_away", ("Stores of vectors that are away", stores_away))
    gauges.register(
        "omakase_model_age_seconds", ("Since the live version began to learn", model_age)
    )


def adopt_winner(name: str, placement: "Placement") -> None:
    """Let what the winner of an experiment says hold at its placement."""
    from omakase_service.serving.placements import adopt_variant

    adopt_variant(name, placement)


def model_health() -> str:
    """Whether a version is live, and what of it is damaged."""
    try:
        damage = live().damage
    except NotReady as error:
        return str(error) if "damaged" in str(error) else "none is live"
    return f"{DEGRADED}: {damage}" if damage else "ok"


def online_store_health() -> str:
    """Whether the online store answers; the event store stands in for it where not."""
    from omakase_service.online_store import services as online
    from omakase_service.online_store.contracts import ALL

    return "down" if online.read([ALL]) is None else "ok"


def vector_health() -> str:
    """Names of the vector stores that cannot be reached."""
    try:
        away = live().live.away
    except NotReady:
        return "ok"
    return f"{', '.join(away)} away" if away else "ok"


def placement_health() -> str:
    """Placements that the live version cannot serve, and why."""
    try:
        misfits = live().standing.misfits
    except NotReady:
        return "ok"
    return "; ".join(f"{name}: {why}" for name, why in misfits.items()) or "ok"


def cache_entries() -> float:
    """Answers kept by this process."""
    from omakase_service.serving.cache import cache

    return float(len(cache()))


def stores_away() -> float:
    """Vector stores that are away."""
    try:
        return float(len(live().live.away))
    except NotReady:
        return 0.0


def model_age() -> float:
    """Seconds since the live version began to learn; NaN where none is live."""
    try:
        return time.time() - live().live.trained_at
    except NotReady:
        return float("nan")


def shadow_job(context: JobContext, parameters: ShadowParameters) -> Mapping[str, Any]:
    """Compare a candidate with the live version; see `shadow`."""
    from omakase_service.serving import shadow

    return shadow.shadow_job(context, parameters)


def watch_job(context: JobContext, parameters: NoParameters) -> Mapping[str, Any]:
    """Watch the live version; see `live_watch`."""
    from omakase_service.serving.live_watch import watch_live

    return watch_live(context, parameters)
