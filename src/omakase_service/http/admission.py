"""Before anything else looks at a request: how many may be under way, and how long a body may take.

A request beyond the limit is refused at once, so that those under way go on; whether the process
lives is answered always, on the event loop, by nobody who could be busy.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from omakase_service.http.contracts import Application, Receive, Scope, Send
from omakase_service.platform import heap
from omakase_service.platform.json import problem_bytes

LIVE = ("GET", "/health/live")
HEALTH = "/health/"
AFTER_SECONDS = 5
LARGE_BODY_BYTES = 2**18
"""From which a body leaves enough free memory behind to return it to the system."""

REST_SECONDS = 1.0
"""After the answer to a large body until that is done: once for many."""


class BodyTooSlow(Exception):
    """The body did not come within its time."""


class TimedBody:
    """The body of a request, which must come within a time.

    Attributes:
        length: bytes that have come.
    """

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._deadline: float | None = asyncio.get_running_loop().time() + seconds
        self.length = 0

    async def receive(self) -> dict[str, Any]:
        """What comes next; once the body is there, for as long as one likes.

        Raises:
            BodyTooSlow: its time is over.
        """
        try:
            async with asyncio.timeout_at(self._deadline):
                message = dict(await self._receive())
        except TimeoutError:
            raise BodyTooSlow from None
        if not message.get("more_body", False):
            self._deadline = None
        self.length += len(message.get("body", b""))
        return message


class Admission:
    """An ASGI application for HTTP in front of another.

    Args:
        application: answers what is let in.
        most: requests under way at a time.
        body_seconds: within which a body must have come.
        give_back: returns free memory to the system; called in a thread after large bodies.
        rest_seconds: from the answer to a large body until then.
    """

    def __init__(
        self,
        application: Application,
        *,
        most: int,
        body_seconds: float,
        give_back: Callable[[], None] = heap.give_back,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        self._application, self._most, self._seconds = application, most, body_seconds
        self._give_back, self._rest_seconds = give_back, rest_seconds
        self._gives_back_soon = False
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if self.under_way >= self._most and not scope["path"].startswith(HEALTH):
            await refuse(send, scope, 503, "overloaded", f"{self._most} requests are under way")
            return
        if self.under_way >= self._most and (scope["method"], scope["path"]) == LIVE:
            await respond(send, 200, b'{"status": "ok"}', b"application/json")
            return
        self.under_way += 1
        body = TimedBody(receive, self._seconds)
        try:
            await self._application(scope, body.receive, send)
        except BodyTooSlow:
            words = f"the body did not come within {self._seconds:g} s"
            await refuse(send, scope, 408, "request_timeout", words)
        finally:
            self.under_way -= 1
            if body.length >= LARGE_BODY_BYTES:
                self._give_back_soon()

    def _give_back_soon(self) -> None:
        if self._gives_back_soon:
            return
        self._gives_back_soon = True
        loop = asyncio.get_running_loop()

        def give_back() -> None:
            self._gives_back_soon = False
            loop.run_in_executor(None, self._give_back)

        loop.call_later(self._rest_seconds, give_back)


async def read_body(receive: Receive, most: int) -> tuple[bytes, int]:
    """The body, and its length as far as it was read.

    Args:
        most: bytes beyond which no more of it is read.

    Raises:
        BodyTooSlow: its time is over.
    """
    parts, length, has_more = [], 0, True
    while has_more and length <= most:
        message = await receive()
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        has_more = message.get("more_body", False)
    return b"".join(parts), length


async def refuse(send: Send, scope: Scope, status: int, code: str, title: str) -> None:
    """Answer with a problem document and when to come again."""
    body = problem_bytes(status=status, code=code, title=title, instance=scope["path"])
    again = ((b"retry-after", str(AFTER_SECONDS).encode()),) if status == 503 else ()
    with suppress(OSError):
        await respond(send, status, body, b"application/problem+json", *again)


async def respond(
    send: Send, status: int, body: bytes, kind: bytes, *more: tuple[bytes, bytes]
) -> None:
    """Send a whole response."""
    length = str(len(body)).encode()
    headers = [(b"content-type", kind), (b"content-length", length), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
