"""Traces as a collector gets them; and nothing at all where nobody asked for them."""

import logging
import subprocess
import sys
from collections.abc import Iterator

import orjson
import pytest
from benchmarks.environment import environment_of
from django.db import connection
from tests.omakase_service.platform.otlp_collector import Collector

from omakase_service.platform import tracing
from omakase_service.platform.logs import JsonFormatter
from omakase_service.platform.nonblocking import WouldBlock
from omakase_service.serving import live_version
from omakase_settings import Settings

OUTSIDE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def collector(monkeypatch) -> Iterator[Collector]:
    """Traces are measured, and sent there by `tracing.end`."""
    held = Collector()
    made = Settings(tracing={"endpoint": held.url, "service": "shop"})
    monkeypatch.setattr(tracing, "settings", lambda: made)
    tracing.begin()
    if connection.connection is not None:
        tracing.watch_connection(connection)
    yield held
    tracing.end()
    held.stop()
    if tracing.query_wrapper in connection.execute_wrappers:
        connection.execute_wrappers.remove(tracing.query_wrapper)


def said(span) -> dict[str, str]:
    return {
        each.key: each.value.string_value or str(each.value.int_value or each.value.bool_value)
        for each in span.attributes
    }


@pytest.mark.django_db
def test_a_request_is_seen_from_the_door_to_the_gate(trained, collector, post):
    live_version.now()  # what warms a version is no part of a request
    asked = {"user_id": "u00", "n": 3, "refresh": True}
    assert post("/api/recommendations", asked).status_code == 200
    tracing.end()
    door = collector.named("POST /api/recommendations")
    asked = collector.named("recommend")
    assert asked.parent_span_id == door.span_id
    for name in ("person", "source ease", "merge", "gate", "answer"):
        assert collector.named(name).parent_span_id == asked.span_id, name
    assert {span.trace_id for span in collector.spans} == {door.trace_id}
    assert collector.services == {"shop"}
    order = ["source ease", "merge", "gate", "answer"]
    begun = [collector.named(name).start_time_unix_nano for name in order]
    assert begun == sorted(begun)
    assert said(door)["http.route"] == "/api/recommendations"
    assert said(door)["http.response.status_code"] == "200"
    assert said(asked)["omakase.algorithm"] == "ease"


@pytest.mark.django_db
def test_queries_are_seen_by_their_tables_within_what_asked_them(trained, collector, post):
    post("/api/recommendations", {"user_id": "u00", "n": 3, "refresh": True})
    tracing.end()
    person = collector.named("person")
    mine = [span for span in collector.spans if span.parent_span_id == person.span_id]
    assert any(span.name == "SELECT omakase_events_event" for span in mine)
    assert said(mine[0])["db.system.name"] == connection.vendor
    assert said(mine[0])["db.operation.name"] == "SELECT"


@pytest.mark.django_db
def test_nothing_that_names_a_person_or_opens_a_door_is_sent(trained, collector, api):
    body = {"user_id": "zoe-the-person", "session_id": "zoes-session", "n": 3, "refresh": True}
    event = {"user_id": "zoe-the-person", "item_id": "i01", "type": "view", "event_id": "zoes-1"}
    for path, told in (("/api/recommendations", body), ("/api/events", event)):
        assert api.post(path, told, content_type="application/json").status_code == 200
    api.get("/api/users/zoe-the-person/stats")
    api.get("/api/users/zoe-the-person/export")
    tracing.end()
    sent = b"".join(collector.raw)
    assert b"/api/users/{" in sent or b"/api/users/<" in sent
    assert b"zoe" not in sent
    assert b"omk_" not in sent


def test_an_error_is_told_by_its_kind_not_by_its_words(collector):
    with pytest.raises(ValueError), tracing.span("work"):
        raise ValueError("zoe is not 18")
    tracing.end()
    span = collector.named("work")
    assert said(span)["error.type"] == "ValueError"
    assert (span.status.code, span.status.message, list(span.events)) == (2, "", [])
    assert b"zoe" not in b"".join(collector.raw)


def test_what_is_begun_again_elsewhere_is_told_once(collector):
    for attempt in (1, 2):
        with pytest.raises(WouldBlock) if attempt == 1 else tracing.SILENCE, tracing.span("work"):
            if attempt == 1:
                raise WouldBlock
    tracing.end()
    assert collector.named("work")


