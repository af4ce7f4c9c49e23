"""What came into the catalog since the models learnt: in everybody's lists at once."""

import time
from datetime import UTC, datetime

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import delete_item, upsert_items
from omakase_service.events.services import record
from omakase_service.serving import live_version
from omakase_service.serving.engine.fresh import RecentChoices, _insert
from omakase_service.training.services import train

NEW = "brand-new"


@pytest.fixture
def stored(trained) -> None:
    """A new item beside those that the models know."""
    now = datetime.now(UTC)
    upsert_items(items=[ItemIn(item_id=NEW, title="New", tags=["rare"], price=5, created=now)])


def bought(people: int, item_id: str = NEW, times: int = 1) -> None:
    record(
        events=[
            {"user_id": f"new{n}", "item_id": item_id, "type": "purchase"}
            for n in range(people)
            for _ in range(times)
        ]
    )


def ids(api, path: str, **query) -> list[str]:
    return [each["item_id"] for each in api.get(path, query).json()["items"]]


def test_new_item_is_the_newest_at_once(stored, api):
    assert ids(api, "/api/newest", n=20)[0] == NEW
    assert NEW not in ids(api, "/api/popular", n=20)


def test_new_item_of_long_ago_comes_behind_what_is_dated_later(trained, api):
    old = datetime(1990, 1, 1, tzinfo=UTC)
    upsert_items(items=[ItemIn(item_id=NEW, created=old)])
    assert ids(api, "/api/newest", n=20)[-1] == NEW


def test_new_item_that_nobody_dated_came_when_it_was_seen(trained, api):
    live_version.now()
    for item_id in ("first", "second"):
        upsert_items(items=[ItemIn(item_id=item_id)])
        live_version.refresh()
    assert ids(api, "/api/newest", n=20)[:2] == ["second", "first"]


def test_new_item_that_many_choose_is_popular_and_trending(stored, api):
    bought(30)
    assert ids(api, "/api/popular", n=20)[0] == NEW
    assert ids(api, "/api/trending", n=20)[0] == NEW


def test_new_item_that_one_person_chooses_often_counts_once(stored, api):
    bought(1, times=50)
    assert ids(api, "/api/popular", n=20)[-1] == NEW


def test_new_item_that_people_refuse_is_not_popular(stored, api):
    record(events=[{"user_id": f"n{n}", "item_id": NEW, "type": "dislike"} for n in range(9)])
    assert NEW not in ids(api, "/api/popular", n=20)


def test_filter_that_only_a_new_item_meets_returns_it(stored, api):
    for rule in ("item.price < 6", 'item.title == "New"'):
        answer = api.get("/api/recommendations", {"user_id": "u01", "filter": rule}).json()
        assert ([each["item_id"] for each in answer["items"]], answer["notice"]) == ([NEW], "")


def test_filter_that_nothing_meets_says_so(stored, api):
    answer = api.get("/api/recommendations", {"user_id": "u01", "filter": "item.price > 999"})
    assert (answer.json()["items"], answer.json()["notice"]) == ([], "filtered")


def test_diet_that_nothing_caters_for_is_told(stored, api):
    answer = api.get("/api/recommendations", {"user_id": "u01", "diet": "vegan"}).json()
    assert (bool(answer["items"]), answer["notice"]) == (True, "diet_unmet")


def test_reasons_of_a_list_that_a_new_item_fills_are_told(stored, api):
    query = {"user_id": "u01", "filter": "item.price < 6", "explain": "true"}
    (only,) = api.get("/api/recommendations", query).json()["items"]
    assert (only["item_id"], only["explanation"]["primary"]) == (NEW, "new")


def test_new_item_that_somebody_had_or_excludes_does_not_fill_their_list(stored, api):
    bought(1)
    query = {"filter": "item.price < 6"}
    assert ids(api, "/api/recommendations", user_id="new0", **query) == []
    assert ids(api, "/api/recommendations", user_id="u01", exclude=NEW, **query) == []


def test_new_item_that_is_deleted_or_out_of_stock_is_gone(stored, api):
    upsert_items(items=[ItemIn(item_id=NEW, stock=0)])
    assert NEW not in ids(api, "/api/newest", n=20)
    upsert_items(items=[ItemIn(item_id=NEW, stock=2)])
    assert NEW in ids(api, "/api/newest", n=20)
    delete_item(item_id=NEW)
    assert NEW not in ids(api, "/api/newest", n=20)


