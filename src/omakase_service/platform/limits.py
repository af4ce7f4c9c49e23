"""How often one may ask: so many a minute for each name, over all processes where Redis is set.

The generic cell rate algorithm: one number a name says when its next request is due, and a request
may come at most a minute early. A burst of a minute's worth is let through, and then one at a time.
Without Redis, and while it is away, each process counts for itself.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache

from omakase_service.platform.nonblocking import require_thread
from omakase_service.platform.redis_client import connect
from omakase_settings import settings

log = logging.getLogger("omakase.limits")
MINUTE = 60.0
MOST_NAMES = 100_000
"""Names that are kept; with more, those that have not asked for a while are forgotten."""

PREFIX = "omakase:limit:"
AWAY_SECONDS = 1.0
"""For so long Redis is not asked again when it did not answer."""

WAITS = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local longest = 0
for place, key in ipairs(KEYS) do
  local step = 60 / tonumber(ARGV[place])
  local due = math.max(tonumber(redis.call('GET', key) or '0'), now)
  longest = math.max(longest, due + step * ARGV[#KEYS + 1] - now - 60)
end
if longest > 1e-6 then return tostring(longest) end
if ARGV[#KEYS + 2] == '0' then return '0' end
for place, key in ipairs(KEYS) do
  local step = 60 / tonumber(ARGV[place])
  local due = math.max(tonumber(redis.call('GET', key) or '0'), now) + step * ARGV[#KEYS + 1]
  redis.call('SET', key, string.format('%.6f', due), 'PX', math.ceil((due - now) * 1000) + 1)
end
return '0'
"""
"""All names at once: counted where each may ask, and else none of them."""


class Limiter:
    """Counts requests by name in this process. Safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_NAMES) -> None:
        self._clock, self._most = clock, most
        self.due_times: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, rates: Mapping[str, int], times: int = 1, *, counting: bool = True) -> float:
        """Seconds until these names may ask again; 0 where they may now, and then this is counted.

        Args:
            rates: name to so many a minute, none of them 0.
            times: that are asked for at once.
            counting: false: only look.
        """
        with self._lock:
            now = self._clock()
            due = {name: max(self.due_times.get(name, now), now) for name in rates}
            nexts = {name: due[name] + times * MINUTE / rate for name, rate in rates.items()}
            early = max((at - now - MINUTE for at in nexts.values()), default=0.0)
            if early > 1e-9:
                return early
            if not counting:
                return 0.0
            self.due_times.update(nexts)
            if len(self.due_times) > self._most:
                self._forget_idle(now)
            return 0.0

    def clear(self) -> None:
        """Everybody starts anew."""
        with self._lock:
            self.due_times.clear()

    def _forget_idle(self, now: float) -> None:
        """Names that may ask freely again; where nobody idles, those nearest to it, half of all."""
        busy = {name: due for name, due in self.due_times.items() if due > now}
        if len(busy) > self._most // 2:
            latest = sorted(busy, key=busy.__getitem__)[-(self._most // 2) :]
            busy = {name: busy[name] for name in latest}
        self.due_times = busy


class SharedLimiter:
    """Counts in Redis, by its clock, in one script; while it is away, in this process."""

    def __init__(self, url: str, alone: Limiter) -> None:
        import redis

        self._errors = (redis.RedisError, OSError)
        self.client = connect(url)
        self._waits = self.client.register_script(WAITS)
        self._alone = alone
        self._away_until = float("-inf")

    def wait(self, rates: Mapping[str, int], times: int = 1, *, counting: bool = True) -> float:
        """As `Limiter.wait`, over all processes."""
        if time.monotonic() < self._away_until:
            return self._alone.wait(rates, times, counting=counting)
        require_thread()
        try:
            numbers = [*rates.values(), times, int(counting)]
            return float(self._waits([PREFIX + name for name in rates], numbers))
        except self._errors as error:
            log.warning("Redis is away, each process counts for itself: %s", error)
            self._away_until = time.monotonic() + AWAY_SECONDS
            return self._alone.wait(rates, times, counting=counting)


limiter = Limiter()
"""Of this process."""


def wait(rates: Mapping[str, int], times: int = 1, *, counting: bool = True) -> float:
    """Seconds until these names may ask again; 0 where they may now, and then this is counted.

    Args:
        rates: name to so many a minute; 0 for no limit.
        times: that are asked for at once.
        counting: false: only look.
    """
    limited = {name: rate for name, rate in rates.items() if rate > 0}
    if not limited:
        return 0.0
    url = settings().redis_url
    counts = limiter if url is None else shared_limiter(url.get_secret_value())
    return counts.wait(limited, times, counting=counting)


@lru_cache(maxsize=4)
def shared_limiter(url: str) -> SharedLimiter:
    return SharedLimiter(url, limiter)
