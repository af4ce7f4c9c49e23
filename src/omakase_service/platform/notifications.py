"""Tells open pages, in every process, that something of a person has changed.

Whoever listens joins `group_of(key)` of the channel layer, which lies in memory, or in Redis where
several processes share it. Telling never waits and never fails what is told about.
"""

import asyncio
import logging
from collections.abc import Iterable
from hashlib import blake2b

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

log = logging.getLogger("omakase.news")
CHANGED = "person.changed"

bound_loop: asyncio.AbstractEventLoop | None = None


def heard_on(loop: asyncio.AbstractEventLoop | None) -> None:
    """Pages of this process are told on this loop; none: there are no pages in this process."""
    global bound_loop
    bound_loop = loop


def group_of(key: str) -> str:
    """The group of the channel layer that hears of a person; ids may hold what groups may not."""
    return f"person.{blake2b(key.encode(), digest_size=16).hexdigest()}"


def tell(keys: Iterable[str]) -> None:
    """Something of these people, by their keys of the shelf, has changed."""
    unique_keys = sorted(set(keys))
    layer = get_channel_layer()
    alone = isinstance(layer, InMemoryChannelLayer)
    if not unique_keys or layer is None or (alone and (bound_loop is None or not layer.groups)):
        return
    if bound_loop is not None:
        asyncio.run_coroutine_threadsafe(_send(layer, unique_keys), bound_loop)
    else:
        async_to_sync(_send)(layer, unique_keys)


async def _send(layer: InMemoryChannelLayer, keys: list[str]) -> None:
    try:
        for key in keys:
            await layer.group_send(group_of(key), {"type": CHANGED})
    except Exception:  # whatever the broker's client raises
        log.warning("open pages could not be told", exc_info=True)