def test_new_item_that_is_stocked_again_is_as_popular_as_before(stored, api):
    bought(30)
    assert ids(api, "/api/trending", n=20)[0] == NEW
    upsert_items(items=[ItemIn(item_id=NEW, stock=0)])
    assert NEW not in ids(api, "/api/trending", n=20)
    upsert_items(items=[ItemIn(item_id=NEW, stock=9)])
    assert ids(api, "/api/trending", n=20)[0] == NEW
    assert ids(api, "/api/popular", n=20)[0] == NEW


def test_item_that_the_next_version_has_learnt_is_laid_over_no_more(stored, api):
    bought(3)
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    assert ids(api, "/api/newest", n=20).count(NEW) == 1
    assert not live_version.now().fresh.items.cards


def test_looking_again_reads_only_what_is_new(stored):
    live_version.now()  # opens the version; the next look places the item
    before = live_version.now().fresh
    assert live_version.now().fresh is before
    bought(2)
    after = live_version.now().fresh
    assert len(after.items.chosen.people[NEW]) == 2
    assert after.seq == before.seq + 2


def test_trend_halves_in_a_week():
    now = int(time.time())
    chosen = RecentChoices({"a": (now, now - 7 * 86_400)}, now)
    assert chosen.trend_of("a") == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("known", "fresh", "order"),
    [
        ([9.0, 5.0, 1.0], [(7.0, "a"), (0.5, "b")], [0, "a", 1, 2]),
        ([9.0, 5.0], [(9.0, "a")], [0, "a", 1]),
        ([], [(2.0, "a"), (1.0, "b")], ["a", "b"]),
        ([1.0], [], [0]),
    ],
)
def test_inserted_places_stay_in_order_and_weigh_no_less_than_what_follows(known, fresh, order):
    assert _insert(known, fresh, 4) == order
    assert _insert(known, fresh, 1) == order[:1]


def like(item_id: str, **more) -> None:
    """A new item that says of itself what one of the two tribes' does."""
    even = int(item_id[1:]) % 2 == 0
    same = {"title": f"Item {int(item_id[1:])}", "category": "Even" if even else "Odd"}
    upsert_items(items=[ItemIn(item_id=NEW, **{**same, **more})])
    live_version.refresh()  # opened at the first look, placed at the second


def test_new_item_like_a_known_one_is_in_lists_of_models_where_that_one_would_be(trained, post):
    live_version.now()
    like("i04")
    ask = {"history": ["i00", "i02"], "model": "ease", "n": 5}
    found = [each["item_id"] for each in post("/api/recommendations", ask).json()["items"]]
    assert NEW in found
    other = {"history": ["i01", "i03"], "model": "ease", "n": 3}
    assert NEW not in [
        each["item_id"] for each in post("/api/recommendations", other).json()["items"]
    ]


def test_new_items_take_no_more_than_their_share_of_a_list(trained, post):
    live_version.now()
    same = {"title": "Item 4", "category": "Even"}
    upsert_items(items=[ItemIn(item_id=f"new{n}", **same) for n in range(9)])
    live_version.refresh()
    ask = {"history": ["i00", "i02"], "model": "ease", "n": 5}
    found = [each["item_id"] for each in post("/api/recommendations", ask).json()["items"]]
    assert sum(each.startswith("new") for each in found) == 1


def test_new_item_is_among_what_is_similar_to_the_one_that_it_is_like(trained, api):
    live_version.now()
    like("i04")
    assert NEW in ids(api, "/api/items/i04/similar", n=5)


def test_what_is_similar_to_a_new_item_is_what_it_is_like(trained, api):
    live_version.now()
    like("i04")
    body = api.get(f"/api/items/{NEW}/similar", {"n": 3}).json()
    assert body["items"][0]["item_id"] == "i04"
    assert (body["algorithm"], body["notice"]) == ("content", "")
    assert NEW not in [each["item_id"] for each in body["items"]]


def test_list_that_was_kept_is_made_anew_once_a_new_item_belongs_into_it(trained, post):
    ask = {"history": ["i00", "i02"], "model": "ease", "n": 5}
    post("/api/recommendations", ask)
    like("i04")
    body = post("/api/recommendations", ask).json()
    assert NEW in [each["item_id"] for each in body["items"]]
    assert post("/api/recommendations", ask).json()["cache_hit"]


def test_new_item_that_is_like_nothing_is_in_no_list_of_a_model(trained, post):
    live_version.now()
    like("i04", title="Quite another", category="Third")
    ask = {"history": ["i00", "i02"], "model": "ease", "n": 3}
    found = [each["item_id"] for each in post("/api/recommendations", ask).json()["items"]]
    assert NEW not in found
