"""The outbox: real rows, to a list, a real webhook, a real Redis, and librdkafka's own Kafka."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from benchmarks.stream_brokers import kafka
from tests.omakase_service.streams.brokers import ListSink

from omakase_service.events.services import record
from omakase_service.platform.exceptions import Invalid
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.store import write
from omakase_service.streams.connections import open_sink, require_source
from omakase_service.streams.contracts import BrokerDown
from omakase_service.streams.models import StreamState
from omakase_service.streams.outbound import publish, send_batch

SECRET = "a secret for signatures"


def views(*names: str) -> None:
    record(
        events=[
            {"event_id": name, "user_id": "u1", "item_id": "i1", "type": "view"} for name in names
        ]
    )


def answered(request_id: str) -> None:
    items = [ShownItem("i1", 0.5), ShownItem("i2", 0.25)]
    write(answers=[LoggedAnswer(request_id, 1_700_000_000, items, "ease", "v1", user_id="u1")])


def sent(sink: ListSink) -> int:
    return publish(
        sink, ("events", "answers"), is_over=lambda: False, until_empty=True, from_start=True
    )


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("omakase_service.streams.outbound.time.sleep", lambda seconds: None)


def test_publish_sends_each_event_and_answer_once_over_several_runs(db):
    views("a", "b")
    answered("r1")
    first, second = ListSink(), ListSink()
    assert sent(first) == 3
    views("c")
    assert sent(second) == 1
    assert [r.key for t, r in first.records if t == "events"] == ["a", "b"]
    (answer,) = [r for t, r in first.records if t == "answers"]
    assert answer.fields["items"][1] == {
        "rank": 2,
        "item_id": "i2",
        "score": 0.25,
        "probability": 1.0,
    }
    assert [r.key for _, r in second.records] == ["c"]


def test_publish_first_time_begins_now(db):
    views("old")
    sink = ListSink()
    publish(sink, ("events",), is_over=lambda: False, until_empty=True)
    views("new")
    publish(sink, ("events",), is_over=lambda: False, until_empty=True)
    assert [r.key for _, r in sink.records] == ["new"]


def test_publish_sink_that_refuses_sends_again_and_loses_nothing(db):
    views("a")
    sink = ListSink(refuses=2)
    assert sent(sink) == 1
    assert [r.key for _, r in sink.records] == ["a"]
    assert set(StreamState.objects.values_list("note", flat=True)) == {""}


def test_send_batch_refused_leaves_the_cursor(db):
    views("a")
    StreamState.objects.create(name="out:list:events")
    with pytest.raises(BrokerDown):
        send_batch(ListSink(refuses=1), "events")
    assert StreamState.objects.get().position == 0


@pytest.fixture
def webhook() -> Iterator[tuple[str, list]]:
    """A server that answers 503 once and then takes everything; address and what it took."""
    taken: list[tuple[dict, bytes]] = []
    answers = [503]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = answers.pop() if answers else 204
            if status == 204:
                taken.append((dict(self.headers), body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *words: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook", taken
        server.shutdown()
        thread.join()


def test_webhook_gets_signed_batches_after_a_refusal(db, settings_with, webhook):
    address, taken = webhook
    settings_with(streams={"webhook_url": address, "webhook_secret": SECRET})
    views("a", "b")
    assert sent(open_sink("webhook")) == 2
    ((headers, body),) = taken
    moment, given = (part.split("=", 1)[1] for part in headers["Omakase-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256)
    assert given == expected.hexdigest()
    assert [r["event_id"] for r in json.loads(body)["records"]] == ["a", "b"]


def test_redis_stream_gets_events(db, settings_with, redis_server):
    import redis

    settings_with(streams={"redis_url": redis_server.url, "events_out": "out-test"})
    views("a", "b")
    assert sent(open_sink("redis")) == 2
    entries = redis.Redis.from_url(redis_server.url).xrange("out-test")
    assert [json.loads(fields[b"event"])["event_id"] for _, fields in entries] == ["a", "b"]


def test_kafka_topic_gets_events_of_a_person_in_order(db, settings_with):
    from confluent_kafka import Consumer

    with kafka() as broker:
        address = broker.settings["OMAKASE_STREAMS__KAFKA_BROKERS"]
        settings_with(streams={"kafka_brokers": address})
        views("a", "b", "c")
        assert sent(open_sink("kafka")) == 3
        reader = Consumer(
            {"bootstrap.servers": address, "group.id": "t", "auto.offset.reset": "earliest"}
        )
        reader.subscribe(["omakase.events.stored"])
        messages = reader.consume(3, 30)
        reader.close()
    assert [json.loads(m.value())["event_id"] for m in messages] == ["a", "b", "c"]


def test_sinks_and_sources_without_address_say_which_setting(settings_with):
    settings_with()
    with pytest.raises(Invalid, match="webhook_secret"):
        open_sink("webhook")
    with pytest.raises(Invalid, match="kafka_brokers"):
        open_sink("kafka")
    with pytest.raises(Invalid, match="redis_url"):
        require_source("redis")
