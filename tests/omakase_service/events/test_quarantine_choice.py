"""Which events a selection means, against a plain loop, and that what goes aside comes back."""

from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from omakase_service.events import quarantine
from omakase_service.events.importing import import_path, undo_import
from omakase_service.events.models import Event, Quarantine, QuarantinedEvent, Withdrawal
from omakase_service.events.quarantine_contracts import EventSelection
from omakase_service.events.selectors import lines_aside_of
from omakase_service.events.services import erase_events, merge_session, record
from omakase_service.platform.exceptions import NotFound

pytestmark = pytest.mark.django_db
START = 1_700_000_000
tabled = hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["s", "t", None]),
        st.sampled_from(["x", "y"]),
        st.integers(0, 4),
    ).filter(lambda row: row[0] or row[1]),
    max_size=12,
)
names = lambda *choices: st.lists(st.sampled_from(choices), max_size=2, unique=True)  # noqa: E731
selections = st.fixed_dictionaries(
    {},
    optional={
        "user_ids": names("a", "b", "nobody"),
        "session_ids": names("s", "t"),
        "item_ids": names("x", "y"),
        "since": st.integers(0, 2).map(lambda n: START + n),
        "until": st.integers(3, 5).map(lambda n: START + n),
        "more_than": st.integers(1, 3),
    },
).filter(lambda fields: any(fields.values()))


def filled(rows):
    """The log anew, nothing aside."""
    for table in (QuarantinedEvent, Quarantine, Event, Withdrawal):
        table.objects.all().delete()
    Event.objects.bulk_create(
        Event(
            event_id=f"e{n}", user_id=user, session_id=session, item_id=item, time=START + at,
            kind="view", value=float(n), page=f"p{n}", import_id=n,
        )
        for n, (user, session, item, at) in enumerate(rows)
    )  # fmt: skip
    return list(Event.objects.order_by("seq"))


def meant(events, fields):
    """The events of a selection, in plain words."""
    wish = SimpleNamespace(**EventSelection(**fields).model_dump())
    chosen = [
        e
        for e in events
        if (not wish.item_ids or e.item_id in wish.item_ids)
        and (wish.since is None or e.time >= wish.since)
        and (wish.until is None or e.time < wish.until)
    ]
    if wish.user_ids or wish.session_ids:
        chosen = [
            e for e in chosen if e.user_id in wish.user_ids or e.session_id in wish.session_ids
        ]
    if wish.more_than is not None:
        person = lambda e: ("user", e.user_id) if e.user_id else ("session", e.session_id)  # noqa: E731
        counted = Counter(map(person, chosen))
        chosen = [e for e in chosen if counted[person(e)] > wish.more_than]
    return [e.event_id for e in chosen]


def log():
    return {
        row["event_id"]: {name: fact for name, fact in row.items() if name != "seq"}
        for row in Event.objects.values()
    }


@tabled
@given(rows=rows, fields=selections)
def test_selection_means_what_holds_of_all_that_it_names(db, rows, fields):
    events = filled(rows)
    selection = EventSelection(**fields)
    chosen = quarantine.chosen_events(selection)
    assert [event.event_id for event in chosen] == meant(events, fields)
    assert quarantine.count_chosen(selection) == len(meant(events, fields))


@tabled
@given(rows=rows, fields=selections)
def test_what_is_put_aside_and_released_is_the_log_of_before(db, rows, fields):
    events = filled(rows)
    before, ids = log(), meant(events, fields)
    selection = EventSelection(**fields)
    if not ids:
        with pytest.raises(NotFound, match=r"^no event is like that; `omakase events quarantines`"):
            quarantine.quarantine(selection=selection)
        assert not Quarantine.objects.exists()
        return
    card = quarantine.quarantine(selection=selection, reason="bots", author="ada")
    assert (card.events, card.reason, card.author, card.released) == (len(ids), "bots", "ada", None)
    assert card.selection == selection.model_dump(mode="json", exclude_defaults=True)
    assert set(log()) == set(before) - set(ids)
    assert set(QuarantinedEvent.objects.values_list("event_id", flat=True)) == set(ids)
    [withdrawn] = Withdrawal.objects.all()
    numbers = [e.seq for e in events if e.event_id in ids]
    assert (withdrawn.first, withdrawn.last) == (numbers[0], numbers[-1])
    released = quarantine.release(number=card.number)
    assert released.released is not None
    assert log() == before
    assert not QuarantinedEvent.objects.exists()


def view(user, item="x", **more):
    return {"user_id": user, "item_id": item, "kind": "view", "time": START} | more


def test_released_events_have_newer_numbers_than_all_others():
    filled([("a", None, "x", 0), ("b", None, "x", 0)])
    card = quarantine.quarantine(selection=EventSelection(user_ids=["a"]))
    quarantine.release(number=card.number)
    ordered = Event.objects.order_by("seq").values_list("event_id", flat=True)
    assert list(ordered) == ["e1", "e0"]


def test_event_that_comes_in_later_is_not_aside():
    filled([("a", None, "x", 0)])
    quarantine.quarantine(selection=EventSelection(user_ids=["a"]))
    record(events=[view("a")])
    assert Event.objects.filter(user_id="a").count() == 1


