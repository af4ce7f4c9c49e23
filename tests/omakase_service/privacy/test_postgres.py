"""What PostgreSQL keeps of deleted rows, while somebody may still see them and afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Timer
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from omakase_service.events.services import record
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exceptions import NotReady
from omakase_service.privacy import postgres
from omakase_service.privacy.contracts import TIDYING
from omakase_service.privacy.postgres import overwrite_deleted
from omakase_service.privacy.services import erase_user


class Postgres:
    """Notes what it is asked; has three files of its log of changes, and no other session."""

    def __init__(self, refused: str = "nothing") -> None:
        self.refused, self.statements, self.answer = refused, list[str](), list[Any]()

    def cursor(self) -> AbstractContextManager["Postgres"]:
        return nullcontext(self)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        if self.refused in statement:
            raise OperationalError("permission denied")
        answers = {postgres.NEXT: ["700"], "SELECT count(*) FROM pg_ls_waldir()": [3]}
        looks = (postgres.OLDER, postgres.STATISTICS_OF_EMPTY, *answers)
        if statement not in looks and "lock_timeout" not in statement:
            self.statements.append(statement)
        self.answer = answers.get(statement, [])

    def fetchone(self) -> list[Any]:
        return self.answer

    def fetchall(self) -> list[Any]:
        return self.answer


@pytest.fixture
def server(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("no PostgreSQL is asked for")


@pytest.fixture
def session(server: None) -> Iterator[Any]:
    """Another session that sees the database as it is now, and goes on to."""
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT 1")
    yield other
    other.close()


@pytest.mark.parametrize(("full", "vacuum"), [(False, "VACUUM"), (True, "VACUUM FULL")])
def test_overwrite_deleted_vacuums_and_uses_each_file_of_the_log_again(monkeypatch, full, vacuum):
    server = Postgres()
    monkeypatch.setattr(postgres, "connection", server)
    assert overwrite_deleted(full=full) == []
    assert server.statements == ["ANALYZE", vacuum, *["CHECKPOINT", "SELECT pg_switch_wal()"] * 4]


@pytest.mark.parametrize("refused", ["pg_ls_waldir", "pg_switch_wal"])
def test_overwrite_deleted_where_the_log_may_not_be_switched_does_the_rest(
    monkeypatch, caplog, refused
):
    server = Postgres(refused)
    monkeypatch.setattr(postgres, "connection", server)
    assert overwrite_deleted(full=True) == []
    assert server.statements[:2] == ["ANALYZE", "VACUUM FULL"]
    assert "was not used again" in caplog.text


def columns() -> list[tuple[Any, ...]]:
    """Of all tables: names, types, and how their texts are compared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, attname, atttypid, atttypmod, attcollation FROM"
            " pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r' ORDER BY 1, 2"
        )
        return list(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_overwrite_deleted_of_an_emptied_table_leaves_no_value_to_the_planner(server):
    names = "SELECT tablename FROM pg_stats WHERE most_common_vals::text LIKE '%vanish%'"
    record(events=[{"user_id": "vanish", "item_id": f"i{n}", "type": "view"} for n in range(9)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(names)
        assert cursor.fetchall()
        before = columns()
        erase_user(user_id="vanish")
        assert overwrite_deleted(full=False) == []
        cursor.execute(names)
        assert cursor.fetchall() == []
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
    assert columns() == before


@pytest.mark.django_db(transaction=True)
def test_overwrite_deleted_of_a_locked_table_names_it_and_does_the_rest(session, monkeypatch):
    monkeypatch.setattr(postgres, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 1)
    record(events=[{"user_id": "ada", "item_id": "i1", "type": "view"}])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with session.cursor() as cursor:
        cursor.execute("LOCK TABLE omakase_events_event IN ACCESS SHARE MODE")
    erase_user(user_id="ada")
    assert "the planner of omakase_events_event" in overwrite_deleted(full=False)
    session.close()
    assert overwrite_deleted(full=False) == []


@pytest.mark.django_db(transaction=True)
def test_tidying_while_a_session_sees_what_was_deleted_fails_and_names_it(session, monkeypatch):
    monkeypatch.setattr(postgres, "WAIT_SECONDS", 0.3)
    record(events=[{"user_id": "ada", "item_id": "i1", "type": "view"}])
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    erase_user(user_id="ada")
    with pytest.raises(NotReady, match=rf"^session {number} may still hold what was deleted"):
        run_now(kind=TIDYING)
    session.close()
    done = job_by_id(job_id=run_now(kind=TIDYING))
    assert (done.state, done.result) == (JobState.SUCCEEDED, {"overwritten": True})


@pytest.mark.django_db(transaction=True)
def test_tidying_waits_for_a_session_that_ends(session):
    record(events=[{"user_id": "ada", "item_id": "i1", "type": "view"}])
    erase_user(user_id="ada")
    session.inc_thread_sharing()
    end = Timer(0.5, session.close)
    end.start()
    assert job_by_id(job_id=run_now(kind=TIDYING)).result == {"overwritten": True}
    end.join()
