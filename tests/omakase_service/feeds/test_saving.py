"""Feeds are kept, changed, refused and read in parts; who may do it over HTTP."""

import pytest

from omakase_service.catalog.models import Item
from omakase_service.feeds.contracts import FORMATS, MOST_REFUSED, FeedIn
from omakase_service.feeds.models import Feed, FeedItem
from omakase_service.feeds.selectors import feed_by_name, feeds
from omakase_service.feeds.services import delete_feed, save_feed
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id, schedule_by_name
from omakase_service.jobs.services.scheduling import delete_schedule
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import Invalid, NotFound

pytestmark = pytest.mark.django_db


def read(name: str = "shop", **more):
    return job_by_id(job_id=run_now(kind="import_feed", parameters={"feed": name, **more}))


def saved(shop, **more):
    return save_feed(name="shop", feed=FeedIn(url=shop.url, **more))


def test_feed_that_was_never_read_is_told_so(shop):
    card = saved(shop)
    assert (card.read, card.stored, card.refused, card.deactivated) == (0, 0, 0, 0)
    assert (card.fetched, card.changed, card.note, list(card.rows)) == (None, None, "", [])
    assert (card.format, card.missing, card.cron) == ("auto", "keep", "30 4 * * *")


def test_feeds_are_listed_by_name(shop):
    for name in ("b", "a", "c-2"):
        save_feed(name=name, feed=FeedIn(url=shop.url))
    assert [card.name for card in feeds()] == ["a", "b", "c-2"]


@pytest.mark.parametrize("form", FORMATS)
def test_feed_is_kept_with_its_format(shop, form):
    assert saved(shop, format=form).format == form


@pytest.mark.parametrize("url", ["", "ftp://a/b", "file:///etc/passwd", "https://", "http://[x"])
def test_feed_at_an_address_that_cannot_be_fetched_is_not_kept(db, url):
    with pytest.raises(Invalid):
        save_feed(name="shop", feed=FeedIn(url=url))
    assert not Feed.objects.exists()


def test_feed_that_cannot_be_changed_stays_as_it_was(shop):
    before = saved(shop)
    with pytest.raises(Invalid):
        saved(shop, cron="whenever", missing="deactivate")
    assert feed_by_name(name="shop") == before


@pytest.mark.parametrize("change", [{"missing": "deactivate"}, {"format": "csv"}])
def test_feed_that_is_read_otherwise_is_read_from_its_beginning(shop, change):
    shop.body, shop.etag = b"id\n1\n", '"one"'
    saved(shop)
    read()
    assert read().state is JobState.SKIPPED
    saved(shop, **change)
    assert read().state is JobState.SUCCEEDED


def test_feed_that_is_due_at_another_time_is_not_read_from_its_beginning(shop):
    shop.body, shop.etag = b"id\n1\n", '"one"'
    saved(shop)
    read()
    saved(shop, cron="0 5 * * *")
    assert read().state is JobState.SKIPPED


@pytest.mark.parametrize("name", ["nothing", "shop"])
def test_feed_that_there_is_not_cannot_be_read_or_deleted(db, name):
    with pytest.raises(NotFound, match=f"no feed '{name}'"):
        delete_feed(name=name)
    with pytest.raises(NotFound, match=f"no feed '{name}'"):
        read(name)


def test_feed_whose_schedule_is_gone_can_be_deleted(shop):
    saved(shop)
    delete_schedule(name="feed:shop")
    delete_feed(name="shop")
    assert feeds() == []


def test_feed_without_a_time_is_read_when_somebody_asks(shop):
    shop.body = b"id\n1\n"
    saved(shop, cron="")
    assert not schedule_by_name(name="feed:shop").enabled
    assert read().result["stored"] == 1


def test_feed_in_parts_is_the_feed_whole(shop, settings_with):
    settings_with(feeds={"private_addresses": True, "batch": 3})
    shop.body = "\n".join(["id,title", *(f"{n},Item {n}" for n in range(10)), ",none"]).encode()
    saved(shop)
    assert read().result == {"read": 11, "stored": 10, "refused": 1, "deactivated": 0}
    (refused,) = feed_by_name(name="shop").rows
    assert (refused.row, refused.item_id) == (11, "")
    assert Item.objects.count() == 10