def test_quarantines_are_listed_newest_first_up_to_a_limit():
    filled([(name, None, "x", 0) for name in ("a", "b", "b")])
    first = quarantine.quarantine(selection=EventSelection(user_ids=["a"]))
    second = quarantine.quarantine(selection=EventSelection(user_ids=["b"]))
    assert [card.number for card in quarantine.quarantines()] == [second.number, first.number]
    assert [card.number for card in quarantine.quarantines(limit=1)] == [second.number]
    assert [card.events for card in quarantine.quarantines()] == [2, 1]


def test_still_aside_names_the_quarantines_that_hold_a_user():
    filled([("a", "s", "x", 0), ("b", None, "x", 0), ("a", "t", "y", 0)])
    first = quarantine.quarantine(selection=EventSelection(item_ids=["x"]))
    second = quarantine.quarantine(selection=EventSelection(session_ids=["t"]))
    numbers = lambda user: [c.number for c in quarantine.still_aside(user_id=user)]  # noqa: E731
    assert numbers("a") == [second.number, first.number]
    assert numbers("b") == [first.number]
    assert numbers("nobody") == []
    quarantine.release(number=first.number)
    assert numbers("a") == [second.number]
    assert [line["event_id"] for line in lines_aside_of(user_id="a")] == ["e2"]


@pytest.mark.parametrize("number", [0, -1, 10**9])
def test_release_of_a_number_that_there_is_not_says_so(number):
    with pytest.raises(NotFound) as caught:
        quarantine.release(number=number)
    assert str(caught.value) == f"there is no quarantine {number} that is still aside"


def test_erasure_takes_the_person_out_of_what_quarantines_were_chosen_by():
    filled([("a", "s", "x", 0), ("b", "t", "x", 0)])
    quarantine.quarantine(selection=EventSelection(user_ids=["a", "b"], session_ids=["s", "t"]))
    erase_events(user_id="a")
    [card] = quarantine.quarantines()
    assert card.selection == {"user_ids": ["b"], "session_ids": ["t"]}
    assert lines_aside_of(user_id="a") == []
    assert len(lines_aside_of(user_id="b")) == 1


def test_merge_of_a_session_gives_what_is_aside_to_the_user():
    filled([(None, "s", "x", 0), (None, "t", "x", 0), ("b", "s", "x", 0)])
    card = quarantine.quarantine(selection=EventSelection(session_ids=["s", "t"]))
    assert merge_session(user_id="a", session_id="s") == 0
    quarantine.release(number=card.number)
    owners = Event.objects.order_by("event_id").values_list("user_id", flat=True)
    assert list(owners) == ["a", None, "b"]


def test_import_that_is_taken_back_takes_what_is_aside_along(tmp_path, settings_with):
    settings_with()
    file = tmp_path / "events.csv"
    file.write_text("user_id,item_id,kind,time\na,x,view,1700000000\nb,x,view,1700000001\n")
    number = import_path(file).number
    card = quarantine.quarantine(selection=EventSelection(user_ids=["a"]))
    undo_import(number=number)
    assert not Event.objects.exists()
    assert not QuarantinedEvent.objects.exists()
    assert quarantine.release(number=card.number).released is not None
    assert not Event.objects.exists()


BODY = {"user_ids": ["a"], "reason": "bots"}


def test_quarantine_over_http_names_its_key_as_author(api):
    filled([("a", None, "x", 0)])
    answer = api.post("/api/events/quarantines", BODY, content_type="application/json")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["author"], made["reason"], made["events"]) == ("test", "bots", 1)
    assert (made["selection"], made["released"]) == ({"user_ids": ["a"]}, None)
    listed = api.get("/api/events/quarantines").json()
    assert [each["number"] for each in listed] == [made["number"]]
    released = api.post(f"/api/events/quarantines/{made['number']}/release").json()
    assert released["released"] is not None
    assert api.post(f"/api/events/quarantines/{made['number']}/release").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "for nothing"},
        BODY | {"reason": "x" * 501},
        BODY | {"since": 5, "until": 5},
        BODY | {"unknown": 1},
        {"more_than": 0},
        {"user_ids": [""]},
    ],
)
def test_quarantine_over_http_of_no_selection_is_refused(api, body):
    filled([("a", None, "x", 0)])
    answer = api.post("/api/events/quarantines", body, content_type="application/json")
    assert answer.status_code == 422
    assert Event.objects.count() == 1


def test_quarantine_over_http_of_nobody_is_not_found(api):
    answer = api.post("/api/events/quarantines", BODY, content_type="application/json")
    assert answer.status_code == 404


@pytest.mark.parametrize("scopes", [["read"], ["write"], ["read", "write"]])
def test_quarantine_over_http_needs_a_key_with_admin(caller, scopes):
    client = caller(*scopes)
    assert client.get("/api/events/quarantines").status_code == 403
    assert client.get("/api/events/quarantines/suspects").status_code == 403
    answer = client.post("/api/events/quarantines", BODY, content_type="application/json")
    assert answer.status_code == 403
    assert client.post("/api/events/quarantines/1/release").status_code == 403
