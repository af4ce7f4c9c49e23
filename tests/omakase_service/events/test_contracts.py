"""Events and kinds as they are sent: names, times, limits, and what is said of the rest."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omakase_service.events.contracts import EventIn, EventRow, KindIn, KindRule, plausible, seconds
from omakase_service.events.quarantine_contracts import EventSelection, QuarantineCard
from omakase_service.events.upload_contracts import UploadParameters

LEAST = {"user_id": "u", "item_id": "i", "type": "view"}
FIRST = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp())
LAST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
LOW, HIGH = datetime(1901, 1, 1), datetime(2199, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
zones = st.integers(-14 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))


def event(**more):
    return EventIn.model_validate(LEAST | more)


def refusal(model, fields):
    """The first thing that is wrong: where, and what."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(fields)
    first = caught.value.errors()[0]
    return ".".join(map(str, first["loc"])), first["msg"]


@pytest.mark.parametrize("name", ["item_id", "product_id"])
def test_event_item_goes_by_either_name(name):
    fields = {"user_id": "u", name: "i", "type": "view"}
    assert EventIn.model_validate(fields).item_id == "i"


@pytest.mark.parametrize("name", ["type", "kind", "event_type", "interaction_type"])
def test_event_kind_goes_by_any_of_its_names(name):
    assert EventIn.model_validate({"user_id": "u", "item_id": "i", name: "buy"}).kind == "buy"


@pytest.mark.parametrize("name", ["time", "timestamp"])
def test_event_time_goes_by_either_name(name):
    assert event(**{name: 1_700_000_000}).time == 1_700_000_000


@pytest.mark.parametrize("name", ["channel", "source"])
def test_event_channel_goes_by_either_name(name):
    assert event(**{name: "web"}).channel == "web"


def test_event_says_nothing_that_nobody_said():
    said = event()
    assert said.event_id is None
    assert (said.value, said.time, said.session_id, said.duration) == (None, None, None, None)
    assert (said.request_id, said.position) == (None, None)
    assert (said.device, said.channel, said.page, said.reason) == ("", "", "", "")


@pytest.mark.parametrize(
    ("raw", "text"),
    [(7, "7"), ("7", "7"), ("  u ", "u"), (2**70, str(2**70)), ("한", "한"), (-1, "-1")],
)
def test_event_ids_that_are_numbers_are_their_digits(raw, text):
    said = event(user_id=raw, item_id=raw, event_id=raw, session_id=raw)
    assert {said.user_id, said.item_id, said.event_id, said.session_id} == {text}


@pytest.mark.parametrize("name", ["user_id", "item_id", "event_id", "session_id"])
@pytest.mark.parametrize("raw", ["", "  ", "a\nb", "a\x00", True, 1.5, [], {}, "x" * 256])
def test_event_id_that_is_none_is_refused_at_its_place(name, raw):
    place, _ = refusal(EventIn, LEAST | {name: raw})
    assert place == name


def test_event_without_a_person_is_refused():
    _, words = refusal(EventIn, {"item_id": "i", "type": "view"})
    assert words == "Value error, user_id or session_id is needed"
    assert (
        EventIn.model_validate({"session_id": "s", "item_id": "i", "type": "view"}).user_id is None
    )


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("value", float("nan")),
        ("value", float("inf")),
        ("value", "much"),
        ("duration", -0.1),
        ("duration", 1.1e9),
        ("duration", float("nan")),
        ("position", -1),
        ("position", 100_001),
        ("position", 1.5),
        ("request_id", "x" * 65),
        ("device", "x" * 256),
        ("page", "a\x00b"),
        ("channel", 7),
        ("reason", "x" * 2001),
        ("reason", "\x00"),
        ("type", ""),
        ("type", "x" * 51),
        ("colour", "red"),
    ],
)
def test_event_field_beyond_its_limits_is_refused_at_its_place(name, raw):
    place, _ = refusal(EventIn, LEAST | {name: raw})
    assert place == name


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("value", 0),
        ("value", -1e300),
        ("duration", 0),
        ("duration", 1e9),
        ("position", 0),
        ("position", 100_000),
        ("request_id", "x" * 64),
        ("device", "📱" * 255),
        ("reason", "글" * 2000),
        ("kind", "별" * 50),
    ],
)
def test_event_field_at_its_limits_is_taken(name, raw):
    fields = dict(LEAST) if name != "kind" else {"user_id": "u", "item_id": "i"}
    assert getattr(EventIn.model_validate(fields | {name: raw}), name) == raw


