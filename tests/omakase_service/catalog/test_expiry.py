"""Until when an item is offered: in every list before, in none after, from a call or a file."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.patience import PATIENCE_SECONDS

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.expiry import last_moment
from omakase_service.catalog.selectors import item_by_id, newest_items, offered_by_type, shown_items
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import import_path
from omakase_service.serving import live_version

pytestmark = pytest.mark.django_db
GONE = "i02"
LISTS = (
    "/api/recommendations?user_id=u01&n=20",
    "/api/recommendations?n=20",
    "/api/items/i04/similar?n=20",
    "/api/popular?n=20",
    "/api/trending?n=20",
    "/api/newest?n=20",
    "/api/search?q=tea&n=20",
)
Say = Callable[[Client, Path, datetime], None]


def by_call(api: Client, folder: Path, moment: datetime) -> None:
    """A field of a call."""
    said = {"expires": moment.isoformat()}
    assert api.patch(f"/api/items/{GONE}", said, content_type="application/json").status_code == 200


def by_file(api: Client, folder: Path, moment: datetime) -> None:
    """A column of a file of items, beside one of events."""
    (folder / "items.csv").write_text(f"item_id,title,valid_until\n{GONE},Tea,{moment:%c}\n")
    (folder / "events.csv").write_text("user_id,item_id,timestamp\nu00,i03,1700000000\n")
    import_path(folder)


def lists_with_it(api: Client) -> set[str]:
    return {path for path in LISTS if GONE in shown(api, path)}


def shown(api: Client, path: str) -> set[str]:
    answer = api.get(path)
    assert answer.status_code == 200, answer.content
    return {each["item_id"] for each in answer.json()["items"]}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask again and again; a test that waits for ever fails."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "it never came to be"


@pytest.mark.parametrize("say", [by_call, by_file])
def test_item_that_expires_is_in_every_list_before_and_in_none_after(
    trained, api, tmp_path, say: Say
):
    upsert_items(
        items=[
            ItemIn(item_id=f"i{n:02}", title="Tea", created=datetime(2026, 1, 1 + n, tzinfo=UTC))
            for n in range(12)
        ]
    )
    moment = datetime.now(UTC) + timedelta(hours=1)
    say(api, tmp_path, moment)
    assert lists_with_it(api) == set(LISTS)
    say(api, tmp_path, datetime.now(UTC) - timedelta(seconds=1))
    assert lists_with_it(api) == set()
    say(api, tmp_path, moment)
    wait_until(lambda: lists_with_it(api) == set(LISTS))  # search looks after a while, as is said


def test_item_that_nobody_touches_leaves_kept_lists_when_its_time_is_up(trained, api):
    upsert_items(items=[ItemIn(item_id=f"i{n:02}", title="Tea") for n in range(12)])
    lists = [path for path in LISTS if "newest" not in path]
    moment = datetime.now(UTC) + timedelta(seconds=3)
    upsert_items(items=[ItemIn(item_id=GONE, expires=moment)])
    before = {path for path in lists if GONE in shown(api, path)}
    looked_in_time = datetime.now(UTC) < moment
    wait_until(lambda: datetime.now(UTC) >= moment)
    assert lists_with_it(api) == set()
    assert not looked_in_time or before == set(lists)


def test_item_that_came_after_the_training_leaves_when_its_time_is_up(trained, api):
    past = datetime.now(UTC) - timedelta(seconds=1)
    new = ItemIn(item_id="new", title="Tea", created=past)
    upsert_items(items=[new])
    assert "new" in shown(api, "/api/newest?n=20")
    upsert_items(items=[ItemIn(item_id="new", expires=datetime.now(UTC) + timedelta(seconds=1))])
    wait_until(lambda: "new" not in shown(api, "/api/newest?n=20"))
    assert "new" not in shown(api, "/api/search?q=tea&n=20")


def test_expired_item_leaves_lists_while_the_database_is_away(trained, api):
    upsert_items(items=[ItemIn(item_id=GONE, expires=datetime.now(UTC) + timedelta(seconds=1))])
    state = live_version.now()
    assert state.live.cards[GONE].expires is not None
    wait_until(lambda: not live_version.without_lapsed_items(state).live.cards[GONE].offered)
    assert live_version.without_lapsed_items(state).live.cards["i03"].offered


def test_selectors_know_no_expired_item():
    now = datetime.now(UTC)
    said = {"old": now - timedelta(seconds=1), "late": now + timedelta(days=1), "ever": None}
    items = [
        ItemIn(item_id=key, type="cup", created=now, **({"expires": when} if when else {}))
        for key, when in said.items()
    ]
    upsert_items(items=items)
    assert shown_items(item_ids=list(said)) == {"late", "ever"}
    assert {key for key, _ in newest_items(limit=5)} == {"late", "ever"}
    assert offered_by_type() == {"cup": 2}


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2027-12-31", "2027-12-31T23:59:59.999999+00:00"),
        (" 2027-12-31T10:00:00 ", "2027-12-31T10:00:00+00:00"),
        ("2027-12-31T10:00:00+09:00", "2027-12-31T10:00:00+09:00"),
        ("9999-12-31", "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_last_moment_day_alone_counts_to_its_end(said, moment):
    assert last_moment(said) == datetime.fromisoformat(moment)


def test_last_moment_no_time_is_refused_where_it_is_checked(api):
    answer = api.post(
        "/api/items", {"item_id": "a", "expires": "soon"}, content_type="application/json"
    )
    assert answer.status_code == 422
    assert "expires" in answer.content.decode()


def test_rule_of_an_owner_knows_when_an_item_expires(trained, api):
    upsert_items(items=[ItemIn(item_id=GONE, expires=datetime(2100, 1, 1, tzinfo=UTC))])
    path = "/api/recommendations?n=20&filter=item.expires > 4000000000&fields=expires"
    items = api.get(path).json()["items"]
    assert [each["item_id"] for each in items] == [GONE]
    assert items[0]["attributes"] == {"expires": 4102444800}


def test_import_day_alone_holds_to_its_end_where_the_owner_is(tmp_path):
    (tmp_path / "items.csv").write_text("상품번호,상품명,판매종료일\ni1,차,2027.12.31\n")
    (tmp_path / "events.csv").write_text("user_id,item_id,timestamp\nu00,i1,1700000000\n")
    import_path(tmp_path, options={"time_zone": "Asia/Seoul"})
    assert item_by_id(item_id="i1").expires == datetime(2027, 12, 31, 14, 59, 59, tzinfo=UTC)
