"""Items that leave a feed are deactivated where its owner wants that, and come back with it."""

import pytest

from omakase_service.catalog.contracts import ItemFields, ItemIn
from omakase_service.catalog.selectors import item_by_id, known_items
from omakase_service.catalog.services import delete_item, patch_item, upsert_items
from omakase_service.feeds.contracts import FeedIn
from omakase_service.feeds.models import FeedItem
from omakase_service.feeds.selectors import feed_by_name
from omakase_service.feeds.services import delete_feed, save_feed
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import Invalid

pytestmark = pytest.mark.django_db


def read(shop, *item_ids: str, name: str = "shop", **parameters):
    """What came of reading the feed as it is with these items."""
    shop.body = "\n".join(["id,title", *(f"{item},Title of {item}" for item in item_ids)]).encode()
    parameters = {"feed": name, "again": True, **parameters}
    return job_by_id(job_id=run_now(kind="import_feed", parameters=parameters)).result


def actives(*item_ids: str) -> list[bool]:
    return [item_by_id(item_id=item).active for item in item_ids]


@pytest.fixture
def feed(shop):
    """A feed of three items, read once."""
    save_feed(name="shop", feed=FeedIn(url=shop.url, missing="deactivate"))
    read(shop, "a", "b", "c")
    return shop


def test_item_that_leaves_the_feed_is_deactivated(feed):
    assert read(feed, "a", "b") == {"read": 2, "stored": 2, "refused": 0, "deactivated": 1}
    assert actives("a", "b", "c") == [True, True, False]
    assert feed_by_name(name="shop").deactivated == 1
    assert read(feed, "a", "b")["deactivated"] == 0


def test_item_that_comes_back_is_active_again(feed):
    read(feed, "a", "b")
    read(feed, "a", "b", "c")
    assert actives("c") == [True]
    assert read(feed, "b", "c")["deactivated"] == 1


def test_item_that_comes_back_and_says_that_it_is_not_active_is_not(feed):
    read(feed, "a", "b")
    feed.body = b"id,active\na,true\nb,true\nc,false\n"
    run_now(kind="import_feed", parameters={"feed": "shop", "again": True})
    assert actives("c") == [False]


def test_item_that_its_owner_deactivated_stays_so_while_the_feed_has_it(feed):
    patch_item(item_id="a", fields=ItemFields(active=False))
    read(feed, "a", "b", "c")
    assert actives("a") == [False]


def test_item_that_its_owner_activated_after_it_left_stays_active(feed):
    read(feed, "a", "b")
    patch_item(item_id="c", fields=ItemFields(active=True))
    read(feed, "a", "b")
    assert actives("c") == [True]


def test_item_that_its_owner_deactivated_before_it_left_stays_so_when_it_is_back(feed):
    patch_item(item_id="c", fields=ItemFields(active=False))
    assert read(feed, "a", "b")["deactivated"] == 0
    read(feed, "a", "b", "c")
    assert actives("c") == [False]


def test_item_that_was_deleted_is_not_made_anew(feed):
    delete_item(item_id="c")
    assert read(feed, "a", "b")["deactivated"] == 0
    assert known_items(item_ids=["c"]) == set()


def test_item_whose_row_is_refused_has_not_left(feed):
    feed.body = b"id,price\na,1\nb,2\nc,dear\n"
    run_now(kind="import_feed", parameters={"feed": "shop", "again": True})
    assert actives("a", "b", "c") == [True, True, True]


def test_item_that_another_feed_has_stays_active(feed):
    save_feed(name="other", feed=FeedIn(url=feed.url, missing="deactivate"))
    read(feed, "c", "d", name="other")
    assert read(feed, "a", "b")["deactivated"] == 0
    assert actives("c") == [True]
    assert read(feed, "d", name="other")["deactivated"] == 1
    assert actives("c", "d") == [False, True]


def test_item_that_no_feed_brought_is_left_alone(feed):
    upsert_items(items=[ItemIn(item_id="mine")])
    read(feed, "a", "b")
    assert actives("mine") == [True]


def test_feed_that_lacks_most_of_its_items_deactivates_none_until_that_is_confirmed(feed):
    with pytest.raises(Invalid, match=r"2 of 3 items are missing.*confirm_missing"):
        read(feed, "a")
    assert actives("a", "b", "c") == [True, True, True]
    card = feed_by_name(name="shop")
    assert "2 of 3" in card.note
    assert card.stored == 1
    assert read(feed, "a", confirm_missing=True)["deactivated"] == 2
    assert feed_by_name(name="shop").note == ""


def test_feed_that_lacked_items_is_read_again_though_it_has_not_changed(feed):
    feed.etag = '"two"'
    with pytest.raises(Invalid):
        read(feed, "a", again=False)
    with pytest.raises(Invalid):
        read(feed, "a", again=False)


def test_share_that_may_be_missing_is_a_setting(feed, settings_with):
    settings_with(feeds={"private_addresses": True, "missing_share": 1.0})
    assert read(feed, "a")["deactivated"] == 2


def test_feed_of_the_default_keeps_items_and_notes_none(shop):
    save_feed(name="shop", feed=FeedIn(url=shop.url))
    read(shop, "a", "b")
    read(shop, "a")
    assert actives("a", "b") == [True, True]
    assert not FeedItem.objects.exists()


def test_feed_that_keeps_items_from_now_on_brings_back_those_that_it_deactivated(feed):
    read(feed, "a", "b")
    save_feed(name="shop", feed=FeedIn(url=feed.url))
    read(feed, "a", "c")
    assert actives("b", "c") == [True, True]


def test_feed_that_is_deleted_forgets_what_it_brought(feed):
    delete_feed(name="shop")
    assert not FeedItem.objects.exists()


def test_missing_items_are_deactivated_some_at_a_time(feed, monkeypatch):
    monkeypatch.setattr("omakase_service.feeds.missing.CHUNK", 2)
    names = [f"n{number}" for number in range(7)]
    read(feed, "a", *names)
    assert read(feed, "a", "n0", confirm_missing=True)["deactivated"] == 6
    assert actives("n0", "n1", "n6") == [True, False, False]