@given(st.datetimes(LOW, HIGH), zones)
def test_seconds_of_a_moment_in_any_zone_are_its_unix_seconds(clock, zone):
    moment = clock.replace(microsecond=0, tzinfo=zone)
    assert seconds(moment.isoformat()) == int(moment.timestamp())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T09:00:00+09:00", 0),
        (" 2023-11-14T22:13:20Z ", 1_700_000_000),
        ("2023-11-14 22:13:20.999+00:00", 1_700_000_000),
        ("20231114T221320Z", 1_700_000_000),
        (1_700_000_000, 1_700_000_000),
        (1_700_000_000.9, 1_700_000_000),
        (None, None),
    ],
)
def test_seconds_of_what_may_be_sent(raw, expected):
    assert seconds(raw) == expected


@pytest.mark.parametrize("raw", [True, False])
def test_seconds_of_true_or_false_are_refused(raw):
    with pytest.raises(ValueError, match=r"^a time is a text or a number$"):
        seconds(raw)


@pytest.mark.parametrize("raw", ["2023-11-14T22:13:20", "2023-11-14", "2023-11-14T22:13"])
def test_seconds_of_a_time_without_its_zone_are_refused(raw):
    with pytest.raises(ValueError, match=r"^a time needs its zone: 2026-01-31T12:00:00Z$"):
        seconds(raw)


@pytest.mark.parametrize("raw", ["", "yesterday", "2023-13-01T00:00:00Z", "24:61"])
def test_seconds_of_no_time_are_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        seconds(raw)


@pytest.mark.parametrize("value", [FIRST, 0, LAST])
def test_plausible_time_is_itself(value):
    assert plausible(value) == value


@pytest.mark.parametrize("value", [FIRST - 1, LAST + 1, 1_700_000_000_000, -(10**18)])
def test_plausible_time_ends_with_the_years_that_people_shop_in(value):
    with pytest.raises(ValueError) as caught:
        plausible(value)
    assert str(caught.value) == f"{value} Unix seconds is not between 1900 and 2200"


def test_event_time_in_milliseconds_is_refused_in_words():
    place, words = refusal(EventIn, LEAST | {"time": 1_700_000_000_000})
    assert place == "time"
    assert words == "Value error, 1700000000000 Unix seconds is not between 1900 and 2200"


@pytest.mark.parametrize(
    ("user", "session", "people"),
    [
        ("u", None, ("u:u",)),
        (None, "s", ("s:s",)),
        ("u", "s", ("u:u", "s:s")),
        (None, None, ()),
        ("", "", ()),
    ],
)
def test_event_row_belongs_to_its_user_and_its_session(user, session, people):
    from omakase_service.online_store.contracts import session_key, user_key

    keys = {"u:u": user_key("u"), "s:s": session_key("s")}
    row = EventRow("e", user, "i", "view", None, 1, session)
    assert row.people == tuple(keys[name] for name in people)


def test_event_row_is_in_the_order_of_its_columns():
    row = EventRow("e", "u", "i", "view", None, 1)
    assert list(row)[:6] == ["e", "u", "i", "view", None, 1]
    assert list(row)[6:] == [None, "", "", "", None, None, None, ""]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"weight": 0},
        {"weight": 1000},
        {"cap": 0.1},
        {"middle": 3},
        {"middle": "scale"},
        {"middle": "person"},
        {"middle": "none"},
        {"lowest": -5, "highest": 5},
        {"takes_back": ["cart"]},
        {"takes_back": []},
    ],
)
def test_kind_within_its_limits_is_taken(fields):
    said = KindIn.model_validate(fields).model_dump(exclude_none=True)
    assert said == fields


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("weight", -0.1),
        ("weight", 1000.1),
        ("weight", float("nan")),
        ("cap", 0),
        ("cap", float("inf")),
        ("lowest", float("-inf")),
        ("highest", float("nan")),
        ("middle", "half"),
        ("middle", float("inf")),
        ("takes_back", [""]),
        ("takes_back", "cart"),
        ("name", "view"),
    ],
)
def test_kind_beyond_its_limits_is_refused_at_its_place(name, raw):
    place, _ = refusal(KindIn, {name: raw})
    assert place.split(".")[0] == name


