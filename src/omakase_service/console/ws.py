"""`/ws/console/`: figures of now for the pages of staff that are open.

However many pages are open, a process counts once every `PULSE_SECONDS`, while anybody looks, and
tells all of them, where something has changed.
"""

import asyncio
import logging
from importlib import import_module
from typing import Any

import orjson
from channels.auth import get_user
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings as django

from omakase_service.console.live import LiveFigures, live_figures
from omakase_service.platform.roles import role_of
from omakase_service.realtime.auth import SocketAuth
from omakase_service.realtime.ws import GOING_AWAY, OVER, off_loop
from omakase_settings import settings

log = logging.getLogger("omakase.console")
PULSE_SECONDS = 2.0


class Pulse:
    """Counts while pages are open, and tells them."""

    def __init__(self) -> None:
        self._pages: set[LiveFiguresConsumer] = set()
        self._task: asyncio.Task[None] | None = None
        self._last: LiveFigures | None = None

    async def join(self, page: "LiveFiguresConsumer") -> None:
        """Tell a page what is known, and all that changes from now on."""
        self._pages.add(page)
        if self._task is None or self._task.done():
            self._last = None
            self._task = asyncio.create_task(self._beat())
        elif self._last is not None:
            await page.show(self._last)

    def leave(self, page: "LiveFiguresConsumer") -> None:
        """Tell a page nothing any more; without pages nothing is counted."""
        self._pages.discard(page)
        if not self._pages and self._task is not None:
            self._task.cancel()
            self._task = None

    async def close_all(self) -> None:
        """Say goodbye to every page of this process."""
        await asyncio.gather(*(page.close(GOING_AWAY) for page in tuple(self._pages)))

    async def _beat(self) -> None:
        while self._pages:
            try:
                figures = await off_loop(live_figures)
            except Exception:  # whatever a database that is away raises
                log.warning("figures of now could not be counted", exc_info=True)
            else:
                if figures != self._last:
                    self._last = figures
                    await self._tell_all(figures)
            await asyncio.sleep(PULSE_SECONDS)

    async def _tell_all(self, figures: LiveFigures) -> None:
        """Tell every page; one that cannot be told is left, and the others hear on."""
        pages = tuple(self._pages)
        told = await asyncio.gather(*(page.show(figures) for page in pages), return_exceptions=True)
        for page, outcome in zip(pages, told, strict=True):
            if isinstance(outcome, Exception):
                log.warning("a page is left: %s", outcome)
                self._pages.discard(page)


pulse = Pulse()


class LiveFiguresConsumer(AsyncWebsocketConsumer):
    """One page of a member of staff: hears figures, says nothing.

    The session is looked up anew before each message: who was shut out hears no more.
    """

    async def connect(self) -> None:
        """Accept who has a role and comes from a page of ours."""
        await self.accept()
        if SocketAuth.of(self.scope).foreign or not await self._is_staff():
            await self.close(OVER)
            return
        await pulse.join(self)

    async def disconnect(self, code: int) -> None:
        """Leave."""
        pulse.leave(self)

    async def show(self, figures: LiveFigures) -> None:
        """Send figures; a page that takes none, or whose person may not look, is left."""
        if not await self._is_staff():
            pulse.leave(self)
            await self.close(OVER)
            return
        try:
            async with asyncio.timeout(settings().realtime.slow_seconds):
                await self.send(orjson.dumps(figures.body()).decode())
        except TimeoutError:
            pulse.leave(self)

    async def _is_staff(self) -> bool:
        scope: dict[str, Any] = {"session": await off_loop(_session_anew, self.scope["session"])}
        user = await get_user(scope)
        return await off_loop(role_of, user) is not None


def _session_anew(session: Any) -> Any:
    """The session as it is stored now."""
    return import_module(django.SESSION_ENGINE).SessionStore(session.session_key)
