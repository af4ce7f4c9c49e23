from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from omakase_service.catalog.selectors import known_items, known_users
from omakase_service.events import selectors, services
from omakase_service.events.contracts import HistoryEvent, KindIn
from omakase_service.events.models import Event, Kind
from omakase_service.online_store.contracts import PastColumns
from omakase_service.serving.engine import weigh_past, weighting_of

pytestmark = pytest.mark.django_db


def view(user: str, item: str, **more) -> dict:
    return {"user_id": user, "item_id": item, "kind": "view", **more}


def test_ids_that_nobody_knew_become_bare_rows():
    services.record(events=[view("u", "i")])
    assert known_items(item_ids=["i"]) == {"i"}
    assert known_users(user_ids=["u"]) == {"u"}


def test_unknown_ids_stay_out_of_the_catalog_by_wish():
    services.record(events=[view("u", "i")], create_unknown=False)
    assert known_items(item_ids=["i"]) == set()
    assert Event.objects.get().item_id == "i"


def test_without_a_time_it_is_now():
    services.record(events=[view("u", "i")], now=lambda: 1_700_000_000.9)
    assert Event.objects.get().time == 1_700_000_000


def test_recent_is_oldest_first_by_time_then_arrival(django_assert_num_queries):
    times = [30, 10, 20, 20]
    rows = [view("u", f"i{n}", time=1_700_000_000 + t) for n, t in enumerate(times)]
    services.record(events=[*rows, view("other", "x", time=1_700_000_000)])
    with django_assert_num_queries(1):
        recent = selectors.recent_of_user(user_id="u", limit=3)
    assert [p.item_id for p in recent] == ["i2", "i3", "i0"]
    assert selectors.recent_of_user(user_id="nobody", limit=3) == []


def test_a_session_has_its_own_past():
    services.record(events=[{"session_id": "s", "item_id": "i", "type": "view"}, view("u", "j")])
    assert [p.item_id for p in selectors.recent_of_session(session_id="s", limit=9)] == ["i"]


def test_the_owner_declares_and_changes_kinds():
    Kind.objects.create(name="tasted", weight=4, negative=False, cap=6, from_value=True)
    Kind.objects.create(name="view", weight=0.1)
    assert weighed("tasted", 1) == 4
    assert weighed("tasted", 2) == 6
    assert weighed("view", None) == pytest.approx(0.1)
    assert services.record(events=[view("u", "i") | {"kind": "tasted"}]).stored == 1


def weighed(kind, value):
    """What one event counts by the declared kinds."""
    event = HistoryEvent("i", kind, value, 1)
    told = weigh_past(weighting_of(selectors.kinds()), *PastColumns.of([event])).events
    return told[0][1] if told else 0


@pytest.mark.parametrize(
    ("kind", "value", "weight"),
    [
        ("view", 9, 1),
        ("rating", 3, 3),
        ("rating", None, 1),
        ("rating", 99, 5),
        ("rating", 2, 0),
        ("dislike", None, -2),
    ],
)
def test_how_much_an_event_counts(kind, value, weight):
    assert weighed(kind, value) == weight


def test_settings_say_what_a_kind_counts_and_what_is_stored_goes_before(settings_with):
    kinds = {"view": {"weight": 3}, "rating": {"middle": 4}, "taste": {"takes_back": ["view"]}}
    settings_with(events={"kinds": kinds})
    assert weighed("view", None) == 3
    assert selectors.kinds()["rating"].facts["middle"] == 4
    assert selectors.kinds()["taste"].takes_back == ("view",)
    services.declare_kind(name="view", said=KindIn(weight=7))
    assert weighed("view", None) == 7
    assert services.reset_kind(name="view")
    assert weighed("view", None) == 3


def test_one_rating_beyond_its_scale_moves_no_mean(db):
    services.record(events=[view("u", "i") | {"kind": "rating", "value": 4}])
    Event.objects.create(event_id="old", item_id="i", kind="rating", value=-1e6, time=1)
    assert selectors.rating_means() == {"i": (4.0, 1)}


