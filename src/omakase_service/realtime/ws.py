"""`/ws/recommendations/`: one page's connection."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

import orjson
from channels.db import DatabaseSyncToAsync
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from omakase_service.platform import tracing
from omakase_service.platform.access import count_events, own_person, require
from omakase_service.platform.contracts import Caller, Person, Scope
from omakase_service.platform.exceptions import Unauthorized
from omakase_service.platform.notifications import group_of
from omakase_service.realtime import services, talking
from omakase_service.realtime.auth import SocketAuth
from omakase_service.realtime.contracts import (
    GetRecommendations,
    GetSimilar,
    Incoming,
    RecordInteraction,
    Say,
    Subscribe,
)
from omakase_service.realtime.difference import difference
from omakase_service.realtime.reading import problem_of, read_message
from omakase_service.realtime.transport import hang_up
from omakase_settings import settings

log = logging.getLogger("omakase.realtime")
T = TypeVar("T")

OVER = 4401
"""Why a connection is closed: the key or token no longer holds."""

GOING_AWAY = 1001
"""Why a connection is closed: this process stops. Another one, or the next, answers."""

GOODBYE_SECONDS = 0.05
"""For the goodbyes to be said. Granian sends them when it hears of its end, not before."""

open_consumers: set["RecommendationsConsumer"] = set()


@cache
def threads() -> ThreadPoolExecutor:
    """Where databases and models are asked, off the event loop."""
    return ThreadPoolExecutor(settings().realtime.threads, thread_name_prefix="realtime")


async def off_loop(work: Callable[..., T], *args: Any, **named: Any) -> T:
    """What `work` returns, done in a thread."""
    run = DatabaseSyncToAsync(work, thread_sensitive=False, executor=threads())
    return await run(*args, **named)


async def leave_all() -> None:
    """Say goodbye to every open page of this process, and wait for none of them."""
    goodbyes = [asyncio.create_task(page.close(GOING_AWAY)) for page in open_consumers]
    if goodbyes:
        await asyncio.wait(goodbyes, timeout=GOODBYE_SECONDS)


class RecommendationsConsumer(AsyncWebsocketConsumer):
    """Answers a page's messages in turn, and tells it when its person's list has changed.

    Each list and each change has the next `seq`; a page that sees a gap, or comes back after a
    broken line, sends `subscribe` with what it shows and gets what has changed since. Changes that
    come faster than they can be computed or sent are told together. A page that takes longer than
    `realtime.slow_seconds` to take a message is left, not waited for.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The whole life of a connection."""
        self.line, self.is_shed = asyncio.current_task(), False
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            if not self.is_shed:
                raise
        finally:
            open_consumers.discard(self)

    async def connect(self) -> None:
        """Accept, say so, and send the first list where the caller is somebody."""
        self.door = SocketAuth.of(self.scope)
        self.subscription: Subscribe | None = None
        self.person = Person()
        self.groups: list[str] = []
        self.on_page: dict[str, str] = {}
        self.seq = 0
        self.changing = asyncio.Lock()
        self.stale = False
        self.telling: asyncio.Task[None] | None = None
        await self.accept(self.door.spoken)
        open_consumers.add(self)
        await self._answering(self._welcome(), None)

    async def disconnect(self, code: int) -> None:
        """Leave, and stop what was under way."""
        await self._hear_of(())
        if self.telling is not None:
            self.telling.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer one message; whatever is wrong with it, the line stays open."""
        ref, message = read_message(text_data if text_data is not None else (bytes_data or b""))
        if isinstance(message, Exception):
            await self._answering(self._refuse(message), ref)
            return
        await self._answering(self._answer(message), ref)

    async def person_changed(self, event: Mapping[str, Any]) -> None:
        """News of the person: their list is looked at again, once for all news that has come."""
        self.stale = True
        if self.telling is None or self.telling.done():
            self.telling = asyncio.create_task(self._answering(self._tell_changes(), None))

    async def layer_back(self, event: Mapping[str, Any]) -> None:
        """The broker was away: listen anew, and look whether something was missed."""
        groups, self.groups = self.groups, []
        await self._join(groups)
        await self.person_changed(event)

    async def _welcome(self) -> None:
        caller = await off_loop(self.door.caller)
        await self._tell("connection_established", {"caller": caller.name, "protocol": 1})
        if caller.person is not None and b"resume" not in self.scope["query_string"]:
            await self._subscribe(Subscribe(type="subscribe"), caller, None)

    async def _refuse(self, error: Exception) -> None:
        """Nonsense counts as much as sense."""
        await off_loop(self.door.caller)
        raise error

    async def _answer(self, message: Incoming) -> None:
        with tracing.span(f"page {message.type}"):
            await self._answered_by(message)

    async def _answered_by(self, message: Incoming) -> None:
        caller = await off_loop(self.door.caller)
        match message:
            case Subscribe():
                await self._subscribe(message, caller, message.ref)
            case GetRecommendations():
                await self._tell("recommendations", await self._list(message, caller), message.ref)
            case RecordInteraction():
                await self._record(message, caller)
            case Say():
                await self._talk(message, caller)
            case GetSimilar():
                require(caller, Scope.READ)
                fields = message.model_dump(exclude={"type", "ref"})
                answer = await off_loop(services.similar, **fields)
                await self._tell("similar_products", answer, message.ref)

    async def _list(self, asked: GetRecommendations | Subscribe, caller: Caller) -> dict[str, Any]:
        require(caller, Scope.READ)
        person = own_person(caller, user_id=asked.user_id, session_id=asked.session_id)
        exclude = asked.exclude if isinstance(asked, GetRecommendations) else []
        return await off_loop(
            services.personal_list,
            person=person,
            n=asked.n,
            model=asked.model,
            exclude=exclude,
            language=asked.language,
            diversity=asked.diversity,
            fields=asked.fields,
        )

    async def _record(self, message: RecordInteraction, caller: Caller) -> None:
        require(caller, Scope.WRITE)
        named = {name: _text(message.event.get(name)) for name in ("user_id", "session_id")}
        person = own_person(caller, **named)
        if caller.person is None and named == {"user_id": None, "session_id": None}:
            person = self.person
        visitor = caller.person is not None
        if visitor:
            await off_loop(count_events, caller, 1)
        attribution = {"person": person, "event": message.event, "visitor": visitor}
        done = await off_loop(services.record_event, **attribution)
        attribution = {"item_id": message.event.get("item_id"), **done}
        await self._tell("interaction_recorded", attribution, message.ref)

    async def _talk(self, message: Say, caller: Caller) -> None:
        """The answer as it is written: `talk_list`, `talk_words`, `talk_answer`."""
        require(caller, Scope.READ)
        person = own_person(caller, user_id=message.user_id, session_id=message.session_id)
        steps = await off_loop(talking.steps, message, person)
        while (step := await off_loop(next, steps, None)) is not None:
            kind, body = step
            await self._tell(kind, body, message.ref)

    async def _subscribe(self, asked: Subscribe, caller: Caller, ref: str | None) -> None:
        require(caller, Scope.READ)
        person = own_person(caller, user_id=asked.user_id, session_id=asked.session_id)
        async with self.changing:
            await self._hear_of(services.keys_of(person))
            listing = await self._list(asked, caller)
            self.person, self.subscription = person, asked
            if asked.items is None:
                await self._show(listing)
                await self._tell("initial_recommendations", {"seq": self.seq, **listing}, ref)
                return
            self.seq = asked.seq
            self.on_page = dict.fromkeys(asked.items, "")
            await self._tell_difference(listing, None, ref, always=True)

    async def _tell_changes(self) -> None:
        """One difference for all that happened since the last."""
        while self.stale:
            self.stale = False
            with tracing.span("page changes"):
                await self._tell_change()

    async def _tell_change(self) -> None:
        caller = await off_loop(self.door.caller)
        async with self.changing:
            if self.subscription is None:
                return
            request = self.subscription.model_copy(
                update={"user_id": self.person.user_id, "session_id": self.person.session_id}
            )
            listing = await self._list(request, caller)
            why = await off_loop(services.latest, person=self.person)
            await self._tell_difference(listing, why, None)

    async def _tell_difference(
        self,
        found: dict[str, Any],
        why: dict[str, Any] | None,
        ref: str | None,
        *,
        always: bool = False,
    ) -> None:
        """`always`: also where nothing has changed."""
        change = difference(self.on_page, found["items"])
        if not change and not always:
            return
        await self._show(found)
        header = {key: value for key, value in found.items() if key != "items"}
        renewed = change.get("reasons", {})
        evidence = {
            item["item_id"]: item["evidence"]
            for item in found["items"]
            if item["item_id"] in renewed and "evidence" in item
        }
        body = {"seq": self.seq, "why": why, "evidence": evidence, **change, **header}
        await self._tell("recommendations_updated", body, ref)

    async def _show(self, found: dict[str, Any]) -> None:
        self.seq += 1
        self.on_page = {item["item_id"]: item["reason"] for item in found["items"]}

    async def _hear_of(self, keys: tuple[str, ...]) -> None:
        """Hear of these people, and of nobody else."""
        if self.channel_layer is None:
            return
        await self._join([group_of(key) for key in keys])

    async def _join(self, wanted: list[str]) -> None:
        """Where the broker is away, the page works on without news; `layer_back` joins again."""
        obsolete, self.groups = set(self.groups) - set(wanted), wanted
        try:
            for group in obsolete:
                await self.channel_layer.group_discard(group, self.channel_name)
            for group in wanted:
                await self.channel_layer.group_add(group, self.channel_name)
        except Exception:
            log.warning("the broker of news is away", exc_info=True)

    async def _answering(self, answer: Any, ref: str | None) -> None:
        """Do it; what is refused is told as an `error`, and the connection survives.

        It ends only where the caller is nobody any more.
        """
        try:
            await answer
        except (StopConsumer, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001  one page's mishap is told to that page
            body = problem_of(error)
            await self._tell("error", body, ref)
            if isinstance(error, Unauthorized):
                await self.close(OVER)

    async def _tell(self, kind: str, body: Mapping[str, Any], ref: str | None = None) -> None:
        body_sent = {"type": kind, **body} | ({} if ref is None else {"ref": ref})
        try:
            async with asyncio.timeout(settings().realtime.slow_seconds):
                await self.send(orjson.dumps(body_sent, default=str).decode())
        except TimeoutError:
            await self._drop()

    async def _drop(self) -> None:
        """Leave a page that takes nothing: a goodbye would wait for it too."""
        log.warning("a page takes no messages and is left")
        self.is_shed = True
        await self._hear_of(())
        host, port = self.scope.get("client") or ("", 0)
        hang_up((host, int(port)))  # Granian tells the port as text
        if self.line is not None:
            self.line.cancel()


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip()
