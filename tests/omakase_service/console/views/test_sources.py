"""Sources: databases, feeds and streams, and what each could not bring."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.omakase_service.console.markup import (
    chosen_in,
    forms_of,
    messages_of,
    rows_of,
    tree_of,
)

from omakase_service.console.views.feeds import CRONS
from omakase_service.feeds.contracts import FORMATS
from omakase_service.feeds.models import Feed
from omakase_service.feeds.selectors import feed_by_name
from omakase_service.jobs.selectors import jobs
from omakase_service.jobs.services.scheduling import delete_schedule
from omakase_service.streams.models import DeadLetter, StreamState

pytestmark = pytest.mark.django_db
SOURCES, FEEDS = "/console/sources/", "/console/sources/feeds/"
FORM = {"name": "shop", "url": "https://shop.example/f.xml", "format": "auto", "cron": "7 * * * *",
        "missing": "keep"}  # fmt: skip


@pytest.fixture
def shop(settings_with):
    """A database of the settings."""
    settings_with(sql={"sources": {"shop": {"url": "sqlite:///x.db", "events": "SELECT 1",
                                            "cursor": "id"}}})  # fmt: skip


def keep(owner, **form: str):
    return owner.post(f"{FEEDS}save", FORM | form, follow=True)


def feeds_of(page) -> list[dict[str, str]]:
    return rows_of(tree_of(page).one("section", id="feeds"))


def test_page_without_sources_shows_how_each_is_begun(owner):
    page = tree_of(owner.get(SOURCES))
    assert "[sql.sources.shop]" in page.one("section", id="databases").text
    assert "omakase stream --help" in page.one("section", id="streams").text
    assert "None yet." in page.one("section", id="feeds").text


def test_database_of_the_settings_has_a_button(shop, owner):
    (form,) = forms_of(owner.get(SOURCES), f"{SOURCES}import")
    assert form == {"name": "shop"}


def test_database_has_no_button_for_who_may_only_see(shop, member):
    assert forms_of(member("see").get(SOURCES), f"{SOURCES}import") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Name the database."), ("nope", "No database 'nope' in the settings.")],
)
def test_import_of_a_database_that_there_is_not_says_so(shop, owner, name, words):
    page = owner.post(f"{SOURCES}import", {"name": name}, follow=True)
    assert messages_of(page) == [("error", words)]
    assert jobs(kind="import_sql") == []


def test_imports_of_databases_are_listed_with_their_jobs(shop, owner):
    owner.post(f"{SOURCES}import", {"name": "shop"})
    (job,) = jobs(kind="import_sql")
    (line,) = tree_of(owner.get(SOURCES)).one("section", id="databases").one("ul").every("li")
    assert line.one("a").attributes["href"] == f"/console/jobs/{job.id}/"
    assert "shop · just now" in line.text


def test_form_of_a_feed_offers_formats_and_times_in_words(owner):
    page = tree_of(owner.get(SOURCES))
    formats = [
        each.attributes["value"] for each in page.one("select", name="format").every("option")
    ]
    assert formats == list(FORMATS)
    times = {
        each.text: each.attributes["value"]
        for each in page.one("select", name="cron").every("option")
    }
    assert times == dict(CRONS)
    assert chosen_in(page.one("select", name="missing")) == "keep"


def test_form_of_a_feed_as_it_stands_is_kept(owner):
    (form,) = forms_of(owner.get(SOURCES), f"{FEEDS}save")
    owner.post(f"{FEEDS}save", {**form, "name": "shop", "url": "https://shop.example/f.xml"})
    feed = feed_by_name(name="shop")
    assert (feed.name, feed.format, feed.missing, feed.cron) == (
        "shop", "auto", "keep", dict(CRONS)["every night"],
    )  # fmt: skip


def test_feed_that_is_kept_is_read_at_once_and_says_so(owner):
    page = keep(owner)
    assert messages_of(page) == [("success", "The feed shop is kept, and is read now.")]
    (job,) = jobs(kind="import_feed")
    assert dict(job.parameters)["feed"] == "shop"


def test_feed_that_is_kept_once_more_is_changed(owner):
    keep(owner)
    keep(owner, url="https://other.example/g.csv", format="csv", cron="")
    feed = feed_by_name(name="shop")
    assert (feed.url, feed.format, feed.cron) == ("https://other.example/g.csv", "csv", "")


@pytest.mark.parametrize("name", ["", "Shop", "my shop", "-shop", "x" * 41, "가게", "a_b", "a/b"])
def test_feed_of_a_name_that_is_none_is_refused(owner, name):
    assert messages_of(keep(owner, name=name)) == [
        ("error", "Name the feed with small letters, digits and hyphens.")
    ]
    assert not Feed.objects.exists()
    assert jobs(kind="import_feed") == []


@pytest.mark.parametrize("name", ["a", "0", "shop-2", "x" * 40])
def test_feed_of_any_name_that_is_one_is_kept(owner, name):
    keep(owner, name=name)
    assert Feed.objects.get().name == name


@pytest.mark.parametrize("url", ["", "shop", "ftp://shop.example/f", "javascript:alert(1)"])
def test_feed_without_an_address_on_the_web_is_refused(owner, url):
    assert messages_of(keep(owner, url=url))[0][0] == "error"
    assert not Feed.objects.exists()


def test_feeds_are_listed_with_where_they_come_from_and_what_they_brought(owner):
    keep(owner, url="https://user:secret@shop.example/f.xml?key=secret")
    keep(owner, name="by-hand", cron="")
    Feed.objects.filter(name="shop").update(
        stored=1234, refused=5, fetched=timezone.now() - timedelta(hours=2), changed=None
    )
    page = owner.get(SOURCES)
    assert b"secret" not in page.content
    first, second = feeds_of(page)
    assert first["Feed"] == "by-hand shop.example · auto · when somebody asks"
    assert (first["Last read"], first["Left"]) == ("never", "–")
    assert second["Feed"] == "shop shop.example · auto · 7 * * * *"
    assert (second["Stored"], second["Refused"]) == ("1,234", "5")
    assert (second["Last read"], second["Changed"]) == ("2 h ago", "–")


def test_feed_that_could_not_be_read_says_why(owner):
    keep(owner)
    Feed.objects.update(note="the server says <403>", fetched=timezone.now())
    page = tree_of(owner.get(SOURCES))
    assert "look at it" in feeds_of(owner.get(SOURCES))[0]["Last read"]
    assert page.one("section", id="feeds").one("p", class_="error").text == (
        "shop: the server says <403>"
    )


@pytest.mark.parametrize(
    ("role", "reads", "deletes", "saves"),
    [("see", 0, 0, 0), ("edit", 1, 0, 0), ("administer", 1, 1, 1)],
)
def test_feeds_offer_each_role_what_it_may(member, role, reads, deletes, saves):
    Feed.objects.create(name="shop", url="https://shop.example/f.xml")
    page = tree_of(member(role).get(SOURCES))
    numbers = [len(forms_of(page, f"{FEEDS}{path}")) for path in ("read", "delete", "save")]
    assert numbers == [reads, deletes, saves]


def test_feed_is_read_by_a_button(owner):
    Feed.objects.create(name="shop", url="https://shop.example/f.xml")
    (form,) = forms_of(owner.get(SOURCES), f"{FEEDS}read")
    response = owner.post(f"{FEEDS}read", form)
    (job,) = jobs(kind="import_feed")
    assert response["Location"] == f"/console/jobs/{job.id}/"


def test_feed_that_is_deleted_says_that_its_items_stay(owner):
    keep(owner)
    (form,) = forms_of(owner.get(SOURCES), f"{FEEDS}delete")
    page = owner.post(f"{FEEDS}delete", form, follow=True)
    assert messages_of(page)[-1:] == [("success", "The feed shop is read no more; its items stay.")]
    assert not Feed.objects.exists()


@pytest.mark.parametrize("path", ["read", "delete"])
def test_feed_that_there_is_not_is_refused_in_words(owner, path):
    page = owner.post(f"{FEEDS}{path}", {"name": "nope"}, follow=True)
    ((outcome, words),) = messages_of(page)
    assert outcome == "error"
    assert "nope" in words
    assert jobs(kind="import_feed") == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("in:kafka", "kafka comes in"),
        ("out:webhook", "webhook goes out"),
        ("in:a:b", "a:b comes in"),
    ],
)
def test_stream_is_named_by_where_it_leads(owner, name, said):
    StreamState.objects.create(name=name, lag=7, stored=1234, known=5, note="<slow>")
    (row,) = rows_of(tree_of(owner.get(SOURCES)).one("section", id="streams"))
    assert row["Stream"] == said
    assert (row["Waiting"], row["Stored"], row["Known before"]) == ("7", "1,234", "5")
    assert (row["Dead letters"], row["Note"]) == ("0", "<slow>")


def test_letters_that_could_not_be_stored_show_the_newest_of_them(owner):
    StreamState.objects.create(name="in:kafka", dead=30)
    for n in range(25):
        DeadLetter.objects.create(position=f"kafka:t:0:{n:02}", stream="in:kafka", reason="no item")
    section = tree_of(owner.get(SOURCES)).one("section", id="streams")
    assert "25 are kept; these are the newest." in section.text
    letters = section.every("table")[1].one("tbody").every("tr")
    assert [each.one("th").text for each in letters] == [
        f"kafka:t:0:{n:02}" for n in range(24, 4, -1)
    ]


def test_feed_whose_schedule_was_deleted_by_itself_is_deleted_all_the_same(owner):
    keep(owner)
    delete_schedule(name="feed:shop")
    page = owner.post(f"{FEEDS}delete", {"name": "shop"}, follow=True)
    assert messages_of(page)[-1] == (
        "success", "The feed shop is read no more; its items stay.",
    )  # fmt: skip
    assert not Feed.objects.exists()
