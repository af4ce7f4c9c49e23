"""A shelf in Redis, which the processes of several machines share."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from omakase_service.online_store.contracts import PART, OnlineStoreDown, StoreEntry
from omakase_service.platform.nonblocking import require_thread
from omakase_service.platform.redis_client import connect

PREFIX = "omakase:shelf:"
LIVES = 7 * 86_400
"""Seconds after which a key that nobody touched is gone."""

KEEP = """
local held = redis.call('HMGET', KEYS[1], 'r', 'u')
if (held[1] or '0') ~= ARGV[1] then return 0 end
if tonumber(held[2] or '0') > tonumber(ARGV[5]) then return 0 end
redis.call('HSET', KEYS[1], 'r', ARGV[2], 'v', ARGV[3], 'f', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[6])
return 1
"""
STALE = """
for _, key in ipairs(KEYS) do
  local was = redis.call('HGET', key, 'r') or '0'
  local now = ARGV[1]
  if #was > #now or (#was == #now and was >= now) then now = was .. '1' end
  redis.call('HSET', key, 'r', now, 'f', '0', 'u', ARGV[2])
  if ARGV[4] == '1' then redis.call('HSET', key, 'v', ARGV[5]) end
  redis.call('EXPIRE', key, ARGV[3])
end
return 1
"""


class RedisStore:
    """A hash a key. Numbers stay text in the scripts: Lua's lose the last digits of nanoseconds."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        import redis

        self._errors = (redis.RedisError, OSError)
        self._redis = connect(url)
        self._keep = self._redis.register_script(KEEP)
        self._stale = self._redis.register_script(STALE)
        self._clock = clock

    def read(self, keys: Sequence[str]) -> list[StoreEntry]:
        now = self._clock()
        with self._as_store_errors():
            pipe = self._redis.pipeline(transaction=False)
            for key in keys:
                pipe.hmget(PREFIX + key, "r", "v", "f", "u")
            return [_entry(raw, now) for raw in pipe.execute()]

    def keep(self, key: str, value: bytes, *, since: int, seconds: float) -> int:
        now = self._clock()
        revision = since or time.time_ns()
        with self._as_store_errors():
            done = self._keep([PREFIX + key], [since, revision, value, now + seconds, now, LIVES])
        return revision if done else 0

    def stale(self, keys: Sequence[str], *, unsettled: float = 0.0) -> None:
        until = self._clock() + unsettled if unsettled else 0.0
        if keys:
            with self._as_store_errors():
                named = [PREFIX + key for key in keys]
                self._stale(named, [time.time_ns(), until, LIVES, "0", ""])

    def put(self, key: str, value: bytes) -> None:
        with self._as_store_errors():
            self._stale([PREFIX + key], [time.time_ns(), 0, LIVES, "1", value])

    def forget(self, keys: Sequence[str]) -> None:
        with self._as_store_errors():
            for key in keys:
                parts = self._redis.scan_iter(match=_literal(PREFIX + key + PART) + "*", count=1000)
                self._redis.delete(PREFIX + key, *parts)

    def stale_all(self) -> None:
        with self._as_store_errors():
            for key in self._redis.scan_iter(match=PREFIX + "*", count=1000):
                self._stale([key], [time.time_ns(), 0, LIVES, "0", ""])

    def overwrite_forgotten(self) -> None:
        """Redis writes a key that is gone into none of its files that come later."""

    @contextmanager
    def _as_store_errors(self) -> Iterator[None]:
        require_thread()
        try:
            yield
        except self._errors as error:
            raise OnlineStoreDown(f"Redis: {error}") from error


def _literal(text: str) -> str:
    """A pattern that only the text itself fits."""
    return re.sub(r"([*?\[\]\\^-])", r"\\\1", text)


def _entry(found: Sequence[bytes | None], now: float) -> StoreEntry:
    revision, value, fresh, unsettled = found
    if revision is None:
        return StoreEntry()
    return StoreEntry(int(revision), value, float(fresh or 0) > now >= float(unsettled or 0))
