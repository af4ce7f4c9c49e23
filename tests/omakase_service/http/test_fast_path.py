"""The lane answers as Django's own way does, and what is out of the ordinary takes that way."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest
from django.db import connection
from tests.walks import entered_steps, files_named, in_order, walk, working_files

from omakase_service.config import asgi
from omakase_service.events import group_commit, ingest
from omakase_service.events.models import Event
from omakase_service.events.services import record
from omakase_service.http.fast_path import FastPath, standing_headers
from omakase_service.http.wsgi_threads import WsgiThreads
from omakase_service.platform import access
from omakase_service.platform import services as keys
from omakase_service.platform.services import create_key
from omakase_service.serving import api
from omakase_service.serving.engine import LiveRecommender
from omakase_settings import Settings

LIST, EVENTS = "/api/recommendations", "/api/events"
VOLATILE = ("x-request-id", "x-response-time", "content-length")
CLICK = {"user_id": "u00", "item_id": "i02", "type": "click"}


class Threads(ThreadPoolExecutor):
    """Remembers how often somebody had to wait."""

    def __init__(self) -> None:
        super().__init__(1)
        self.sent = 0

    def submit(self, *args: Any, **named: Any) -> Any:
        self.sent += 1
        return super().submit(*args, **named)


class Way:
    """An ASGI application to ask."""

    def __init__(self, application: Any, key: str) -> None:
        self.application, self.key = application, key

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, dict, Any]:
        return asyncio.run(self.asked(path, body, **headers))

    def ask_all(self, path: str, bodies: Sequence[Any]) -> list[tuple[int, dict, Any]]:
        async def main() -> list[tuple[int, dict, Any]]:
            return await asyncio.gather(*(self.asked(path, body) for body in bodies))

        return asyncio.run(main())

    async def asked(self, path: str, body: Any = None, **headers: str) -> tuple[int, dict, Any]:
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        path, _, query = path.partition("?")
        told = {"host": "localhost", "x-api-key": self.key, "content-type": "application/json"}
        told |= {name.replace("_", "-"): text for name, text in headers.items()}
        told["content-length"] = str(len(raw))
        scope = {
            "type": "http",
            "method": "GET" if body is None else "POST",
            "path": path,
            "query_string": query.encode(),
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "headers": [(k.encode(), v.encode()) for k, v in told.items() if v],
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.application(scope, receive, send)
        start, end = sent
        names = {k.decode(): v.decode() for k, v in start["headers"]}
        assert len(names) == len(start["headers"])
        return start["status"], names, orjson.loads(end["body"])


@pytest.fixture
def threads():
    pool = Threads()
    yield pool
    closed(pool)
    closed(group_commit.writer_thread())
    pool.shutdown()


@pytest.fixture
def key(db, monkeypatch) -> str:
    calm = Settings(web={"key_seconds": 3600})
    monkeypatch.setattr(keys, "settings", lambda: calm)
    return create_key(name="test", scopes=["read", "write"]).secret


@pytest.fixture
def django(key):
    http = WsgiThreads(asgi.answer_http, 1, 2**20)
    yield Way(http, key)
    closed(http.pool)
    http.close()


@pytest.fixture
def lane(key, threads) -> Way:
    return Way(FastPath(asgi.ASKED_MOST, unasked, threads, 2**20), key)


@pytest.fixture
def calm(trained, settings_with):
    """A server that has just looked for what is new."""
    settings_with(serving={"refresh_seconds": 3600})


def closed(pool: ThreadPoolExecutor) -> None:
    """A database that is to be deleted must have lost its last connection."""
    pool.submit(lambda: connection.close()).result()


async def unasked(scope: Any, receive: Any, send: Any) -> None:
    pytest.fail("it took Django's way")


def same(found: tuple[int, dict, Any]) -> tuple[int, dict, Any]:
    """Without what differs from request to request."""
    status, headers, body = found
    kept = {name: text for name, text in headers.items() if name not in VOLATILE}
    assert set(VOLATILE) <= set(headers)
    for name in ("request_id", "response_time_ms", "event_ids", "cache_hit"):
        body.pop(name, None)
    return status, kept, body


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        (LIST, {"user_id": "u00", "n": 3}, {}, 200),
        (LIST, {"user_id": "u00", "explain": True}, {"accept_language": "ko"}, 200),
        (LIST, {"user_id": "u00", "filter": "item.price >"}, {}, 422),
        (LIST, {"user_id": "u00", "n": 1000}, {}, 422),
        (LIST, {"user_id": "u00", "model": "none such"}, {}, 404),
        (LIST, b"{", {}, 400),
        (f"{LIST}?user_id=u01&n=2&exclude=i03&exclude=i05", None, {}, 200),
        (f"{LIST}?n=zero", None, {}, 422),
        ("/api/recommend/", {"user_id": "u00", "n": 2}, {}, 200),
        (EVENTS, CLICK, {}, 200),
        (EVENTS, [CLICK, {**CLICK, "type": "nonsense"}, {}], {}, 200),
        (EVENTS, {}, {}, 422),
        (EVENTS, [], {}, 422),
        (EVENTS, b"not json", {}, 400),
        (EVENTS, CLICK, {"x_api_key": "omk_12345678_nobody"}, 401),
        (EVENTS, CLICK, {"x_api_key": "", "authorization": "Bearer eyJ.no.token"}, 401),
    ],
)  # fmt: skip
def test_it_answers_as_django_does(trained, django, lane, path, body, headers, status):
    by_django = same(django.ask(path, body, **headers))
    by_lane = same(lane.ask(path, body, **headers))
    assert by_lane == by_django
    assert by_lane[0] == status


@pytest.mark.django_db(transaction=True)
def test_what_nobody_foresaw_is_told_as_django_tells_it(django, lane, monkeypatch):
    def broken(*args: Any, **named: Any) -> None:
        raise ValueError("the inside of it")

    monkeypatch.setattr(api.services, "answer", broken)
    found = [way.ask(LIST, {"user_id": "u"}) for way in (lane, django)]
    assert [(status, body["code"]) for status, _, body in found] == [(500, "internal_error")] * 2
    assert found[0][2] | {"request_id": ""} == found[1][2] | {"request_id": ""}
    assert "inside" not in str(found)


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/api/items", None, {}),
        (EVENTS, CLICK, {"origin": "https://shop.example"}),
        (EVENTS, CLICK, {"cookie": "sessionid=1"}),
        (EVENTS, CLICK, {"x_api_key": ""}),
        (EVENTS, CLICK, {"transfer_encoding": "chunked"}),
        (EVENTS, CLICK, {"host": "evil.example"}),
        (EVENTS, b" " * (2**20 + 1), {}),
        (EVENTS, None, {}),
    ],
)
def test_what_is_out_of_the_ordinary_takes_djangos_way(threads, path, body, headers):
    went: list[str] = []

    async def otherwise(scope: Any, receive: Any, send: Any) -> None:
        went.append(scope["path"])
        await send({"status": 200, "headers": []})
        await send({"body": b"{}"})

    Way(FastPath(asgi.ASKED_MOST, otherwise, threads, 2**20), "omk_a_b").ask(path, body, **headers)
    assert went == [path]
    assert threads.sent == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_at_hand_is_answered_on_the_loop(calm, lane, threads):
    asked = (LIST, {"user_id": "u00", "n": 3})
    assert lane.ask(*asked)[2]["cache_hit"] is False
    before = threads.sent
    assert before > 0
    status, _, body = lane.ask(*asked)
    assert (status, body["cache_hit"], len(body["items"])) == (200, True, 3)
    assert threads.sent == before
    status, _, body = lane.ask(LIST, {"user_id": "u00", "n": 4})
    assert (status, body["cache_hit"], len(body["items"])) == (200, False, 4)
    assert threads.sent == before


@pytest.mark.django_db(transaction=True)
def test_list_that_asks_another_process_is_made_in_a_thread(calm, lane, threads, monkeypatch):
    lane.ask(LIST, {"user_id": "u00", "n": 3})
    before = threads.sent
    monkeypatch.setattr(LiveRecommender, "is_remote", True)
    status, _, body = lane.ask(LIST, {"user_id": "u00", "n": 4})
    assert (status, body["cache_hit"], threads.sent) == (200, False, before + 1)


@pytest.mark.django_db(transaction=True)
def test_events_at_once_are_acknowledged_from_few_commits(calm, lane, threads, monkeypatch):
    groups: list[int] = []
    whole = ingest._store_group
    monkeypatch.setattr(
        ingest, "_store_group", lambda group: groups.append(len(group)) or whole(group)
    )
    lane.ask(EVENTS, CLICK)
    before, groups[:] = threads.sent, []
    events = [{**CLICK, "item_id": f"i{n:02}", "event_id": f"e{n}"} for n in range(12)]
    found = lane.ask_all(EVENTS, events * 2)
    assert [status for status, _, _ in found] == [200] * 24
    assert [body["event_ids"] for _, _, body in found] == [[f"e{n}"] for n in range(12)] * 2
    assert sum(body["stored"] for _, _, body in found) == 12
    assert (sum(groups), len(groups) < 24) == (24, True)
    assert Event.objects.filter(event_id__startswith="e").count() == 12
    assert threads.sent == before


@pytest.mark.django_db(transaction=True)
def test_the_next_answer_knows_the_event(calm, lane):
    asked = (LIST, {"user_id": "u00", "n": 3})
    lane.ask(*asked)
    first = lane.ask(*asked)[2]["items"][0]["item_id"]
    lane.ask(EVENTS, {**CLICK, "item_id": first})
    _, _, body = lane.ask(*asked)
    assert body["cache_hit"] is False
    assert first not in [item["item_id"] for item in body["items"]]


@pytest.mark.django_db(transaction=True)
def test_who_must_wait_is_counted_once(calm, lane, monkeypatch):
    strict = Settings(limits={"key_per_minute": 3})
    monkeypatch.setattr(access, "settings", lambda: strict)
    statuses = [lane.ask(LIST, {"user_id": f"u{n:02}"})[0] for n in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_the_middleware_is_asked_once_for_its_headers():
    known = standing_headers("http", b"localhost", b"ko", b"")
    assert known is standing_headers("http", b"localhost", b"ko", b"")
    assert dict(known)[b"content-language"] == b"ko"
    assert dict(known)[b"x-content-type-options"] == b"nosniff"
    assert standing_headers("http", b"evil.example", b"", b"") is None


@pytest.mark.django_db(transaction=True)
def test_list_goes_the_way_that_the_architecture_tells(lane, calm):
    asked = {"user_id": "u00", "n": 4, "exclude": ["an item that no other test names"]}
    lane.ask(LIST, {**asked, "n": 3})
    with entered_steps() as entered:
        status, *_ = lane.ask(LIST, asked)
    assert status == 200
    told = walk("A list")
    told = told[told.index(("omakase_service/http/fast_path.py", "FastPath.__call__")) :]
    assert in_order(told, entered) == told
    before = {"omakase_service/http/admission.py"}
    assert working_files(entered) | before == files_named("A list")


@pytest.mark.django_db(transaction=True)
def test_event_goes_the_way_that_the_architecture_tells_until_somebody_hears_of_it(lane, calm):
    lane.ask(EVENTS, {**CLICK, "item_id": "i04"})
    with entered_steps() as entered:
        status, *_ = lane.ask(EVENTS, CLICK)
    assert status == 200
    told = walk("An event")
    write = told.index(("omakase_service/events/group_commit.py", "GroupCommit.keep_beside"))
    assert in_order(told[:write], entered) == told[:write]
    closed(group_commit.writer_thread())  # else it may write what this thread brings, too
    with entered_steps() as entered:
        record(events=[{**CLICK, "item_id": "i03"}])
    heard = told.index(("omakase_service/platform/notifications.py", "tell"))
    assert in_order(told[write + 1 : heard + 1], entered) == told[write + 1 : heard + 1]
