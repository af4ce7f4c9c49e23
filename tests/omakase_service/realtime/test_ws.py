"""One connection, with everything behind it made up: no database, no models."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import orjson
import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import InMemoryChannelLayer
from tests.patience import PATIENCE_SECONDS

from omakase_service.platform import notifications
from omakase_service.platform.contracts import OWN_SCOPES, Caller, Person, Scope
from omakase_service.platform.exceptions import NotReady, Unauthorized
from omakase_service.realtime import services, talking, ws
from omakase_service.realtime.auth import SocketAuth
from omakase_service.realtime.contracts import Incoming, Say
from omakase_settings import Settings

ADA = Caller("user ada", OWN_SCOPES, Person("ada"), "user ada")


class World:
    """What the services would say: a list of letters, the newest event's letter first."""

    def __init__(self) -> None:
        self.caller: Caller | None = ADA
        self.order = "abc"
        self.asked: list[Person] = []
        self.broken: Exception | None = None

    def who(self, door: SocketAuth) -> Caller:
        if self.caller is None:
            raise Unauthorized("no longer")
        return self.caller

    def personal_list(self, *, person: Person, n: int, **_: Any) -> dict[str, Any]:
        self.asked.append(person)
        if self.broken:
            raise self.broken
        items = [{"item_id": letter, "reason": "r"} for letter in self.order[:n]]
        return {"items": items, "algorithm": "ease"}

    def latest(self, *, person: Person) -> dict[str, str]:
        return {"item_id": self.order[0], "type": "click"}

    def similar(self, *, item_id: str, **_: Any) -> dict[str, Any]:
        return {"item_id": item_id, "items": []}

    def said(self, message: Say, person: Person) -> Iterator[tuple[str, dict[str, Any]]]:
        self.asked.append(person)
        yield "talk_list", {"answer": message.message, "recommendations": None}
        yield "talk_words", {"text": message.message[:2]}
        yield "talk_answer", {"answer": message.message, "recommendations": None}

    def record_event(
        self, *, person: Person, event: dict[str, Any], visitor: bool
    ) -> dict[str, Any]:
        self.asked.append(person)
        return {"event_id": "e", "stored": True}


@pytest.fixture
def world(monkeypatch) -> World:
    made, layer = World(), InMemoryChannelLayer()
    monkeypatch.setattr(SocketAuth, "caller", lambda door: made.who(door))
    for name in ("personal_list", "latest", "record_event", "similar"):
        monkeypatch.setattr(services, name, getattr(made, name))
    monkeypatch.setattr(talking, "steps", made.said)
    monkeypatch.setattr("channels.consumer.get_channel_layer", lambda _: layer)
    monkeypatch.setattr(notifications, "get_channel_layer", lambda: layer)
    return made


class Page(ApplicationCommunicator):
    """A browser's end of the line. That of `channels.testing` wants a second server installed."""

    def __init__(self, application: Any, address: str) -> None:
        path, _, query = address.partition("?")
        scope = {"type": "websocket", "path": path, "query_string": query.encode()}
        super().__init__(application, {**scope, "headers": [], "subprotocols": []})

    async def connect(self) -> bool:
        """Whether it was let in."""
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(PATIENCE_SECONDS))["type"] == "websocket.accept"

    async def send_to(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        frame = {"text": text_data} if bytes_data is None else {"bytes": bytes_data}
        await self.send_input({"type": "websocket.receive", **frame})

    async def receive_from(self) -> str:
        said = await self.receive_output(PATIENCE_SECONDS)
        assert said["type"] == "websocket.send", said
        return str(said["text"])

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE_SECONDS)


Play = Callable[[Page], Awaitable[None]]


def played(play: Play, query: str = "") -> None:
    """A page opens, plays, and is closed."""

    async def scene() -> None:
        notifications.heard_on(asyncio.get_running_loop())
        path = f"/ws/recommendations/{query}"
        page = Page(ws.RecommendationsConsumer.as_asgi(), path)
        try:
            assert await page.connect()
            await play(page)
        finally:
            await page.disconnect()
            notifications.heard_on(None)

    asyncio.run(scene())


async def heard(page: Page) -> dict[str, Any]:
    return orjson.loads(await page.receive_from())


async def kinds(page: Page, many: int) -> list[str]:
    return [(await heard(page))["type"] for _ in range(many)]


def test_a_page_is_welcomed_and_told_of_news(world):
    async def play(page: Page) -> None:
        assert await kinds(page, 1) == ["connection_established"]
        assert (await heard(page))["seq"] == 1
        world.order = "bcd"
        notifications.tell(["u:ada"])
        change = await heard(page)
        assert (change["type"], change["seq"]) == ("recommendations_updated", 2)
        assert (change["removed"], change["order"]) == (["a"], ["b", "c", "d"])
        assert change["why"] == {"item_id": "b", "type": "click"}

    played(play)


