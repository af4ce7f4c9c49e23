"""How often one may ask: so many a minute for each name, counted in this process.

The generic cell rate algorithm: one number a name says when its next request is due, and a request
may come at most a minute early. A burst of a minute's worth is let through, and then one at a time.
"""

import threading
import time
from collections.abc import Callable

MINUTE = 60.0
MOST_NAMES = 100_000
"""Names that are kept; with more, those that have not asked for a while are forgotten."""


class Limiter:
    """Counts requests by name. Safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_NAMES) -> None:
        self._clock, self._most = clock, most
        self._due: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, name: str, per_minute: int) -> float:
        """Seconds until this name may ask again; 0 where it may now, and then this is counted.

        Args:
            per_minute: 0 for no limit.
        """
        if per_minute <= 0:
            return 0.0
        step = MINUTE / per_minute
        with self._lock:
            now = self._clock()
            due = max(self._due.get(name, now), now)
            early = due + step - now - MINUTE
            if early > 1e-9:
                return early
            self._due[name] = due + step
            if len(self._due) > self._most:
                self._forget_idle(now)
            return 0.0

    def clear(self) -> None:
        """Everybody starts anew."""
        with self._lock:
            self._due.clear()

    def _forget_idle(self, now: float) -> None:
        """Names that may ask freely again; where nobody idles, those nearest to it, half of all."""
        busy = {name: due for name, due in self._due.items() if due > now}
        if len(busy) > self._most // 2:
            latest = sorted(busy, key=busy.__getitem__)[-(self._most // 2) :]
            busy = {name: busy[name] for name in latest}
        self._due = busy


limiter = Limiter()
