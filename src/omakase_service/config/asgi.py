"""The door of a web server that speaks ASGI: HTTP, WebSocket, start and stop, on one port."""

import asyncio
from os import environ  # noqa: TID251

from django.core.wsgi import get_wsgi_application

environ.setdefault("DJANGO_SETTINGS_MODULE", "omakase_service.config.django_settings")
answer_http = get_wsgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402

from omakase_service.cluster.contracts import NodeRole  # noqa: E402
from omakase_service.cluster.services import Heart  # noqa: E402
from omakase_service.console.ws import LiveFiguresConsumer, pulse  # noqa: E402
from omakase_service.http.admission import Admission  # noqa: E402
from omakase_service.http.contracts import Receive, Scope, Send  # noqa: E402
from omakase_service.http.fast_path import FastPath  # noqa: E402
from omakase_service.http.shutdown import before_stop  # noqa: E402
from omakase_service.http.wsgi_threads import WsgiThreads  # noqa: E402
from omakase_service.platform import tracing  # noqa: E402
from omakase_service.platform.notifications import heard_on  # noqa: E402
from omakase_service.realtime.ws import RecommendationsConsumer, leave_all, threads  # noqa: E402
from omakase_service.recommendation_log import writer  # noqa: E402
from omakase_service.serving import live_version  # noqa: E402
from omakase_settings import settings  # noqa: E402

ASKED_MOST = (
    ("GET", "/api/recommendations"),
    ("POST", "/api/recommendations"),
    ("POST", "/api/recommend/"),
    ("POST", "/api/events"),
)

OPENING_SECONDS = 10.0
"""How long a process waits with its first connection for what is live to be opened."""

web = settings().web
http = WsgiThreads(answer_http, web.threads, web.max_body_bytes)
lane = Admission(
    FastPath(ASKED_MOST, http, http.pool, web.max_body_bytes),
    most=web.max_requests,
    body_seconds=web.body_seconds,
)
pages = {
    "/ws/recommendations/": AuthMiddlewareStack(RecommendationsConsumer.as_asgi()),
    "/ws/console/": AuthMiddlewareStack(LiveFiguresConsumer.as_asgi()),
}


async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """A page; at any other address nobody answers."""
    if scope["path"] in pages:
        await pages[scope["path"]](scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 4404})


async def leave_pages() -> None:
    """Say goodbye to whoever has a page open."""
    await asyncio.gather(leave_all(), pulse.close_all())


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start and stop of the process: what was begun is answered first."""
    await receive()
    tracing.begin()
    heard_on(asyncio.get_running_loop())
    await asyncio.to_thread(writer.start)
    live_version.follow()
    await asyncio.to_thread(live_version.wait_for_first_look, OPENING_SECONDS)
    heart = Heart(NodeRole.SERVER, live_version.name_now)
    heart.start()
    before_stop(leave_pages)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    heard_on(None)
    await asyncio.to_thread(http.close)
    await asyncio.to_thread(threads().shutdown)
    await asyncio.to_thread(heart.stop)
    await asyncio.to_thread(live_version.unfollow)
    await asyncio.to_thread(writer.stop)
    await asyncio.to_thread(tracing.end)
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter({"http": lane, "websocket": websocket, "lifespan": lifespan})
"""Each kind of connection to who answers it."""
