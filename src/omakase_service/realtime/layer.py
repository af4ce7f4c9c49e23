"""The channel layer in Redis, which may be away for a while without open pages being lost."""

import asyncio
import logging
from typing import Any

from channels_redis.core import RedisChannelLayer
from redis.exceptions import RedisError

log = logging.getLogger("omakase.realtime")
PAUSE_SECONDS = 1.0
BACK = {"type": "layer.back"}
"""What a page hears when Redis is there again, which may have forgotten who listens to whom."""


class PatientRedisLayer(RedisChannelLayer):
    """Waits for Redis where it is away, and then says so."""

    async def receive(self, channel: str) -> Any:
        """The next message for a channel."""
        try:
            return await super().receive(channel)
        except (RedisError, OSError):
            log.warning("Redis is away; open pages hear no news of other processes")
        while not await self._is_there():
            await asyncio.sleep(PAUSE_SECONDS)
        return BACK

    async def _is_there(self) -> bool:
        try:
            return bool(await self.connection(0).ping())
        except (RedisError, OSError):
            return False
