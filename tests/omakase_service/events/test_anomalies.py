"""Who and what stands out among the latest events, and who does not."""

import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from omakase_service.events import anomalies
from omakase_service.events.models import Event
from omakase_service.events.quarantine_contracts import BusyItem, BusyPerson

pytestmark = pytest.mark.django_db
NOW = int(time.time())
RECENT, OLD = NOW - 600, NOW - 3 * 86_400


def bring(*rows):
    """Events of (user, session, item, time)."""
    first = Event.objects.count()
    Event.objects.bulk_create(
        Event(
            event_id=f"e{first + n}", user_id=user, session_id=session, item_id=item, time=at,
            kind="view",
        )
        for n, (user, session, item, at) in enumerate(rows)
    )  # fmt: skip


def crowd(item, number, *, at=RECENT, people=1, known=True):
    """So many events on an item, by so many people."""
    names = [f"p{n % people}" for n in range(number)]
    return [(name if known else None, f"s-{name}", item, at) for name in names]


rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["s", "t"]),
        st.just("i"),
        st.sampled_from([RECENT, OLD]),
    ),
    max_size=14,
)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, most=st.integers(1, 4))
def test_busy_people_are_those_with_more_than_so_many_of_the_last_day(db, rows, most):
    Event.objects.all().delete()
    bring(*rows)
    counted = Counter(
        (user or session, user is None) for user, session, _, at in rows if at == RECENT
    )
    expected = {BusyPerson(name, anon, n) for (name, anon), n in counted.items() if n > most}
    busy = anomalies.busy_people(most=most)
    assert set(busy) == expected
    assert len(busy) == len(expected)
    assert [person.events for person in busy] == sorted(
        (person.events for person in expected), reverse=True
    )


def test_busy_people_are_at_most_so_many_and_the_busiest():
    bring(
        *crowd("i", 5, people=1),
        *[("q", "s", "i", RECENT)] * 4,
        *[(None, "t", "i", RECENT)] * 6,
        *[(None, "v", "i", RECENT)] * 3,
    )
    busy = anomalies.busy_people(most=2, limit=2)
    assert [(person.id, person.events) for person in busy] == [("t", 6), ("p0", 5)]


def test_busy_people_of_an_empty_log_are_none():
    assert anomalies.busy_people(most=1) == []
    assert anomalies.busy_items(least_share=0.0) == []
    assert anomalies.events_of_last_hour() == 0


def test_busy_item_that_few_people_lift_stands_out():
    bring(*crowd("usual", 3000, at=OLD, people=900), *crowd("lifted", 20, at=OLD))
    bring(*crowd("lifted", 1500, people=3), *crowd("usual", 500, people=400))
    assert anomalies.busy_items(least_share=0.1) == [
        BusyItem("lifted", 1500, 1500 / 2000, 20 / 3020, 3)
    ]


def test_busy_item_that_many_people_want_does_not_stand_out():
    bring(*crowd("usual", 1000, at=OLD, people=900))
    bring(*crowd("wanted", 1500, people=600))
    assert anomalies.busy_items(least_share=0.1) == []


def test_busy_item_that_many_visitors_without_a_name_want_does_not_stand_out():
    bring(*crowd("usual", 1000, at=OLD, people=900))
    bring(*crowd("wanted", 1500, people=600, known=False))
    assert anomalies.busy_items(least_share=0.1) == []


def test_busy_item_that_one_visitor_without_a_name_lifts_stands_out():
    bring(*crowd("usual", 1000, at=OLD, people=900))
    bring(*crowd("lifted", 1500, people=1, known=False))
    [item] = anomalies.busy_items(least_share=0.1)
    assert (item.id, item.people, item.before) == ("lifted", 1, 0.0)


def test_busy_item_that_was_as_busy_before_does_not_stand_out():
    bring(*crowd("usual", 1000, at=OLD, people=1))
    bring(*crowd("usual", 1500, people=1))
    assert anomalies.busy_items(least_share=0.1) == []


@pytest.mark.parametrize(("number", "stands_out"), [(1000, False), (1001, True)])
def test_busy_item_has_more_than_a_thousand_events(number, stands_out):
    bring(*crowd("usual", 100, at=OLD, people=90))
    bring(*crowd("lifted", number))
    assert [item.id for item in anomalies.busy_items(least_share=0.0)] == ["lifted"] * stands_out


@pytest.mark.parametrize(("share", "stands_out"), [(0.74, True), (0.76, False)])
def test_busy_item_has_more_than_the_least_share(share, stands_out):
    bring(*crowd("usual", 100, at=OLD, people=90))
    bring(*crowd("lifted", 1500), *crowd("usual", 500, people=400))
    assert len(anomalies.busy_items(least_share=share)) == stands_out


def test_busy_item_where_nothing_was_before_does_not_stand_out():
    bring(*crowd("lifted", 1500))
    assert anomalies.busy_items(least_share=0.1) == []


def test_events_of_the_last_hour_go_by_their_own_time():
    now = int(time.time())
    bring(("u", None, "i", now - 10), ("u", None, "i", now - 3000), ("u", None, "i", now - 4000))
    assert anomalies.events_of_last_hour() == 2
