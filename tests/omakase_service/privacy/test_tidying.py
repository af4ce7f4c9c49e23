"""What erased people leave in a database's own files, and what a receipt says of it."""

import re
from pathlib import Path

import pytest
from django.db import connection

from omakase_service.events.services import record
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.scheduling import save_schedule
from omakase_service.jobs.services.worker import run_now
from omakase_service.online_store.file_store import FileStore
from omakase_service.privacy.contracts import TIDYING
from omakase_service.privacy.pending import pending_places
from omakase_service.privacy.services import erase_user
from omakase_service.privacy.tidying import cut_log

DATE = re.compile(r"until \d{4}-\d\d-\d\d \d\d:\d\d UTC")


def test_pending_places_name_the_day_on_which_each_ends(db):
    places = pending_places(is_log_cut=False)
    snapshot, versions, database, copies = *places[:3], places[-1]
    assert snapshot.startswith("the snapshot") and DATE.search(snapshot)
    assert "versions" in versions and DATE.search(versions)
    assert "database" in database and DATE.search(database)
    assert "backup" in copies


def test_pending_place_without_a_schedule_says_that_it_is_by_hand(db):
    save_schedule(name=TIDYING, enabled=False)
    assert any("by hand" in place for place in pending_places(is_log_cut=True))


def test_cut_log_within_a_transaction_does_nothing(db):
    assert connection.in_atomic_block
    assert cut_log() is False


def test_forgotten_value_is_in_no_byte_of_the_shelf(tmp_path):
    store = FileStore(tmp_path / "online.sqlite3")
    for n in range(300):
        store.put(f"u:{n}", b"lavender%03dmoss" % n * 20)
    store.forget([f"u:{n}" for n in range(300)])
    store.overwrite_forgotten()
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"moss" not in left


@pytest.mark.django_db(transaction=True)
def test_erased_person_is_in_no_byte_of_the_database_after_the_job():
    people = [f"vanish{n:03}kx" for n in range(60)]
    events = [{"user_id": p, "item_id": f"i{n}", "type": "view"} for p in people for n in range(5)]
    record(events=events)
    for person in people:
        erase_user(user_id=person)
    run_now(kind=TIDYING, parameters={"full": True})
    assert b"vanish" not in _whole_database()


@pytest.mark.django_db(transaction=True)
def test_tidying_of_a_house_where_nobody_was_erased_since_does_nothing():
    record(events=[{"user_id": "ada", "item_id": "i1", "type": "view"}])
    assert job_by_id(job_id=run_now(kind=TIDYING)).result == {"erased": 0}
    erase_user(user_id="ada")
    assert "erased" not in job_by_id(job_id=run_now(kind=TIDYING)).result


def _whole_database() -> bytes:
    """The bytes of SQLite's pages, or of every file that PostgreSQL writes rows and changes to."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT 1")
            return connection.connection.serialize()
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    files = (file for part in ("base", "pg_wal") for file in (folder / part).rglob("*"))
    return b"".join(file.read_bytes() for file in files if file.is_file())
