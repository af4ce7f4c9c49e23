import pytest

from omakase_service.catalog.selectors import known_items, known_users
from omakase_service.events import selectors, services
from omakase_service.events.models import Event, Kind

pytestmark = pytest.mark.django_db


def view(user: str, item: str, **more) -> dict:
    return {"user_id": user, "item_id": item, "kind": "view", **more}


def test_ids_that_nobody_knew_become_bare_rows():
    services.record(events=[view("u", "i")])
    assert known_items(item_ids=["i"]) == {"i"}
    assert known_users(user_ids=["u"]) == {"u"}


def test_or_stay_text():
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
    kinds = selectors.kinds()
    assert kinds["tasted"].weigh(1) == 4
    assert kinds["tasted"].weigh(2) == 6
    assert kinds["view"].weigh(None) == 0.1
    assert services.record(events=[view("u", "i") | {"kind": "tasted"}]).stored == 1


@pytest.mark.parametrize(
    ("kind", "value", "weight"),
    [
        ("view", 9, 1),
        ("rating", 3, 3),
        ("rating", None, 1),
        ("rating", 99, 5),
        ("dislike", None, -2),
    ],
)
def test_how_much_an_event_counts(kind, value, weight):
    assert selectors.kinds()[kind].weigh(value) == weight


def test_lines_come_in_the_order_of_arrival():
    services.record(events=[view("u", "late", time=2_000_000_000), view("u", "early", time=1)])
    last = selectors.newest_seq()
    lines = list(selectors.lines_after(seq=0, until=last))
    assert [line[3] for line in lines] == ["late", "early"]
    assert [line[0] for line in lines][-1] == last
    assert list(selectors.lines_after(seq=last, until=last)) == []
    assert selectors.event_count() == 2


def test_an_empty_log():
    assert selectors.newest_seq() == 0
    assert services.record(events=[]).stored == 0
