"""Feeds are kept, read on a schedule, and read again only where they have changed."""

import pytest

from omakase_service.catalog.selectors import item_by_id
from omakase_service.feeds.contracts import FeedIn
from omakase_service.feeds.selectors import feed_by_name, feeds
from omakase_service.feeds.services import delete_feed, save_feed
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id, schedule_by_name
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import Invalid, NotFound

pytestmark = pytest.mark.django_db
BODY = b"id,title,price,category\n1,Tea,3 EUR,Drinks\n,nobody,1,x\n2,Cup,cheap,x\n3,Pot,9.5,x\n"


def read(name: str = "shop", **more):
    return job_by_id(job_id=run_now(kind="import_feed", parameters={"feed": name, **more}))


@pytest.fixture
def kept(shop):
    shop.body, shop.etag = BODY, '"one"'
    save_feed(name="shop", feed=FeedIn(url=shop.url))
    return shop


def test_feed_that_is_read_stores_items_and_names_what_it_refused(kept):
    assert read().result == {"read": 4, "stored": 2, "refused": 2, "deactivated": 0}
    assert item_by_id(item_id="1").price == 3
    card = feed_by_name(name="shop")
    assert [(each.row, each.item_id) for each in card.rows] == [(2, ""), (3, "2")]
    assert card.note == ""
    assert card.host == "127.0.0.1"


def test_feed_that_has_not_changed_is_not_read_again(kept):
    read()
    assert read().state is JobState.SKIPPED
    assert kept.asked[-1]["If-None-Match"] == '"one"'
    assert feed_by_name(name="shop").stored == 2
    assert read(again=True).result["read"] == 4


def test_feed_at_another_address_is_read_from_its_beginning(kept):
    read()
    save_feed(name="shop", feed=FeedIn(url=kept.url + "&other"))
    assert read().result["read"] == 4


def test_feed_that_cannot_be_read_says_why_and_keeps_what_was(kept):
    read()
    kept.body, kept.etag = b"<html>", ""
    with pytest.raises(Invalid):
        read()
    card = feed_by_name(name="shop")
    assert "no XML" in card.note
    assert card.stored == 2


def test_feed_with_a_category_that_is_too_long_loses_that_row_alone(kept):
    kept.body = b"id,category\n1,a\n2," + b" > ".join([b"x" * 200] * 9) + b"\n3,b\n"
    assert read(again=True).result == {"read": 3, "stored": 2, "refused": 1, "deactivated": 0}


def test_feed_is_due_by_its_schedule(shop):
    save_feed(name="shop", feed=FeedIn(url=shop.url, cron="7 * * * *"))
    schedule = schedule_by_name(name="feed:shop")
    assert (schedule.kind, schedule.cron, schedule.enabled) == ("import_feed", "7 * * * *", True)
    save_feed(name="shop", feed=FeedIn(url=shop.url, cron=""))
    assert not schedule_by_name(name="feed:shop").enabled
    assert feed_by_name(name="shop").cron == ""


def test_feed_that_is_deleted_leaves_its_items_and_no_schedule(kept):
    read()
    delete_feed(name="shop")
    assert feeds() == []
    assert item_by_id(item_id="1").title == "Tea"
    with pytest.raises(NotFound):
        schedule_by_name(name="feed:shop")


def test_feed_with_an_odd_cron_is_not_kept(shop):
    with pytest.raises(Invalid):
        save_feed(name="shop", feed=FeedIn(url=shop.url, cron="whenever"))
    assert feeds() == []


def test_feeds_over_the_api(shop, api):
    body = {"url": shop.url, "cron": ""}
    saved = api.put("/api/feeds/shop", body, content_type="application/json")
    assert saved.status_code == 200
    assert [each["name"] for each in api.get("/api/feeds").json()] == ["shop"]
    assert api.delete("/api/feeds/shop").status_code == 204
    assert api.delete("/api/feeds/shop").status_code == 404
    odd = api.put("/api/feeds/Odd_Name", body, content_type="application/json")
    assert odd.status_code == 422
