"""Feeds on the page of sources."""

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.feeds.models import Feed
from omakase_service.jobs.selectors import jobs

pytestmark = pytest.mark.django_db
FORM = {
    "name": "shop",
    "url": "https://shop.example/f.xml?key=secret",
    "format": "auto",
    "cron": "7 * * * *",
}


def test_a_feed_is_kept_and_read_by_its_form(owner):
    response = owner.post("/console/sources/feeds/save", FORM)
    (job,) = jobs(kind="import_feed")
    assert response["Location"] == f"/console/jobs/{job.id}/"
    page = owner.get("/console/sources/")
    assert "shop.example" in text_of(page)
    assert b"secret" not in page.content


def test_a_feed_that_deactivates_what_leaves_it_shows_how_many(owner):
    owner.post("/console/sources/feeds/save", FORM | {"missing": "deactivate"})
    Feed.objects.update(deactivated=1234)
    assert Feed.objects.get().missing == "deactivate"
    assert "1,234" in text_of(owner.get("/console/sources/"))


def test_a_feed_shows_why_rows_were_refused(owner):
    owner.post("/console/sources/feeds/save", FORM)
    Feed.objects.update(rows=[{"row": 3, "item_id": "7", "reason": "price: <odd>"}], note="gone")
    page = owner.get("/console/sources/").content.decode()
    assert "price: &lt;odd&gt;" in page
    assert "shop: gone" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Big Shop"),
        ("url", "file:///etc/passwd"),
        ("format", "xls"),
        ("missing", "x"),
        ("cron", "x"),
    ],
)
def test_a_feed_that_makes_no_sense_is_refused_with_words(owner, field, value):
    response = owner.post("/console/sources/feeds/save", FORM | {field: value}, follow=True)
    assert b"message error" in response.content
    assert not Feed.objects.exists()


def test_a_feed_is_read_no_more(owner):
    owner.post("/console/sources/feeds/save", FORM)
    owner.post("/console/sources/feeds/delete", {"name": "shop"})
    assert not Feed.objects.exists()
