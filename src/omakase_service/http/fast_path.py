"""A lane for what is asked most: the same endpoints, without the layers that they do not need.

Django's handler, its middleware and its resolver cost more than a recommendation. A request that a
server or an app makes with its key or token goes straight to the endpoint; what the middleware
would say of it in headers is asked of the middleware itself, once. What needs no wait is answered
on the event loop; what does is done in a thread, and an endpoint in steps gives its wait away.
Whatever is out of the ordinary takes the way through Django.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache, lru_cache, partial, reduce

from django.conf import settings as django
from django.core.exceptions import SuspiciousOperation, SynchronousOnlyOperation
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import got_request_exception
from django.db import close_old_connections
from django.http import HttpResponse, QueryDict
from django.urls import ResolverMatch, resolve
from django.utils.log import log_response
from django.utils.module_loading import import_string

from omakase_service.http.admission import read_body
from omakase_service.http.contracts import Application, Receive, Scope, Send
from omakase_service.http.direct_dispatch import DirectDispatch, direct_dispatch
from omakase_service.http.wsgi_threads import environ_of
from omakase_service.platform.logs import request_id
from omakase_service.platform.middleware import Envelope, as_problem, begin_request, finish_request
from omakase_service.platform.nonblocking import WouldBlock
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.resumable import Suspended

Headers = dict[bytes, bytes]
Answer = Callable[[ServiceRequest], HttpResponse | Suspended]
WAITS = (WouldBlock, SynchronousOnlyOperation)
OURS = (b"content-length", b"content-type", b"x-request-id", b"x-response-time")
"""Headers that each answer has of its own."""

ELSEWHERE = frozenset((b"origin", b"cookie", b"transfer-encoding", b"expect"))
"""A request with one of these is for Django: another site's page, staff, a body in parts."""

DECIDING = (b"host", b"accept-language", b"x-forwarded-proto")
"""Headers of a request on which those of its answer depend."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers at one address."""

    operation: DirectDispatch
    match: ResolverMatch


class FastPathRequest(ServiceRequest):
    """What endpoints and those who guard them look at, of a request; made of nothing else."""

    in_steps = True

    def __init__(self, scope: Scope, headers: Headers, body: bytes, match: ResolverMatch) -> None:
        self.method, self.path = scope["method"], scope["path"]
        self.path_info, self.resolver_match = self.path, match
        client = scope.get("client") or ("", 0)
        self.META = {"REMOTE_ADDR": client[0], "QUERY_STRING": scope["query_string"].decode()}
        self.headers = HeaderLookup(headers)  # type: ignore[assignment]  # as much as is read
        self._body, self._query = body, scope["query_string"]
        self._messages = None

    @property
    def GET(self) -> QueryDict:  # type: ignore[override]  # made when somebody looks
        """The query."""
        return QueryDict(self._query, encoding="utf-8")


class HeaderLookup:
    """Headers by any spelling of their names."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    def get(self, name: str, otherwise: str = "") -> str:
        """The header's text."""
        header = self._headers.get(name.lower().encode())
        return otherwise if header is None else header.decode("latin-1")


class FastPath:
    """An ASGI application for HTTP.

    Args:
        asked: (method, path) of the endpoints that are asked most.
        otherwise: Django's own way.
        threads: where requests wait that must.
        most: bytes of a body.
    """

    def __init__(
        self,
        asked: Collection[tuple[str, str]],
        otherwise: Application,
        threads: Executor,
        most: int,
    ) -> None:
        self._asked, self._otherwise = frozenset(asked), otherwise
        self._threads, self._most = threads, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = dict(scope["headers"])
        default_headers = self._standing(scope, asked)
        if default_headers is None:
            await self._otherwise(scope, receive, send)
            return
        body, _ = await read_body(receive, self._most)
        endpoint = endpoint_of(scope["method"], scope["path"])
        request = FastPathRequest(scope, asked, body, endpoint.match)
        naming = begin_request(request)
        try:
            response = as_problem(request, await self._answer(endpoint, request))
            marks = finish_request(request, response)
        finally:
            request_id.reset(naming)
        body = response.content
        told = [*response.headers.items(), *marks.items(), ("content-length", str(len(body)))]
        headers = [*map(encode_header, told), *default_headers]
        start = {"type": "http.response.start", "status": response.status_code}
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _standing(self, scope: Scope, headers: Headers) -> tuple[tuple[bytes, bytes], ...] | None:
        """The headers of every answer to such a request; None where it is for Django."""
        if (scope["method"], scope["path"]) not in self._asked or django.DEBUG:
            return None
        named = b"authorization" in headers or b"x-api-key" in headers
        twice = len(headers) != len(scope["headers"])
        if twice or not named or not ELSEWHERE.isdisjoint(headers):
            return None
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._most:
            return None
        values_sent = (headers.get(name, b"") for name in DECIDING)
        return standing_headers(scope.get("scheme", "http"), *values_sent)

    async def _answer(self, endpoint: Endpoint, request: FastPathRequest) -> HttpResponse:
        try:
            response = hastily(endpoint.operation, request)
        except WAITS:
            response = await self._in_thread(endpoint.operation, request)
        while isinstance(response, Suspended):
            await bell().rung(response)
            further = partial(endpoint.operation.gone_on, begun=response)
            try:
                response = hastily(further, request)
            except WAITS:
                response = await self._in_thread(further, request)
        return response

    async def _in_thread(
        self, answer: Answer, request: FastPathRequest
    ) -> HttpResponse | Suspended:
        context = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, context.run, calmly, answer, request)


