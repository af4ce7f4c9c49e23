"""The page of sources: databases of the settings and streams, as they stand."""

import sqlite3
from pathlib import Path

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.events.models import Event
from omakase_service.events.services import record
from omakase_service.jobs.selectors import jobs
from omakase_service.jobs.services.worker import run_now
from omakase_service.sql_import.contracts import QueryState
from omakase_service.sql_import.selectors import query_states
from omakase_service.streams.models import DeadLetter, StreamState

pytestmark = pytest.mark.django_db
QUERY = "SELECT id, customer AS user_id, sku AS item_id, 'purchase' AS type FROM orders"


@pytest.fixture
def shop(tmp_path: Path, settings_with) -> Path:
    """A database with three orders, named in the settings."""
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as line:
        line.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, sku TEXT)")
        line.executemany(
            "INSERT INTO orders (customer, sku) VALUES (?, ?)", [("a", "1"), ("b", "1"), ("a", "2")]
        )
    source = {"url": f"sqlite:///{file}", "events": QUERY, "cursor": "id"}
    settings_with(sql={"sources": {"shop": source}})
    return file


def test_sources_without_any_say_how_one_is_named(owner):
    text = text_of(owner.get("/console/sources/"))
    assert "No database is named in the settings." in text
    assert "No stream has run yet." in text


@pytest.mark.parametrize("path", ["/console/", "/console/sources/"])
def test_events_of_no_time_have_no_age(path, owner):
    record(events=[{"user_id": "ada", "item_id": "i1", "type": "view"}])
    Event.objects.update(time=0)
    text = text_of(owner.get(path))
    assert "Last event to come in –" in " ".join(text.split())
    assert "days old" not in text


def test_a_database_that_was_never_read_says_so(shop, owner):
    assert query_states() == [QueryState("shop", "events")]
    assert "never" in text_of(owner.get("/console/sources/"))


def test_a_database_is_read_by_a_button_and_shows_how_far(shop, owner):
    response = owner.post("/console/sources/import", {"name": "shop"})
    job = jobs(kind="import_sql")[0]
    assert response["Location"] == f"/console/jobs/{job.id}/"
    run_now(kind="import_sql", parameters={"source": "shop"})
    (state,) = query_states()
    assert (state.rows, state.last) == (3, "3")
    page = owner.get("/console/sources/").content.decode()
    assert str(shop) not in page


def test_a_database_that_there_is_not_is_refused(shop, owner):
    response = owner.post("/console/sources/import", {"name": "nope"}, follow=True)
    assert "No database" in text_of(response)
    assert jobs(kind="import_sql") == []


def test_streams_show_what_waits_and_what_could_not_be_stored(owner):
    StreamState.objects.create(name="in:kafka", lag=7, stored=1234, dead=1)
    DeadLetter.objects.create(
        position="kafka:t:0:9", stream="in:kafka", reason="unknown type <b>", payload="{}"
    )
    page = owner.get("/console/sources/")
    text = text_of(page)
    assert "1,234" in text
    assert "kafka comes in" in text
    assert "unknown type &lt;b&gt;" in page.content.decode()
