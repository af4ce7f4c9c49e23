"""What erased people leave in a database's own files, and what a receipt says of it."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.utils import ConnectionHandler

from omakase_service.config.database import database_of
from omakase_service.events.models import Erasure
from omakase_service.events.services import record
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.scheduling import save_schedule
from omakase_service.jobs.services.worker import run_now
from omakase_service.online_store import services as online
from omakase_service.online_store.file_store import FileStore
from omakase_service.platform.exceptions import NotReady
from omakase_service.privacy import tidying
from omakase_service.privacy.contracts import TIDYING, TidyingParameters
from omakase_service.privacy.pending import pending_places
from omakase_service.privacy.services import erase_user
from omakase_service.privacy.tidying import cut_log, tidy_job
from omakase_settings import Settings

DATE = re.compile(r"until \d{4}-\d\d-\d\d \d\d:\d\d UTC")


@pytest.fixture
def own_file(db, tmp_path, monkeypatch) -> Iterator[BaseDatabaseWrapper]:
    """A database in a file, as an installation has it, with a log of changes."""
    alone = ConnectionHandler(
        {"default": database_of(Settings(data_folder=tmp_path, database_url=None))}
    )["default"]
    monkeypatch.setattr(tidying, "connection", alone)
    with alone.cursor() as cursor:
        cursor.execute("CREATE TABLE people (name TEXT)")
        people = [f"vanish{n}" for n in range(5000)]
        cursor.execute("INSERT INTO people SELECT value FROM json_each(%s)", [json.dumps(people)])
        cursor.execute("DELETE FROM people")
    yield alone
    alone.close()


@pytest.fixture
def reader(own_file, tmp_path) -> Iterator[sqlite3.Connection]:
    """Somebody who reads the log of changes, which grows meanwhile."""
    other = sqlite3.connect(tmp_path / "omakase.sqlite3", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM people").fetchone()
    with own_file.cursor() as cursor:
        cursor.execute("INSERT INTO people VALUES ('later')")
    yield other
    other.close()


def single(connection: BaseDatabaseWrapper, statement: str) -> int:
    """The number that a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


class StepList:
    """A job that notes how far it said it is."""

    job_id = 1

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []

    def progress(self, done: int, total: int, step: str) -> None:
        assert step
        self.steps.append((done, total))


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


def test_cut_log_that_nobody_reads_leaves_an_empty_log(own_file, tmp_path):
    log = tmp_path / "omakase.sqlite3-wal"
    assert log.stat().st_size > 0
    assert cut_log() is True
    assert log.stat().st_size == 0


def test_cut_log_that_somebody_reads_says_that_something_is_left(reader, tmp_path):
    assert cut_log() is False
    assert (tmp_path / "omakase.sqlite3-wal").stat().st_size > 0


def test_cut_log_waits_half_a_second_at_most_and_others_as_long_as_ever(own_file, settings_with):
    """An erasure answers somebody; what is written waits for its turn."""
    settings_with(database={"busy_seconds": 7.5})
    waits = []

    def watched(execute, sql, *more):
        if "wal_checkpoint" in sql:
            (wait,) = own_file.connection.execute("PRAGMA busy_timeout").fetchone()
            waits.append(wait)
        return execute(sql, *more)

    with own_file.execute_wrapper(watched):
        cut_log()
    assert len(waits) == 1
    assert waits[0] <= 500
    assert single(own_file, "PRAGMA busy_timeout") == 7500


def test_cut_log_that_the_database_refuses_says_that_something_is_left(own_file):
    def refuses(execute, sql, *more):
        if "wal_checkpoint" in sql:
            raise OperationalError("disk I/O error")
        return execute(sql, *more)

    usual = single(own_file, "PRAGMA busy_timeout")
    with own_file.execute_wrapper(refuses):
        assert cut_log() is False
    assert single(own_file, "PRAGMA busy_timeout") == usual


def test_cut_log_of_another_database_does_nothing(monkeypatch):
    monkeypatch.setattr(tidying, "connection", SimpleNamespace(vendor="postgresql"))
    assert cut_log() is False


def test_tidy_job_with_full_overwrites_though_nobody_was_erased(own_file, tmp_path, caplog):
    context = StepList()
    assert single(own_file, "PRAGMA freelist_count") > 0
    assert tidy_job(context, TidyingParameters(full=True)) == {"overwritten": True}
    assert single(own_file, "PRAGMA freelist_count") == 0
    assert context.steps == [(0, 2), (1, 2)]
    assert not any(b"vanish" in file.read_bytes() for file in tmp_path.iterdir())
    assert not caplog.records


def test_tidy_job_overwrites_what_is_at_hand_of_people(own_file, monkeypatch):
    done = []
    monkeypatch.setattr(online, "overwrite_forgotten", lambda: done.append("overwritten"))
    tidy_job(StepList(), TidyingParameters(full=True))
    assert done == ["overwritten"]


def test_tidy_job_that_cannot_overwrite_all_fails_and_is_done_again(
    own_file, reader, tmp_path, monkeypatch
):
    monkeypatch.setattr(tidying, "WAIT_SECONDS", 0.0)
    done = []
    monkeypatch.setattr(online, "overwrite_forgotten", lambda: done.append("overwritten"))
    with pytest.raises(NotReady, match="a reader of the database's log of changes may still hold"):
        tidy_job(StepList(), TidyingParameters(full=True))
    assert done == ["overwritten"]
    reader.close()
    assert tidy_job(StepList(), TidyingParameters(full=True)) == {"overwritten": True}


@pytest.mark.django_db(transaction=True)
def test_tidying_is_not_done_again_for_whom_it_was_done_already():
    record(events=[{"user_id": name, "item_id": "i1", "type": "view"} for name in ("ada", "bob")])
    erase_user(user_id="ada")
    assert "overwritten" in job_by_id(job_id=run_now(kind=TIDYING)).result
    Erasure.objects.update(time=F("time") - 60)
    assert job_by_id(job_id=run_now(kind=TIDYING)).result == {"erased": 0}
    erase_user(user_id="bob")
    assert "overwritten" in job_by_id(job_id=run_now(kind=TIDYING)).result


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