def test_refused_rows_that_are_many_are_kept_up_to_a_number(shop, settings_with):
    settings_with(feeds={"private_addresses": True, "batch": 40})
    shop.body = "\n".join(["id,price", *(f"{n},cheap" for n in range(150))]).encode()
    saved(shop)
    assert read().result["refused"] == 150
    rows = feed_by_name(name="shop").rows
    assert [row.row for row in rows] == list(range(1, MOST_REFUSED + 1))
    assert {row.reason.partition(":")[0] for row in rows} == {"price"}


def test_item_that_stands_twice_in_a_feed_is_the_later(shop):
    shop.body = b"id,title\n1,old\n1,new\n"
    saved(shop)
    assert read().result["read"] == 2
    assert Item.objects.get(item_id="1").title == "new"


def test_what_a_feed_does_not_say_of_an_item_stays(shop):
    shop.body = b"id,title,brand\n1,Tea,House\n"
    saved(shop)
    read()
    shop.body = b"id,title\n1,Green tea\n"
    read(again=True)
    item = Item.objects.get(item_id="1")
    assert (item.title, item.brand) == ("Green tea", "House")


@pytest.mark.parametrize(
    "body",
    [
        b'{"g:id": "1", "price": "cheap"}\n{"g:id": "2"}\n',
        b"g:id,price\n1,cheap\n2,3\n",
        b"item_id,price\n1,cheap\n2,3\n",
        b" id ,price\n1,cheap\n2,3\n",
    ],
)
def test_item_whose_row_is_refused_has_not_left_the_feed(shop, body):
    shop.body = b"id,price\n1,3\n2,3\n"
    saved(shop, missing="deactivate")
    read()
    shop.body = body
    assert read(again=True).result["deactivated"] == 0
    assert Item.objects.get(item_id="1").active
    assert FeedItem.objects.filter(is_missing=True).count() == 0


def test_feed_that_breaks_off_deactivates_nothing_and_says_why(shop, settings_with):
    shop.body = b"id\n1\n2\n"
    saved(shop, missing="deactivate")
    read()
    settings_with(feeds={"private_addresses": True, "max_bytes": 1024})
    shop.body = b"id\n1\n" + b"x" * 2000
    with pytest.raises(Invalid):
        read(again=True)
    card = feed_by_name(name="shop")
    assert card.note == "the feed is larger than feeds.max_bytes, 1,024 bytes"
    assert Item.objects.filter(active=True).count() == 2


def test_feed_that_can_be_read_again_has_no_note_any_more(shop):
    shop.body = b"<html>"
    saved(shop)
    with pytest.raises(Invalid):
        read()
    assert feed_by_name(name="shop").note
    shop.body = b"id\n1\n"
    read()
    assert feed_by_name(name="shop").note == ""


@pytest.mark.parametrize("scopes", [("read",), ("write",), ("read", "write"), ("public",)])
def test_feeds_over_http_are_for_administrators_alone(shop, caller, scopes):
    saved(shop)
    client = caller(*scopes)
    body = {"url": shop.url}
    assert client.get("/api/feeds").status_code == 403
    assert client.put("/api/feeds/a", body, content_type="application/json").status_code == 403
    assert client.delete("/api/feeds/shop").status_code == 403
    assert [card.name for card in feeds()] == ["shop"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"url": "x" * 2001}, "url"),
        ({"format": "xlsx"}, "format"),
        ({"missing": "delete"}, "missing"),
        ({"colour": "red"}, "colour"),
        ({"cron": None}, "cron"),
    ],
)
def test_feed_over_http_that_makes_no_sense_is_refused_at_its_place(shop, api, change, place):
    body = {"url": shop.url, **change}
    refused = api.put("/api/feeds/shop", body, content_type="application/json")
    assert refused.status_code == 422
    assert any(place in error["place"] for error in refused.json()["errors"])
    assert feeds() == []


@pytest.mark.parametrize("name", ["Shop", "a_b", "-a", "a" * 41, "가게", "a b"])
def test_feed_over_http_under_a_name_that_is_none_is_refused(shop, api, name):
    body = {"url": shop.url}
    assert api.put(f"/api/feeds/{name}", body, content_type="application/json").status_code == 422
    assert feeds() == []
