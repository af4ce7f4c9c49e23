"""What is done between the signal to stop and the server's hearing of it.

Granian cuts the lines of open pages when it hears of its end, before it tells its application.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def before_stop(work: Callable[[], Awaitable[None]]) -> None:
    """Have some work done on the running loop first; a second signal does not wait for it.

    A loop that does not say who listens to its signals is left as it is.
    """
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        # Nothing public of asyncio tells who listens already.
        handler: Any = getattr(loop, "_signal_handlers", {}).get(number)
        if handler is not None:
            loop.add_signal_handler(number, GracefulShutdown(work, handler._run))


class GracefulShutdown:
    """Hears a signal: does some work, then has whoever listened before hear it.

    Args:
        work: what it raises is of no use to anybody any more.
        heard: the listener before.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], heard: Callable[[], None]) -> None:
        self._work, self._heard = work, heard
        self._under_way: asyncio.Future[None] | None = None

    def __call__(self) -> None:
        """Begin, or break off what was begun."""
        if self._under_way is None:
            self._under_way = asyncio.ensure_future(self._work())
            self._under_way.add_done_callback(self._over)
        else:
            self._under_way.cancel()

    def _over(self, under_way: "asyncio.Future[None]") -> None:
        """However it ended, also where it was broken off before its first step."""
        if not under_way.cancelled():
            under_way.exception()  # looked at, or the loop would speak of it at the very end
        self._heard()