class Wakeup:
    """Wakes those on one event loop who wait for something in a thread; many at one ring."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._heard: deque[asyncio.Future[None]] = deque()
        self._is_ringing = False

    async def rung(self, begun: Suspended) -> None:
        """Return when what the endpoint waits for is done."""
        waiter: asyncio.Future[None] = self._loop.create_future()
        begun.awaited.call(lambda: self._ring(waiter))
        await waiter

    def _ring(self, heard: "asyncio.Future[None]") -> None:
        """From any thread. Who comes while it rings is woken with the others."""
        self._heard.append(heard)
        if not self._is_ringing:
            self._is_ringing = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._is_ringing = False
        while self._heard:
            waiting = self._heard.popleft()
            if not waiting.done():
                waiting.set_result(None)


def bell() -> Wakeup:
    """Of the running loop."""
    return _bell(asyncio.get_running_loop())


def hastily(answer: Answer, request: FastPathRequest) -> HttpResponse | Suspended:
    """The answer.

    Raises:
        WouldBlock, SynchronousOnlyOperation: it must be waited for, and this is the event loop.
    """
    try:
        return answer(request)
    except WAITS:
        raise
    except Exception as error:  # noqa: BLE001  as Django does with what nobody foresaw
        got_request_exception.send(sender=FastPath, request=request)
        response = HttpResponse(status=500)
        words = ("%s: %s", response.reason_phrase, request.path)
        log_response(*words, response=response, request=request, exception=error)
        return response


def calmly(answer: Answer, request: FastPathRequest) -> HttpResponse | Suspended:
    """The answer, in a thread that may wait; Django's connections are looked after."""
    close_old_connections()
    try:
        return hastily(answer, request)
    finally:
        close_old_connections()


@cache
def endpoint_of(method: str, path: str) -> Endpoint:
    """What Django would call."""
    match = resolve(path)
    return Endpoint(direct_dispatch(match.func, method), match)


@lru_cache(maxsize=256)
def standing_headers(
    scheme: str, host: bytes, language: bytes, forwarded: bytes
) -> tuple[tuple[bytes, bytes], ...] | None:
    """What the middleware adds to an answer of the API; None where it would not let one through."""
    headers = [(b"host", host), (b"accept-language", language), (b"x-forwarded-proto", forwarded)]
    scope: Scope = {"method": "GET", "path": "/api/", "query_string": b"", "scheme": scheme}
    environ = environ_of({**scope, "headers": [h for h in headers if h[1]]}, b"", 0)
    layers = [layer for layer in map(import_string, django.MIDDLEWARE) if layer is not Envelope]
    chain = reduce(lambda inner, layer: layer(inner), reversed(layers), lambda _: HttpResponse())
    try:
        response = chain(WSGIRequest(environ))
    except SuspiciousOperation:
        return None
    if response.status_code != 200:
        return None
    header_pairs = map(encode_header, response.headers.items())
    return tuple(header for header in header_pairs if header[0] not in OURS)


def encode_header(header: tuple[str, str]) -> tuple[bytes, bytes]:
    """A header as ASGI has it."""
    return header[0].lower().encode(), header[1].encode("latin-1")


@lru_cache(maxsize=4)
def _bell(loop: asyncio.AbstractEventLoop) -> Wakeup:
    return Wakeup(loop)
