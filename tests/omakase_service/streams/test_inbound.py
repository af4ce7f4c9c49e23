"""What becomes of messages: a list stands for a broker, everything behind it is real."""

import pytest
from tests.omakase_service.streams.brokers import Broker

from omakase_service.events.models import Event
from omakase_service.platform.registry import erasers, exporters
from omakase_service.streams.inbound import consume, take
from omakase_service.streams.models import DeadLetter, StreamState
from omakase_service.streams.selectors import inbound_lag

VIEW = b'{"user_id": "u1", "item_id": "i1", "type": "view", "time": 1700000000}'


def test_take_events_without_id_stores_each_position_once(db):
    broker = Broker([VIEW, VIEW])
    assert take(broker, broker.messages()).stored == 2
    broker.acknowledged.clear()
    again = take(broker, broker.messages())
    assert (again.stored, again.known) == (0, 2)
    ids = set(Event.objects.values_list("event_id", flat=True))
    assert ids == {"list:events:0", "list:events:1"}


def test_take_list_of_events_stores_each(db):
    broker = Broker([b"[" + VIEW + b"," + VIEW + b"]"])
    assert take(broker, broker.messages()).stored == 2
    assert Event.objects.filter(event_id="list:events:0/1").exists()


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (None, "is empty"),
        (b"{", "is no JSON"),
        (b"7", "is no JSON object"),
        (b"[]", "is no JSON object"),
        (b'{"user_id": "u1", "type": "view"}', "item_id"),
        (VIEW.replace(b"view", b"veiw"), "did you mean 'view'?"),
        (VIEW.replace(b"1700000000", b'"soon"'), "time"),
        (VIEW.replace(b"1700000000", b"[" * 300 + b"]" * 300), "50 deep"),
    ],
)
def test_take_broken_message_keeps_it_with_its_reason(db, payload, reason):
    broker = Broker([payload, VIEW])
    report = take(broker, broker.messages())
    assert (report.stored, report.dead) == (1, 1)
    letter = DeadLetter.objects.get()
    assert reason in letter.reason
    assert letter.is_sent
    assert [m.position for m in broker.buried] == ["list:events:0"]
    assert broker.acknowledged == [0, 1]


def test_take_broken_message_that_comes_again_is_one_letter(db):
    broker = Broker([b"{"])
    take(broker, broker.messages())
    broker.acknowledged.clear()
    assert take(broker, broker.messages()).dead == 0
    assert DeadLetter.objects.count() == 1
    assert len(broker.buried) == 1


def test_consume_broker_that_fails_begins_again_and_loses_nothing(db, monkeypatch):
    monkeypatch.setattr("omakase_service.streams.inbound.time.sleep", lambda seconds: None)
    broker = Broker([VIEW, b"{", VIEW], refuses=1)
    report = consume(lambda: broker, is_over=lambda: False, until_empty=True)
    assert Event.objects.count() == 2
    assert report.dead == 0  # the first try, of which the broker was not told, had kept it
    assert DeadLetter.objects.count() == 1
    assert inbound_lag() == 0
    assert StreamState.objects.get().name == "in:list:events"


def test_eraser_of_letters_removes_those_of_the_person(db):
    unknown = VIEW.replace(b"view", b"blink")
    broker = Broker([unknown, unknown.replace(b"u1", b"u2")])
    take(broker, broker.messages())
    assert [each["position"] for each in exporters.get("dead_letters")("u1")] == ["list:events:0"]
    assert erasers.get("dead_letters")("u1", ()) == 1
    assert list(DeadLetter.objects.values_list("user_id", flat=True)) == ["u2"]
