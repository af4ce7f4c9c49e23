"""Reads of the log, against plain loops over the same rows."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from omakase_service.events import selectors
from omakase_service.events.contracts import EventSummary, HistoryEvent, KindRule
from omakase_service.events.models import Erasure, Event, Kind
from omakase_service.platform.contracts import Person

pytestmark = pytest.mark.django_db
KINDS = ("view", "purchase", "dislike", "rating", "return")
rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["s", None, "t"]),
        st.sampled_from(["x", "y", "z"]),
        st.sampled_from(KINDS),
        st.none() | st.sampled_from([0.0, 1.0, 4.0, 5.0, 9.0]),
        st.integers(0, 5).map(lambda n: 1_700_000_000 + 450 * n),
    ).filter(lambda row: row[0] or row[1]),
    max_size=14,
)
tabled = hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def filled(rows):
    """The log anew, with its lines in order."""
    Event.objects.all().delete()
    Event.objects.bulk_create(
        Event(
            event_id=f"e{n}", user_id=user, session_id=session, item_id=item, kind=kind,
            value=value, time=at, request_id=f"r{n}",
        )
        for n, (user, session, item, kind, value, at) in enumerate(rows)
    )  # fmt: skip
    return list(Event.objects.order_by("seq"))


def past(events):
    """The events as history, oldest first, of one time as they came."""
    ordered = sorted(events, key=lambda e: (e.time, e.seq))
    return [HistoryEvent(e.item_id, e.kind, e.value, e.time) for e in ordered]


@tabled
@given(rows=rows, limit=st.integers(1, 6))
def test_recent_of_a_user_or_session_is_its_newest_oldest_first(db, rows, limit):
    events = filled(rows)
    own = [e for e in events if e.user_id == "a"]
    visit = [e for e in events if e.session_id == "s"]
    assert selectors.recent_of_user(user_id="a", limit=limit) == past(own)[-limit:]
    assert selectors.recent_of_session(session_id="s", limit=limit) == past(visit)[-limit:]


@tabled
@given(rows=rows, limit=st.integers(1, 6))
def test_own_events_are_those_of_the_person_newest_first(db, rows, limit):
    events = filled(rows)
    for person in (Person(user_id="a"), Person(session_id="t"), Person(user_id="nobody")):
        own = [
            e
            for e in events
            if (
                e.user_id == person.user_id if person.user_id else e.session_id == person.session_id
            )
        ]
        own.sort(key=lambda e: (-e.time, -e.seq))
        found = selectors.own_events(person=person, limit=limit)
        assert [e.event_id for e in found] == [e.event_id for e in own[:limit]]
        about = selectors.own_event_ids(person=person, item_id="x")
        assert sorted(about) == sorted(e.event_id for e in own if e.item_id == "x")
        first = selectors.own_event_ids(person=person, event_id="e0")
        assert first == [e.event_id for e in own if e.event_id == "e0"]


@tabled
@given(rows=rows, after=st.integers(0, 15), length=st.integers(0, 15), limit=st.integers(1, 5))
def test_lines_between_two_numbers_are_read_in_order(db, rows, after, length, limit):
    events = filled(rows)
    start = (events[0].seq if events else 1) - 1 + after
    until = start + length
    between = [e for e in events if start < e.seq <= until]
    lines = list(selectors.lines_after(seq=start, until=until))
    assert [line[0] for line in lines] == [e.seq for e in between]
    assert [line[1:7] for line in lines] == [
        (e.user_id, e.session_id, e.item_id, e.kind, e.value, e.time) for e in between
    ]
    stored = selectors.stored_events_after(seq=start, until=until, limit=limit)
    assert [row["event_id"] for row in stored] == [e.event_id for e in between[:limit]]
    assert selectors.numbers_between(start, until) == {e.seq for e in between}
    done = selectors.done_after(seq=start, until=until, kinds=["view", "return"], limit=limit)
    wanted = [e for e in between if e.kind in ("view", "return")]
    assert [(e.seq, e.request_id) for e in done] == [(e.seq, e.request_id) for e in wanted[:limit]]


@tabled
@given(rows=rows)
def test_numbers_of_the_log_are_those_of_its_first_and_last_line(db, rows):
    events = filled(rows)
    assert selectors.event_count() == len(events)
    assert selectors.newest_seq() == (events[-1].seq if events else 0)
    assert selectors.oldest_seq() == (events[0].seq if events else 0)
    assert selectors.newest_event_time() == (events[-1].time if events else None)


@tabled
@given(rows=rows, latest=st.integers(1, 4))
def test_summary_of_a_user_counts_what_they_did(db, rows, latest):
    own = [e for e in filled(rows) if e.user_id == "a"]
    ratings = [e.value for e in own if e.kind == "rating" and e.value is not None]
    newest = sorted(own, key=lambda e: (-e.time, -e.seq))
    summary = selectors.summary_of(user_id="a", latest=latest)
    assert summary == EventSummary(
        kinds=dict(Counter(e.kind for e in own)),
        first=min((e.time for e in own), default=None),
        last=max((e.time for e in own), default=None),
        items=len({e.item_id for e in own}),
        rating=pytest.approx(sum(ratings) / len(ratings)) if ratings else None,
        latest=tuple(e.item_id for e in newest[:latest]),
    )


@tabled
@given(rows=rows)
def test_rating_means_are_of_what_each_person_gave_on_the_scale(db, rows):
    given_marks = {}
    for e in filled(rows):
        if e.kind == "rating" and e.value is not None and 0 <= e.value <= 5:
            person = ("user", e.user_id) if e.user_id else ("session", e.session_id)
            given_marks.setdefault(e.item_id, {}).setdefault(person, []).append(e.value)
    expected = {}
    for item, people in given_marks.items():
        means = [sum(marks) / len(marks) for marks in people.values()]
        expected[item] = (pytest.approx(sum(means) / len(means), abs=1e-4), len(means))
    assert selectors.rating_means() == expected


@tabled
@given(rows=rows)
def test_quarter_counts_are_of_each_kind_by_the_quarter_of_an_hour(db, rows):
    events = filled(rows)
    counted = Counter((e.time // 900 * 900, e.kind) for e in events[1:])
    start = events[0].seq if events else 0
    found = selectors.quarter_counts(after=start, until=selectors.newest_seq())
    assert {(quarter, kind): n for quarter, kind, n in found} == dict(counted)
    assert len(found) == len(counted)


@tabled
@given(rows=rows)
def test_item_counts_are_of_what_speaks_for_an_item(db, rows):
    events = filled(rows)
    speaking = {"view", "purchase", "rating"}
    counted = Counter(e.item_id for e in events if e.kind in speaking)
    found = dict(selectors.item_counts(after=0, until=selectors.newest_seq()))
    assert found == dict(counted)


@tabled
@given(rows=rows, most=st.integers(1, 20))
def test_pace_since_a_moment_is_of_the_newest_lines(db, rows, most):
    events = filled(rows)
    counted = Counter(e.kind for e in events[-most:] if e.time >= 1_700_000_900)
    assert selectors.pace_since(time=1_700_000_900, most=most) == dict(counted)


@tabled
@given(rows=rows)
def test_without_events_are_those_that_the_log_does_not_name(db, rows):
    events = filled(rows)
    items = {e.item_id for e in events}
    users = {e.user_id for e in events}
    assert selectors.without_events(item_ids=["x", "y", "q"]) == {"x", "y", "q"} - items
    assert selectors.users_without_events(user_ids=["a", "b", "q"]) == {"a", "b", "q"} - users
    assert (
        selectors.without_events(item_ids=[])
        == selectors.users_without_events(user_ids=[])
        == set()
    )
    known = selectors.known_events(event_ids=["e0", "e3", "never"])
    assert known == {"e0", "e3"} & {e.event_id for e in events}
    assert [line["event_id"] for line in selectors.lines_of(user_id="a")] == [
        e.event_id for e in events if e.user_id == "a"
    ]


def test_events_without_request_are_attributable_all_the_same():
    filled([("a", "s", "x", "view", 2.0, 5)])
    Event.objects.update(request_id=None)
    [event] = selectors.done_after(seq=0, until=10**9, kinds=["view"], limit=5)
    assert (event.user_id, event.session_id, event.value, event.time) == ("a", "s", 2.0, 5)
    assert event.request_id is None


def test_digest_of_a_person_says_nothing_and_is_theirs_alone():
    digest = selectors.digest_of("하나")
    assert len(digest) == 64
    assert digest == selectors.digest_of("하나")
    assert digest != selectors.digest_of("하나 ")
    assert "하나" not in digest


def erased(user, at, sessions=()):
    return Erasure.objects.create(
        digest=selectors.digest_of(user),
        time=at,
        sessions=[selectors.digest_of(f"session:{session}") for session in sessions],
    )


def test_erasures_are_known_by_their_time_and_number():
    assert selectors.erased_at(user_id="a") == selectors.last_erasure() == 0
    first, _, third = erased("a", 10, ["s"]), erased("b", 20), erased("a", 30, ["t", "u"])
    assert selectors.erased_at(user_id="a") == 30
    assert selectors.erased_at(user_id="nobody") == 0
    assert selectors.last_erasure() == third.pk
    digests = {name: selectors.digest_of(name) for name in ("a", "b")}
    assert selectors.erasures_since(time=0) == {digests["a"]: 30, digests["b"]: 20}
    assert selectors.erasures_since(time=20) == {digests["a"]: 30, digests["b"]: 20}
    assert selectors.erasures_since(time=21) == {digests["a"]: 30}
    assert selectors.erasures_since(time=31) == {}
    assert selectors.digests_erased_after(number=first.pk) == {
        digests["a"],
        digests["b"],
        selectors.digest_of("session:t"),
        selectors.digest_of("session:u"),
    }
    assert selectors.digests_erased_after(number=third.pk) == set()


@pytest.mark.parametrize(("moment", "place"), [(10, 0), (11, 1), (20, 1), (21, 2), (99, 3)])
def test_last_erasure_before_a_moment_is_the_newest_that_was_earlier(moment, place):
    numbers = [0, *(erased(name, at).pk for name, at in (("a", 10), ("b", 20), ("c", 30)))]
    assert selectors.last_erasure_before(time=moment) == numbers[place]


def test_kinds_of_the_engine_are_there_unasked(django_assert_num_queries):
    with django_assert_num_queries(1):
        rules = selectors.kinds()
    assert rules["view"] == KindRule("view")
    assert rules["purchase"].weight == 5.0
    assert rules["dislike"].negative
    assert rules["return"].takes_back == ("purchase",)
    assert (rules["rating"].highest, rules["rating"].middle) == (5.0, "scale")
    with django_assert_num_queries(0):
        assert selectors.settled_kinds() == rules


@pytest.mark.parametrize(
    ("middle", "expected"), [("", "scale"), ("person", "person"), ("none", "none"), ("2.5", 2.5)]
)
def test_kind_that_is_stored_keeps_what_it_leaves_out_of_the_scale(middle, expected):
    Kind.objects.create(name="rating", weight=2, negative=False, from_value=True, middle=middle)
    rule = selectors.kinds()["rating"]
    assert (rule.weight, rule.middle, rule.origin) == (2, expected, "stored")
    assert (rule.lowest, rule.highest, rule.cap) == (0.0, 5.0, float("inf"))


def test_kind_that_is_stored_goes_before_the_settings(settings_with):
    settings_with(events={"kinds": {"view": {"weight": 0.5}, "glance": {"weight": 0.1}}})
    rules = selectors.kinds()
    assert (rules["view"].weight, rules["view"].origin) == (0.5, "settings")
    assert (rules["glance"].weight, rules["glance"].highest) == (0.1, 1e9)
    Kind.objects.create(name="view", weight=7, takes_back=["cart"], lowest=1, highest=2)
    rule = selectors.kinds()["view"]
    assert (rule.weight, rule.origin, rule.takes_back) == (7, "stored", ("cart",))
    assert (rule.lowest, rule.highest) == (1, 2)
