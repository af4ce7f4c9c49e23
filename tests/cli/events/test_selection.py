"""Which events are put aside: what the options name, what is refused, what is told."""

import json
import time

import pytest

from omakase.errors import ConfigError
from omakase_cli.events.quarantine import selection_of
from omakase_service.events.models import Event
from omakase_service.events.services import record

NEW_YEAR = "2026-01-01T00:00:00Z"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"user_ids": ["a"]}, {"user_ids": ["a"]}),
        ({"user_ids": ["a", "나"], "session_ids": []}, {"user_ids": ["a", "나"]}),
        ({"item_ids": ["i"], "since": None}, {"item_ids": ["i"]}),
        ({"since": "2026-12-01T00:00Z"}, {"since": 1_796_083_200}),
        ({"since": "2026-12-01T09:00+09:00"}, {"since": 1_796_083_200}),
        (
            {"since": "1970-01-01T00:00:01Z", "until": "1970-01-01T00:00:02Z"},
            {"since": 1, "until": 2},
        ),
        ({"more_than": 1}, {"more_than": 1}),
    ],
)
def test_selection_is_what_the_options_name(fields, said):
    assert selection_of(**fields).model_dump(exclude_unset=True) == said


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "name users, sessions, items, a time span or more_than; not nothing"),
        ({"user_ids": [], "since": None}, "name users, sessions, items, a time span or more_than;"),
        ({"since": NEW_YEAR, "until": NEW_YEAR}, "since is not before until"),
        ({"since": NEW_YEAR, "until": "2025-12-31T23:59:59Z"}, "since is not before until"),
        ({"since": "yesterday"}, "--since: "),
        ({"until": "2026-12-01T00:00"}, "--until: "),
        ({"more_than": 0}, "--more-than: "),
        ({"user_ids": [" "]}, "--user-ids: "),
        ({"item_ids": ["x" * 256]}, "--item-ids: "),
    ],
)
def test_selection_that_makes_no_sense_is_refused_by_its_option(fields, words):
    with pytest.raises(ConfigError) as caught:
        selection_of(**fields)
    assert str(caught.value).startswith(words)
    assert "Value error" not in str(caught.value)


@pytest.fixture
def shop(db):
    now = int(time.time()) - 60
    record(
        events=[
            {"user_id": who, "item_id": f"i{n % 3}", "kind": "view", "time": now - n}
            for who, number in (("ann", 3), ("bob", 6))
            for n in range(number)
        ]
    )


@pytest.mark.parametrize(
    ("words", "number"),
    [
        (("--user", "ann"), 3),
        (("--user", "ann", "--user", "bob"), 9),
        (("--user", "nobody"), 0),
        (("--item", "i0"), 3),
        (("--item", "i0", "--user", "bob"), 2),
        (("--more-than", "5"), 6),
        (("--more-than", "6"), 0),
        (("--since", "2000-01-01T00:00Z"), 9),
        (("--until", "2000-01-01T00:00Z"), 0),
    ],
)
def test_events_that_would_be_put_aside_are_counted_and_stay(omakase, shop, words, number):
    done = omakase("events", "quarantine", *words, "--dry-run")
    assert done.stderr == f"{number} events would be put aside.\n"
    assert Event.objects.count() == 9


def test_events_that_are_aside_are_told_with_the_way_back(omakase, shop):
    done = omakase("events", "quarantine", "--user", "bob", "--reason", "a [robot]")
    (card,) = json.loads(omakase("events", "quarantines", "--json").stdout)
    assert done.stderr == (
        f"6 events are aside as quarantine {card['number']}. Models know them until the next "
        f"`omakase train`; `omakase events release {card['number']}` brings them back.\n"
    )
    assert (card["reason"], card["author"], card["released"]) == ("a [robot]", "terminal", None)
    assert "a [robot]" in omakase("events", "quarantines").stdout
    assert Event.objects.count() == 3


def test_events_that_are_back_are_all_of_them_and_once(omakase, shop):
    card = json.loads(omakase("events", "quarantine", "--user", "bob", "--json").stdout)
    done = omakase("events", "release", card["number"])
    assert done.stderr == f"6 events of quarantine {card['number']} are back in the log.\n"
    assert Event.objects.count() == 9
    again = omakase("events", "release", card["number"])
    assert (again.exit_code, again.stdout) == (1, "")
    assert Event.objects.count() == 9


def test_quarantine_that_there_is_not_cannot_be_released(omakase):
    done = omakase("events", "release", 777)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "777" in done.stderr


@pytest.mark.parametrize(
    ("most", "names"), [(0, ["bob", "ann"]), (3, ["bob"]), (5, ["bob"]), (6, [])]
)
def test_suspects_are_those_with_more_events_the_busiest_first(omakase, shop, most, names):
    told = json.loads(omakase("events", "suspects", "--more-than", most, "--json").stdout)
    assert [each["id"] for each in told] == names
    assert [each["events"] for each in told] == sorted(
        (each["events"] for each in told), reverse=True
    )


def test_suspects_that_are_none_are_told_so(omakase, shop):
    done = omakase("events", "suspects", "--more-than", 1234)
    assert done.stderr == "Nobody did more than 1,234 events within the last day.\n"