@given(
    st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.none() | st.floats(-1e7, 1e7, allow_nan=False)
)
def test_rule_refuses_what_lies_outside_of_its_scale_alone(first, second, value):
    low, high = sorted((first, second))
    rule = KindRule("grade", lowest=low, highest=high)
    is_taken = value is None or low <= value <= high
    assert (rule.refusal(value) == "") == is_taken


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        (
            KindRule("rating", highest=5.0),
            6,
            "the value 6 is outside 0 to 5, the scale of the kind 'rating'",
        ),
        (
            KindRule("view"),
            1_000_000_001.0,
            "the value 1000000001 is outside 0 to 1000000000, the scale of the kind 'view'",
        ),
        (
            KindRule("평점", lowest=0.5, highest=2.25),
            0.1,
            "the value 0.1 is outside 0.5 to 2.25, the scale of the kind '평점'",
        ),
        (
            KindRule("view"),
            float("nan"),
            "the value nan is outside 0 to 1000000000, the scale of the kind 'view'",
        ),
    ],
)
def test_rule_refuses_a_value_in_all_its_digits(rule, value, words):
    assert rule.refusal(value) == words


def test_rule_facts_are_all_that_bears_on_how_much_an_event_counts():
    rule = KindRule("cart", 3.0, takes_back=("view",), origin="stored")
    assert rule.facts == {
        "weight": 3.0,
        "from_value": False,
        "cap": float("inf"),
        "negative": False,
        "lowest": 0.0,
        "highest": 1e9,
        "middle": "none",
        "takes_back": ("view",),
    }
    assert KindRule("other", 3.0, takes_back=("view",)).facts == rule.facts


@pytest.mark.parametrize(
    "fields",
    [
        {"user_ids": ["u"]},
        {"session_ids": ["s"]},
        {"item_ids": ["i"]},
        {"since": 0},
        {"until": 1},
        {"more_than": 1},
        {"since": 1, "until": 2},
        {"user_ids": [str(n) for n in range(1000)]},
    ],
)
def test_selection_that_names_something_is_taken(fields):
    assert EventSelection.model_validate(fields).model_dump(exclude_defaults=True) == fields


@pytest.mark.parametrize("fields", [{}, {"user_ids": []}, {"since": None, "more_than": None}])
def test_selection_of_everything_is_refused(fields):
    _, words = refusal(EventSelection, fields)
    assert words == (
        "Value error, name users, sessions, items, a time span or more_than; not nothing"
    )


@pytest.mark.parametrize(("since", "until"), [(5, 5), (6, 5), (0, -1), (0, 0)])
def test_selection_of_a_span_that_ends_before_it_begins_is_refused(since, until):
    _, words = refusal(EventSelection, {"since": since, "until": until})
    assert words == "Value error, since is not before until"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("more_than", 0),
        ("user_ids", [str(n) for n in range(1001)]),
        ("item_ids", [""]),
        ("since", "2023-11-14"),
        ("users", ["u"]),
    ],
)
def test_selection_beyond_its_limits_is_refused_at_its_place(name, raw):
    place, _ = refusal(EventSelection, {name: raw})
    assert place.split(".")[0] == name


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ({}, []),
        ({"since": 1, "more_than": 5}, []),
        ({"item_ids": ["i"], "user_ids": ["u", "v"], "session_ids": ["s"]}, ["u", "v", "s", "i"]),
        ({"user_ids": "u"}, []),
    ],
)
def test_quarantine_card_names_whom_and_what_it_was_chosen_by(selection, names):
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    assert QuarantineCard(1, "", "", selection, 0, moment, None).names == names


@pytest.mark.parametrize(
    "key", ["", "a" * 23, "a" * 25, "A" * 24, "g" * 24, "../" * 8, "a" * 24 + "\n"]
)
def test_upload_key_that_nobody_was_given_is_refused(key):
    place, _ = refusal(UploadParameters, {"key": key})
    assert place == "key"


@pytest.mark.parametrize("repeated", ["", "replace", "keep"])
def test_upload_repeated_is_one_of_three_words(repeated):
    assert UploadParameters(key="a" * 24, repeated=repeated).repeated == repeated
    assert refusal(UploadParameters, {"key": "a" * 24, "repeated": "both"})[0] == "repeated"