@pytest.mark.django_db
def test_a_trace_that_began_elsewhere_goes_on_here(collector, api):
    api.get("/api/items", headers={"traceparent": f"00-{OUTSIDE}-b7ad6b7169203331-01"})
    tracing.end()
    door = collector.named("GET /api/items")
    assert door.trace_id.hex() == OUTSIDE
    assert door.parent_span_id.hex() == "b7ad6b7169203331"


@pytest.mark.django_db
def test_one_that_its_caller_does_not_trace_is_not_traced_here(collector, api):
    api.get("/api/items", headers={"traceparent": f"00-{OUTSIDE}-b7ad6b7169203331-00"})
    tracing.end()
    assert collector.spans == []


@pytest.mark.django_db
def test_each_request_has_a_trace_of_its_own(collector, api):
    api.get("/api/items")
    api.get("/api/nothing")
    tracing.end()
    doors = [span for span in collector.spans if not span.parent_span_id]
    assert len({door.trace_id for door in doors}) == 2
    assert sorted(door.name for door in doors) == ["GET", "GET /api/items"]


def test_a_line_of_the_log_names_its_trace(collector):
    record = logging.LogRecord("omakase.test", logging.INFO, "f.py", 1, "x", (), None)
    assert "trace_id" not in orjson.loads(JsonFormatter().format(record))
    with tracing.span("work"):
        line = orjson.loads(JsonFormatter().format(record))
    tracing.end()
    span = collector.named("work")
    assert (line["trace_id"], line["span_id"]) == (span.trace_id.hex(), span.span_id.hex())
    assert "trace_id" not in orjson.loads(JsonFormatter().format(record))


def test_a_share_of_none_sends_nothing(monkeypatch, collector):
    tracing.end()
    none = Settings(tracing={"endpoint": collector.url, "share": 0.0})
    monkeypatch.setattr(tracing, "settings", lambda: none)
    tracing.begin()
    with tracing.span("work"):
        pass
    tracing.end()
    assert collector.spans == []


def test_a_collector_that_is_away_disturbs_nobody(monkeypatch, caplog):
    made = Settings(tracing={"endpoint": "http://127.0.0.1:1"})
    monkeypatch.setattr(tracing, "settings", lambda: made)
    monkeypatch.setattr(tracing, "FLUSH_MILLISECONDS", 100)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    tracing.begin()
    with tracing.span("work") as told:
        told.set(done=True)
    tracing.end()
    assert tracing.span("work") is tracing.SILENCE


OFF = """
import sys
from omakase_cli.boot import start_django
start_django()
from omakase_service.platform import tracing
tracing.begin()
import omakase_service.config.asgi
from django.test import Client
assert Client().get("/health/live").status_code == 200
assert tracing.span("a") is tracing.span("b") is tracing.SILENCE
assert tracing.ids() == {}
steps = iter([("a", 1)])
assert tracing.steps(steps) is steps
tracing.end()
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""


def test_tracing_switched_off_imports_nothing(tmp_path):
    words = [sys.executable, "-c", OFF]
    done = subprocess.run(words, env=environment_of(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_a_span_that_nobody_measures_says_nothing():
    with tracing.span("work", n=1) as told:
        told.set(more=2)
    assert told is tracing.NOTHING
    with pytest.raises(ValueError), tracing.span("work"):
        raise ValueError


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(tracing, "find_spec", lambda name: None)
    tracing.require_packages(Settings())
    with pytest.raises(ValueError, match=r"pip install omakase-recsys\[otel\]"):
        tracing.require_packages(Settings(tracing={"endpoint": "http://host:4318"}))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("http://host:4318", "http://host:4318/v1/traces"),
        ("http://host:4318/", "http://host:4318/v1/traces"),
        ("https://host/otlp", "https://host/otlp/v1/traces"),
        ("http://host:4318/v1/traces", "http://host:4318/v1/traces"),
    ],
)
def test_spans_are_sent_to_the_path_that_otlp_gives_them(given, sent):
    assert tracing.address_of(given) == sent


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        (
            'SELECT "a"."b" FROM "omakase_events_event" WHERE "b" = %s',
            "SELECT omakase_events_event",
        ),
        ("INSERT INTO omakase_x (a) VALUES (%s)", "INSERT omakase_x"),
        ('UPDATE "t" SET "a" = %s', "UPDATE t"),
        ("BEGIN", "BEGIN"),
        ("", ""),
    ],
)
def test_a_query_is_called_by_what_it_does_and_where(sql, name):
    assert tracing.statement_summary(sql) == name
