"""What a message becomes: events under ids that stay, or a dead letter with its reason."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.omakase_service.streams.brokers import Broker

from omakase_service.events.models import Event
from omakase_service.streams.contracts import (
    DeadMessage,
    IncomingMessage,
    OutgoingRecord,
    StreamReport,
)
from omakase_service.streams.inbound import LONGEST_PAYLOAD, dead_letter, open_messages, take
from omakase_service.streams.models import DeadLetter, StreamState
from omakase_service.streams.redis_streams import payload_of
from omakase_service.streams.selectors import (
    dead_letters,
    export_letters,
    inbound_lag,
    letters_number,
    outbound_lag,
    sent_position,
    states,
)
from omakase_service.streams.services import erase_letters

VIEW = {"user_id": "u1", "item_id": "i1", "type": "view", "time": 1_700_000_000}


def message(payload, n=0):
    raw = payload if isinstance(payload, bytes | None) else json.dumps(payload).encode()
    return IncomingMessage(f"list:{n}", raw, n)


def brought(*payloads):
    """A broker with messages, and what became of them."""
    broker = Broker([json.dumps(each).encode() for each in payloads])
    return broker, take(broker, broker.messages())


@pytest.mark.parametrize("said", [{}, {"event_id": None}])
def test_event_without_an_id_goes_by_the_place_of_its_message(said):
    events, positions, dead = open_messages([message(VIEW | said, 7)])
    assert (events, positions, dead) == ([VIEW | {"event_id": "list:7"}], ["list:7"], [])


def test_event_with_an_id_keeps_it():
    events, positions, _ = open_messages([message(VIEW | {"event_id": "mine"}, 7)])
    assert (events[0]["event_id"], positions) == ("mine", ["list:7"])


def test_events_of_a_list_go_by_their_place_in_it():
    events, positions, _ = open_messages([message([VIEW, VIEW | {"event_id": "x"}, VIEW], 7)])
    assert [event["event_id"] for event in events] == ["list:7/0", "x", "list:7/2"]
    assert positions == ["list:7/0", "list:7/1", "list:7/2"]


def test_events_of_several_messages_come_in_their_order():
    events, positions, dead = open_messages(
        [message([VIEW, VIEW], 1), message(b"{", 2), message(VIEW, 3)]
    )
    assert positions == ["list:1/0", "list:1/1", "list:3"]
    assert [event["event_id"] for event in events] == positions
    assert [each.position for each in dead] == ["list:2"]


@pytest.mark.parametrize("said", [{}, {"event_id": None}])
def test_message_that_comes_again_is_the_same_event(db, said):
    broker, first = brought(VIEW | said)
    broker.acknowledged.clear()
    again = take(broker, broker.messages())
    assert (first.stored, again.stored, again.known) == (1, 0, 1)
    assert Event.objects.get().event_id == "list:events:0"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (None, "the message is empty"),
        (b"", "the message is empty"),
        (b"null", "the message is no JSON object of an event, nor a list of such"),
        (b'"text"', "the message is no JSON object of an event, nor a list of such"),
        (b"[1]", "the message is no JSON object of an event, nor a list of such"),
        (b"[[]]", "the message is no JSON object of an event, nor a list of such"),
        (b'[{"user_id":"u"},7]', "the message is no JSON object of an event, nor a list of such"),
        (
            b"[" * 60 + b"]" * 60,
            "lists and objects lie within each other more than 50 deep",
        ),
    ],
)
def test_message_without_events_is_dead_with_its_reason(payload, reason):
    events, positions, [dead] = open_messages([message(payload)])
    assert (events, positions) == ([], [])
    assert (dead.position, dead.reason, dead.user_id) == ("list:0", reason, "")
    assert dead.payload == (payload or b"").decode()


@pytest.mark.parametrize("payload", [b"{", b"nope", b"\xff\xfe", b"{'a': 1}", b"NaN"])
def test_message_that_is_no_json_is_dead_with_what_was_wrong(payload):
    _, _, [dead] = open_messages([message(payload)])
    assert dead.reason.startswith("the message is no JSON: ")
    assert dead.payload == payload.decode("utf-8", "replace")


def test_dead_message_keeps_its_beginning_without_what_no_store_keeps():
    _, _, [dead] = open_messages([message(b"\0" + b"x" * 20_000)])
    assert dead.payload == "�" + "x" * (LONGEST_PAYLOAD - 1)


@given(st.binary(max_size=40))
def test_message_of_any_bytes_is_events_or_one_dead_letter(payload):
    events, positions, dead = open_messages([message(payload)])
    assert len(events) == len(positions)
    assert bool(events) != bool(dead)
    assert len(dead) <= 1


@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("u1", "u1"),
        ("  u1 ", "u1"),
        (7, "7"),
        ("하나", "하나"),
        ("a\0b", "ab"),
        ("x" * 300, "x" * 255),
        (None, ""),
        (True, ""),
        (1.5, ""),
        (["u1"], ""),
        ({}, ""),
    ],
)
def test_dead_letter_names_its_person_as_the_log_would(user, text):
    dead = dead_letter("p", {"user_id": user}, [{"place": "type", "message": "no"}])
    assert dead.user_id == text


def test_dead_letter_says_every_reason_with_its_place():
    errors = [
        {"place": "type", "message": "unknown"},
        {"place": "", "message": "nobody"},
        {"place": "time", "message": "late"},
    ]
    dead = dead_letter("p", {"a": "하나"}, errors)
    assert dead.reason == "type: unknown; nobody; time: late"
    assert dead.payload == '{"a":"하나"}'
    assert dead.position == "p"


def test_dead_letter_of_a_list_is_its_event_alone(db):
    broker, report = brought([VIEW, VIEW | {"type": "veiw"}, VIEW])
    assert (report.stored, report.dead) == (2, 1)
    [letter] = DeadLetter.objects.all()
    assert letter.position == "list:events:0/1"
    assert json.loads(letter.payload)["type"] == "veiw"
    assert letter.reason == "type: no kind of event 'veiw'; did you mean 'view'?"
    assert letter.user_id == "u1"
    assert [m.position for m in broker.buried] == ["list:events:0/1"]


def test_dead_letters_of_a_person_with_blanks_are_forgotten_with_them(db):
    brought(VIEW | {"user_id": " u1 ", "type": "veiw"}, VIEW | {"user_id": 2, "type": "veiw"})
    assert [letter["position"] for letter in export_letters("u1")] == ["list:events:0"]
    assert erase_letters("u1", ()) == 1
    assert erase_letters("2", ()) == 1
    assert erase_letters("3", ()) == 0


def test_dead_letter_that_was_kept_and_not_sent_is_sent_again(db):
    class Refusing(Broker):
        def bury(self, messages):
            raise ConnectionError

    refusing = Refusing([b"{"])
    with pytest.raises(ConnectionError):
        take(refusing, refusing.messages())
    assert not DeadLetter.objects.get().is_sent
    assert refusing.acknowledged == []
    broker = Broker([b"{"])
    assert take(broker, broker.messages()).dead == 0
    assert DeadLetter.objects.get().is_sent
    assert [each.position for each in broker.buried] == ["list:events:0"]


def test_take_adds_to_what_the_stream_came_to(db):
    brought(VIEW, VIEW | {"type": "veiw"})
    broker = Broker([json.dumps(VIEW).encode()])
    take(broker, broker.messages())
    state = StreamState.objects.get(name="in:list:events")
    assert (state.stored, state.known, state.dead) == (1, 1, 1)


def test_take_of_nothing_that_can_be_stored_acknowledges_all_the_same(db):
    broker = Broker([b"{", None])
    assert take(broker, broker.messages()) == StreamReport(dead=2)
    assert broker.acknowledged == [0, 1]


def test_reports_add_up():
    total = StreamReport(1, 2, 3) + StreamReport(10, 20, 30)
    assert total == StreamReport(11, 22, 33)
    assert total + StreamReport() == total


def test_record_is_sent_with_its_key():
    made = OutgoingRecord("k", "u", {"item_id": "하나", "value": None})
    assert json.loads(made.json()) == {"key": "k", "item_id": "하나", "value": None}
    assert json.loads(OutgoingRecord("k", "", {}).json()) == {"key": "k"}


@pytest.mark.parametrize(
    ("fields", "payload"),
    [
        (None, None),
        ({}, None),
        ({b"event": b'{"a":1}'}, b'{"a":1}'),
        ({b"event": b"", b"other": b"x"}, b""),
        ({b"event": b"\xff"}, b"\xff"),
        ({b"a": b"1", b"time": b"5"}, b'{"a":"1","time":5}'),
        ({b"time": b"0"}, b'{"time":0}'),
        ({b"time": b"2024-01-01T00:00:00Z"}, b'{"time":"2024-01-01T00:00:00Z"}'),
        ({b"time": b"-5"}, b'{"time":"-5"}'),
        ({b"time": b"1.5"}, b'{"time":"1.5"}'),
        ({b"time": b""}, b'{"time":""}'),
        ({b"time": "²".encode()}, '{"time":"²"}'.encode()),
        ({b"time": "٣".encode()}, '{"time":"٣"}'.encode()),
        ({b"time": b"9" * 18}, b'{"time":' + b"9" * 18 + b"}"),
        ({b"time": b"9" * 30}, b'{"time":"' + b"9" * 30 + b'"}'),
        ({b"time": b"9" * 5000}, b'{"time":"' + b"9" * 5000 + b'"}'),
        ({"이름".encode(): "값".encode()}, '{"이름":"값"}'.encode()),
        ({b"a": b"\xff"}, '{"a":"�"}'.encode()),
    ],
)
def test_payload_of_an_entry_is_its_event_or_its_fields(fields, payload):
    assert payload_of(fields) == payload


@given(st.dictionaries(st.binary(max_size=5), st.binary(max_size=25), max_size=4))
def test_payload_of_any_fields_is_an_object_or_the_event(fields):
    payload = payload_of(fields)
    if b"event" in fields:
        assert payload == fields[b"event"]
    elif fields:
        assert isinstance(orjson.loads(payload), dict)
    else:
        assert payload is None


def stream(name, **facts):
    return StreamState.objects.create(name=name, **facts)


def test_lags_add_up_by_their_direction(db):
    assert (inbound_lag(), outbound_lag(), letters_number()) == (0, 0, 0)
    stream("in:kafka:a", lag=3)
    stream("in:redis:b", lag=4)
    stream("out:redis:events", lag=50)
    assert (inbound_lag(), outbound_lag()) == (7, 50)


def test_sent_position_is_that_of_the_slowest_receiver(db):
    assert sent_position("events") is None
    stream("out:kafka:events", position=9)
    stream("out:webhook:events", position=4)
    stream("out:webhook:answers", position=2)
    stream("in:redis:events", position=1)
    assert (sent_position("events"), sent_position("answers")) == (4, 2)


def test_states_are_listed_by_their_names(db):
    stream("out:b", note="waits")
    stream("in:a", stored=3)
    assert [(row["name"], row["stored"], row["note"]) for row in states()] == [
        ("in:a", 3, ""),
        ("out:b", 0, "waits"),
    ]
    assert str(StreamState.objects.get(name="in:a")) == "in:a"


def test_dead_letters_are_listed_newest_first_up_to_a_limit(db):
    for n in range(5):
        DeadLetter.objects.create(position=f"p{n}", stream="in:a", reason="r")
    assert [row["position"] for row in dead_letters(limit=2)] == ["p4", "p3"]
    assert len(dead_letters()) == 5
    assert letters_number() == 5.0


def test_export_of_letters_says_what_is_kept_of_a_person(db):
    DeadLetter.objects.create(position="p", stream="s", reason="r", payload="{}", user_id="u")
    [row] = export_letters("u")
    assert set(row) == {"position", "reason", "payload", "created"}
    assert (row["reason"], row["payload"]) == ("r", "{}")
    assert export_letters("v") == export_letters("U") == []


def test_dead_message_is_a_value():
    assert DeadMessage("p", "r", "x", "u") == DeadMessage("p", "r", "x", "u")