def test_lines_come_in_the_order_of_arrival():
    services.record(events=[view("u", "late", time=1_700_000_000), view("u", "early", time=1)])
    last = selectors.newest_seq()
    lines = list(selectors.lines_after(seq=0, until=last))
    assert [line[3] for line in lines] == ["late", "early"]
    assert [line[0] for line in lines][-1] == last
    assert list(selectors.lines_after(seq=last, until=last)) == []
    assert selectors.event_count() == 2


def test_an_empty_log():
    assert selectors.newest_seq() == 0
    assert services.record(events=[]).stored == 0


def test_mixed_batch_judges_each_event_alone():
    """Seven kinds of faults between good ones: positions, ids and counts all agree."""
    sent = [
        view("u", "a", event_id="1"),
        view("u", ""),
        view("u", "b", event_id="2"),
        view("u", "c", kind="veiw"),
        view("u", "d", event_id="1"),
        view("u", "e", time="2026-01-31T12:00:00"),
        None,
        view("u", "f", value=float("nan")),
        {"item_id": "g", "kind": "view"},
        view("u", "h", surprise=1),
        view("u", "i", event_id="3"),
    ]
    done = services.record(events=sent)
    assert [r.position for r in done.rejected] == [1, 3, 5, 6, 7, 8, 9]
    assert (done.stored, done.known) == (3, 1)
    assert done.event_ids == ["1", None, "2", None, "1", *[None] * 5, "3"]
    kept = Event.objects.order_by("seq").values_list("event_id", "item_id")
    assert list(kept) == [("1", "a"), ("2", "b"), ("3", "i")]
    assert known_items(item_ids=list("abcdefghi")) >= {"a", "b", "i"}
    assert not known_items(item_ids=["c", "e", "f", "g", "h"])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (1_700_000_000, 1_700_000_000),
        (1_700_000_000.9, 1_700_000_000),
        ("1970-01-01T00:00:00Z", 0),
        ("2024-01-31T21:00:00+09:00", 1_706_702_400),
        ("2024-01-31T12:00:00.999Z", 1_706_702_400),
        ("2024-01-31 07:00:00-05:00", 1_706_702_400),
        (" 2024-01-31T12:00:00Z ", 1_706_702_400),
        ("1969-12-31T23:59:59Z", -1),
        (-2_208_988_800, -2_208_988_800),
    ],
)
def test_one_moment_in_many_zones(said, kept):
    assert services.record(events=[view("u", "i", time=said)]).rejected == []
    assert Event.objects.get().time == kept


@pytest.mark.parametrize(
    "said",
    [
        "2024-01-31T12:00:00",
        "2024-01-31",
        "31/01/2024 12:00",
        "yesterday",
        "",
        1_700_000_000_000,
        -2_208_988_801,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        float("inf"),
        float("nan"),
        True,
        [1],
    ],
)
def test_what_is_no_moment_is_refused_at_its_place(said):
    (refused,) = services.record(events=[view("u", "i", time=said)]).rejected
    assert [error["place"] for error in refused.errors] == ["time"]
    assert refused.errors[0]["message"]


def test_the_order_within_a_second_is_that_of_arrival():
    for part in ("ab", "cd", "ef"):
        services.record(events=[view("u", item, time=1_700_000_000) for item in part])
    recent = selectors.recent_of_user(user_id="u", limit=4)
    assert [past.item_id for past in recent] == list("cdef")


@pytest.mark.django_db(transaction=True)
def test_many_who_send_the_same_events_at_once_store_each_once():
    """On PostgreSQL by as many threads; SQLite in memory has one connection to write with."""
    senders = 6 if connection.vendor == "postgresql" else 1
    batches = [[view("u", f"i{n}", event_id=str(n)) for n in range(k, k + 40)] for k in range(12)]

    def send(batch: list[dict]) -> tuple[int, int]:
        try:
            done = services.record(events=batch)
            return done.stored, done.known
        finally:
            connection.close()

    with ThreadPoolExecutor(senders) as pool:
        found = list(pool.map(send, batches))
    assert [stored + known for stored, known in found] == [40] * 12
    assert sum(stored for stored, _ in found) == Event.objects.count() == 51
    assert len(known_items(item_ids=[f"i{n}" for n in range(51)])) == 51