def test_an_open_page_is_told_that_the_server_goes(world):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        assert len(ws.open_consumers) == 1
        await ws.leave_all()
        said = await page.receive_output(PATIENCE_SECONDS)
        assert (said["type"], said["code"]) == ("websocket.close", ws.GOING_AWAY)

    played(play)
    assert not ws.open_consumers


def test_no_page_is_waited_for_that_takes_no_goodbye(world, monkeypatch):
    monkeypatch.setattr(ws, "GOODBYE_SECONDS", 0.01)

    async def stuck(page: ws.RecommendationsConsumer, code: int) -> None:
        await asyncio.sleep(1000)

    async def play(page: Page) -> None:
        await kinds(page, 2)
        with monkeypatch.context() as slow:
            slow.setattr(ws.RecommendationsConsumer, "close", stuck)
            await asyncio.wait_for(ws.leave_all(), PATIENCE_SECONDS)
        assert await page.receive_nothing(), "it was told nothing, and holds nobody up"

    played(play)


def test_news_that_change_nothing_are_not_told(world):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        notifications.tell(["u:ada"])
        notifications.tell(["u:bob"])
        assert await page.receive_nothing(0.2)

    played(play)
    assert len(world.asked) == 2


def test_a_page_listens_anew_when_the_broker_is_back_and_hears_what_it_missed(world):
    layer = notifications.get_channel_layer()

    async def play(page: Page) -> None:
        await kinds(page, 2)
        (group,) = layer.groups
        (channel,) = layer.groups.pop(group)
        world.order = "cab"
        notifications.tell(["u:ada"])
        assert await page.receive_nothing(0.1)
        await layer.send(channel, {"type": "layer.back"})
        assert (await heard(page))["order"] == ["c", "a", "b"]
        assert list(layer.groups) == [group]

    played(play)


def test_a_page_works_on_without_a_broker(world, monkeypatch):
    async def away(*_: Any) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(notifications.get_channel_layer(), "group_add", away)

    async def play(page: Page) -> None:
        assert await kinds(page, 2) == ["connection_established", "initial_recommendations"]

    played(play)


def test_a_storm_of_news_is_told_together(world):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        world.order = "cba"
        for _ in range(500):
            notifications.tell(["u:ada"])
        assert (await heard(page))["order"] == ["c", "b", "a"]
        assert await page.receive_nothing(0.1)

    played(play)
    assert len(world.asked) < 120  # the layer holds a hundred at most, whatever comes


def test_a_page_that_comes_back_goes_on_from_its_number(world):
    async def play(page: Page) -> None:
        assert await kinds(page, 1) == ["connection_established"]
        sent = {"type": "subscribe", "seq": 41, "items": ["a", "x"], "ref": "r"}
        await page.send_to(orjson.dumps(sent).decode())
        change = await heard(page)
        assert (change["type"], change["seq"], change["ref"]) == (
            "recommendations_updated",
            42,
            "r",
        )
        assert (change["removed"], change["order"]) == (["x"], ["a", "b", "c"])

    played(play, "?resume=1")


def test_a_page_that_missed_nothing_is_told_so(world):
    async def play(page: Page) -> None:
        await kinds(page, 1)
        world.order = ""
        await page.send_to('{"type": "subscribe", "seq": 7, "items": []}')
        assert (await heard(page))["seq"] == 8

    played(play, "?resume=1")


def test_what_nobody_foresaw_is_told_without_its_inside(world, caplog):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        for broken, code in (
            (RuntimeError("password=hunter2"), "internal_error"),
            (NotReady("no model is live yet"), "not_ready"),
        ):
            world.broken = broken
            await page.send_to('{"type": "get_recommendations", "ref": "x"}')
            error = await heard(page)
            assert (error["type"], error["code"], error["ref"]) == ("error", code, "x")
            assert "hunter2" not in str(error)
        world.broken = None
        await page.send_to(b'{"type": "get_recommendations"}'.decode())
        assert await kinds(page, 1) == ["recommendations"]

    played(play)
    assert "hunter2" in caplog.text


def test_message_whose_own_name_is_no_text_is_refused_and_the_line_holds(world):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        nested = "[" * 300 + "]" * 300
        await page.send_to(f'{{"type": "get_recommendations", "ref": {nested}}}')
        error = await heard(page)
        assert (error["type"], error["code"]) == ("error", "invalid")
        assert "ref" not in error
        event = f'{{"item_id": "a", "type": "view", "user_id": {nested}}}'
        await page.send_to(f'{{"type": "record_interaction", "event": {event}}}')
        assert (await heard(page))["code"] == "invalid"
        await page.send_to('{"type": "get_recommendations", "ref": "x"}')
        assert (await heard(page))["ref"] == "x"

    played(play)


def test_a_page_whose_token_ends_is_shown_out_at_the_next_news(world):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        world.caller, world.order = None, "xyz"
        notifications.tell(["u:ada"])
        assert (await heard(page))["code"] == "unauthorized"
        assert (await page.receive_output(PATIENCE_SECONDS))["code"] == 4401

    played(play)


