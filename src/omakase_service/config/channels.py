"""How processes tell each other news: in memory, or by Redis."""

from typing import Any

from omakase_settings import Settings


def channels_of(settings: Settings) -> dict[str, Any]:
    """The channel layer: Redis where several processes share it, else this process's memory."""
    capacity = settings.realtime.waiting_messages
    if settings.redis_url is None:
        layer = "channels.layers.InMemoryChannelLayer"
        return {"BACKEND": layer, "CONFIG": {"capacity": capacity}}
    hosts = [settings.redis_url.get_secret_value()]
    return {
        "BACKEND": "omakase_service.realtime.layer.PatientRedisLayer",
        "CONFIG": {"hosts": hosts, "capacity": capacity, "prefix": "omakase:news"},
    }
