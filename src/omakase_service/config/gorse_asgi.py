"""The door of Gorse's port: the same service, in Gorse's words."""

import asyncio
from os import environ  # noqa: TID251
from typing import Any

import django

environ.setdefault("DJANGO_SETTINGS_MODULE", "omakase_service.config.django_settings")
django.setup()

from omakase_service.cluster.contracts import NodeRole  # noqa: E402
from omakase_service.cluster.services import Heart  # noqa: E402
from omakase_service.gorse.api import application as gorse  # noqa: E402
from omakase_service.http.admission import Admission  # noqa: E402
from omakase_service.http.contracts import Receive, Scope, Send  # noqa: E402
from omakase_service.http.wsgi_threads import WsgiThreads  # noqa: E402
from omakase_service.recommendation_log import writer  # noqa: E402
from omakase_service.serving import live_version  # noqa: E402
from omakase_settings import settings  # noqa: E402

OPENING_SECONDS = 10.0
"""How long a process waits with its first connection for what is live to be opened."""

web = settings().web
http = WsgiThreads(gorse(), web.threads, web.max_body_bytes)
lane = Admission(http, most=web.max_requests, body_seconds=web.body_seconds)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Each kind of connection to who answers it; there are no WebSockets here."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4404})
        return
    answers: Any = {"http": lane, "lifespan": lifespan}
    await answers[scope["type"]](scope, receive, send)


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start and stop of the process: what was begun is answered first."""
    await receive()
    await asyncio.to_thread(writer.start)
    live_version.follow()
    await asyncio.to_thread(live_version.wait_for_first_look, OPENING_SECONDS)
    heart = Heart(NodeRole.GORSE, live_version.name_now)
    heart.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await asyncio.to_thread(http.close)
    await asyncio.to_thread(heart.stop)
    await asyncio.to_thread(live_version.unfollow)
    await asyncio.to_thread(writer.stop)
    await send({"type": "lifespan.shutdown.complete"})