MESSAGES = {
    "subscribe": Scope.READ,
    "get_recommendations": Scope.READ,
    "get_similar_products": Scope.READ,
    "say": Scope.READ,
    "record_interaction": Scope.WRITE,
}
BODIES = {
    "get_similar_products": {"item_id": "a"},
    "say": {"message": "hello"},
    "record_interaction": {"event": {"item_id": "a", "type": "like"}},
}


def test_the_table_has_every_message():
    kinds = {
        model.model_fields["type"].annotation.__args__[0] for model in Incoming.__args__[0].__args__
    }
    assert kinds == set(MESSAGES)


@pytest.mark.parametrize("kind", MESSAGES)
@pytest.mark.parametrize("held", [*Scope, None])
def test_each_message_needs_its_scope(world, kind, held):
    """Of a key with one scope; of nobody any more, who is shown out."""

    async def play(page: Page) -> None:
        await kinds(page, 2)
        world.caller = None if held is None else Caller("shop", frozenset((held,)), id="key 1")
        await page.send_to(orjson.dumps({"type": kind, **BODIES.get(kind, {})}).decode())
        told = await heard(page)
        if held is None:
            assert told["code"] == "unauthorized"
            assert (await page.receive_output(PATIENCE_SECONDS))["code"] == 4401
        elif held is MESSAGES[kind]:
            assert told["type"] != "error"
        else:
            assert told["code"] == "forbidden"

    played(play)


def test_an_answer_comes_in_parts_that_name_the_message(world):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        await page.send_to('{"type": "say", "message": "hello", "ref": "m1"}')
        parts = [await heard(page) for _ in range(3)]
        assert [part["type"] for part in parts] == ["talk_list", "talk_words", "talk_answer"]
        assert {part["ref"] for part in parts} == {"m1"}
        await page.send_to('{"type": "say", "message": "hello", "user_id": "bob"}')
        assert (await heard(page))["code"] == "forbidden"

    played(play)
    assert set(world.asked) == {Person("ada")}


@pytest.mark.parametrize("named", [{"user_id": "bob"}, {"session_id": "s"}])
@pytest.mark.parametrize("kind", ["subscribe", "get_recommendations", "record_interaction"])
def test_another_persons_id_is_an_error_and_the_line_holds(world, kind, named):
    event = {"event": {"item_id": "a", "type": "like", **named}}
    body = event if kind == "record_interaction" else named

    async def play(page: Page) -> None:
        await kinds(page, 2)
        await page.send_to(orjson.dumps({"type": kind, **body}).decode())
        assert (await heard(page))["code"] == "forbidden"
        await page.send_to('{"type": "get_recommendations", "user_id": "ada"}')
        assert await kinds(page, 1) == ["recommendations"]

    played(play)
    assert set(world.asked) == {Person("ada")}


@pytest.mark.parametrize(
    ("sent", "code", "place"),
    [
        ("{", "malformed_json", None),
        ("7", "invalid", None),
        ("{}", "unknown_type", None),
        ('{"type": "hack"}', "unknown_type", None),
        ('{"type": "subscribe", "n": 1000}', "invalid", "n"),
        ('{"type": "subscribe", "seq": -1}', "invalid", "seq"),
        ('{"type": "get_similar_products"}', "invalid", "item_id"),
        ('{"type": "get_recommendations", "exclude": [""]}', "invalid", "exclude.0"),
        (f'{{"type": "{"x" * 70_000}"}}', "invalid", None),
    ],
)
def test_nonsense_is_answered_and_the_line_holds(world, sent, code, place):
    async def play(page: Page) -> None:
        await kinds(page, 2)
        await page.send_to(sent)
        error = await heard(page)
        assert (error["type"], error["code"]) == ("error", code)
        places = [each["place"] for each in error.get("errors", [])]
        assert place is None or place in places
        await page.send_to('{"type": "get_recommendations"}')
        assert await kinds(page, 1) == ["recommendations"]

    played(play)


def test_a_page_that_takes_nothing_is_disconnected_and_not_waited_for(world, monkeypatch):
    rules = Settings(realtime={"slow_seconds": 0.1})
    monkeypatch.setattr(ws, "settings", lambda: rules)
    layer = notifications.get_channel_layer()

    async def stuck(self: Any, text_data: str) -> None:
        await asyncio.sleep(2 * PATIENCE_SECONDS)

    async def play(page: Page) -> None:
        await kinds(page, 2)
        monkeypatch.setattr(ws.RecommendationsConsumer, "send", stuck)
        assert list(layer.groups) == [notifications.group_of("u:ada")]
        world.order = "zyx"
        notifications.tell(["u:ada"])
        async with asyncio.timeout(PATIENCE_SECONDS):
            await page.future
        assert layer.groups == {}

    played(play)
