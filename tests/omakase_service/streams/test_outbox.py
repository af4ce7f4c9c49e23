"""The outbox batch by batch: its cursor, its order, what is said while it waits."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.omakase_service.streams.brokers import ListSink

from omakase_service.events.models import Event
from omakase_service.streams.connections import open_sink, open_source, require_source
from omakase_service.streams.contracts import BrokerDown, OutgoingRecord
from omakase_service.streams.models import StreamState
from omakase_service.streams.outbound import begin, name_of, note_failure, publish, send_batch

pytestmark = pytest.mark.django_db
NAME = "out:list:events"


def bring(number, **fields):
    first = Event.objects.count()
    Event.objects.bulk_create(
        Event(**{"event_id": f"e{first + n}", "user_id": "u", "item_id": "i", "kind": "view",
                 "time": n} | fields)
        for n in range(number)
    )  # fmt: skip


def keys(sink):
    return [record.key for _, record in sink.records]


def state():
    return StreamState.objects.get(name=NAME)


class Failing(ListSink):
    """Takes so many batches, then refuses."""

    def __init__(self, takes):
        super().__init__()
        self.takes = takes

    def send(self, topic, records: Sequence[OutgoingRecord]):
        if not self.takes:
            raise BrokerDown("the disk there is full")
        self.takes -= 1
        super().send(topic, records)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.integers(1, 5), parts=st.lists(st.integers(0, 6), max_size=4))
def test_batches_of_any_length_hold_every_event_once_in_order(settings_with, db, batch, parts):
    Event.objects.all().delete()
    StreamState.objects.all().delete()
    settings_with(streams={"batch": batch})
    sink = ListSink()
    begin(sink, "events", from_start=True)
    for part in parts:
        bring(part)
        while number := send_batch(sink, "events"):
            assert number <= batch
    assert keys(sink) == [f"e{n}" for n in range(sum(parts))]
    assert state().stored == sum(parts)
    assert state().lag == 0


def test_cursor_that_was_begun_goes_on_where_it_was():
    bring(3)
    begin(ListSink(), "events", from_start=False)
    place = state().position
    assert place == Event.objects.order_by("-seq").first().seq
    begin(ListSink(), "events", from_start=True)
    assert state().position == place


def test_cursor_of_an_empty_log_begins_at_nothing():
    begin(ListSink(), "events", from_start=False)
    assert state().position == 0
    bring(1)
    sink = ListSink()
    assert send_batch(sink, "events") == 1


def test_lag_is_what_is_behind_the_batch(settings_with):
    settings_with(streams={"batch": 2})
    begin(ListSink(), "events", from_start=True)
    bring(5)
    send_batch(ListSink(), "events")
    assert state().lag == 3


def test_cursor_passes_over_lines_that_are_gone():
    begin(ListSink(), "events", from_start=True)
    bring(4)
    last = Event.objects.order_by("-seq").first().seq
    Event.objects.filter(event_id__in=["e0", "e2"]).delete()
    sink = ListSink()
    assert send_batch(sink, "events") == 2
    assert keys(sink) == ["e1", "e3"]
    assert state().position == last
    assert send_batch(sink, "events") == 0


@pytest.mark.parametrize(
    ("fields", "person"),
    [
        ({"user_id": "u", "session_id": "s"}, "u"),
        ({"user_id": None, "session_id": "s"}, "s"),
        ({"user_id": None, "session_id": None}, ""),
    ],
)
def test_record_belongs_to_its_user_or_else_to_its_session(fields, person):
    begin(ListSink(), "events", from_start=True)
    bring(1, **fields)
    sink = ListSink()
    send_batch(sink, "events")
    [(topic, record)] = sink.records
    assert (topic, record.key, record.person) == ("events", "e0", person)
    assert record.fields["item_id"] == "i"
    assert record.fields["seq"] > 0


def test_note_of_a_failure_goes_with_the_next_success():
    begin(ListSink(), "events", from_start=True)
    note_failure("list", ["events", "answers"], "gone")
    assert state().note == "gone"
    send_batch(ListSink(), "events")
    assert state().note == ""


def test_note_of_a_failure_touches_no_other_sink():
    StreamState.objects.create(name="out:other:events")
    begin(ListSink(), "events", from_start=True)
    note_failure("list", ["events"], "gone")
    assert StreamState.objects.get(name="out:other:events").note == ""


def test_publish_that_is_over_sends_nothing():
    bring(2)
    sink = ListSink()
    assert publish(sink, ("events",), is_over=lambda: True, from_start=True) == 0
    assert sink.records == []
    assert state().position == 0


def test_publish_of_a_sink_that_fails_later_keeps_what_it_took(settings_with, monkeypatch):
    waits = []
    monkeypatch.setattr("omakase_service.streams.outbound.time.sleep", waits.append)
    settings_with(streams={"batch": 2})
    bring(6)
    sink = Failing(takes=2)
    sent = publish(sink, ("events",), is_over=lambda: len(waits) >= 3, from_start=True)
    assert sent == 4
    assert keys(sink) == ["e0", "e1", "e2", "e3"]
    assert state().note == "the disk there is full"
    assert waits == [1.0, 2.0, 4.0]
    again = ListSink()
    publish(again, ("events",), is_over=lambda: False, until_empty=True)
    assert keys(again) == ["e4", "e5"]


def test_publish_waits_ever_longer_up_to_an_end(monkeypatch):
    waits = []
    monkeypatch.setattr("omakase_service.streams.outbound.time.sleep", waits.append)
    bring(1)
    publish(Failing(0), ("events",), is_over=lambda: len(waits) >= 11, from_start=True)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_names_of_cursors_say_sink_and_topic():
    assert name_of("kafka", "answers") == "out:kafka:answers"
    assert str(StreamState(name=name_of("a", "events"))) == "out:a:events"


def test_message_that_is_too_large_for_kafka_is_a_refusal(settings_with):
    settings_with(
        streams={"kafka_brokers": "127.0.0.1:1", "kafka_options": {"message.max.bytes": "1000"}}
    )
    sink = open_sink("kafka")
    large = OutgoingRecord("k", "u", {"reason": "x" * 5000})
    with pytest.raises(BrokerDown, match=r"^omakase\.events\.stored: .*MSG_SIZE_TOO_LARGE"):
        sink.send("events", [large])
    sink.close()


@pytest.mark.parametrize(
    ("broker", "words"),
    [
        ("kafka", "no Kafka is named: set streams.kafka_brokers, as in host:9092"),
        ("redis", "no Redis is named: set streams.redis_url (or redis_url)"),
    ],
)
@pytest.mark.parametrize("connect", [open_source, open_sink, require_source])
def test_broker_that_is_not_named_says_which_setting(settings_with, connect, broker, words):
    from omakase_service.platform.exceptions import Invalid

    settings_with()
    with pytest.raises(Invalid) as caught:
        connect(broker)
    assert str(caught.value) == words


def test_broker_that_is_named_may_be_required(settings_with):
    settings_with(streams={"kafka_brokers": "127.0.0.1:1", "redis_url": "redis://127.0.0.1:1/0"})
    assert require_source("kafka") is None
    assert require_source("redis") is None


def test_redis_that_is_away_is_a_broker_that_is_down(settings_with):
    settings_with(streams={"redis_url": "redis://127.0.0.1:1/0"})
    with pytest.raises(BrokerDown, match=r"127\.0\.0\.1:1"):
        open_source("redis")
    with pytest.raises(BrokerDown, match=r"127\.0\.0\.1:1"):
        open_sink("redis").send("events", [OutgoingRecord("k", "u", {})])
