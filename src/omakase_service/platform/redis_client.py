"""A connection to Redis that gives up soon: what it is for can do without it for a moment."""

from typing import Any

from omakase_settings import settings


def connect(url: str) -> Any:
    """A client of `redis.Redis`, which waits `redis_timeout_seconds` for an answer and no longer.

    It connects when it is first used.
    """
    import redis

    seconds = settings().redis_timeout_seconds
    return redis.Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds)
