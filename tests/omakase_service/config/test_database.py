import pytest
from django.db import connection

from omakase_service.config.database import database_of
from omakase_settings import Settings


def test_sqlite_in_the_data_folder(tmp_path):
    made = database_of(Settings(data_folder=tmp_path, database_url=None))
    assert made["NAME"] == str(tmp_path / "omakase.sqlite3")
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in made["OPTIONS"]["init_command"]


def test_less_durable_by_wish(tmp_path):
    made = database_of(
        Settings(data_folder=tmp_path, database_url=None, database={"durable": False})
    )
    assert "synchronous=NORMAL" in made["OPTIONS"]["init_command"]


def test_postgresql_by_its_url():
    made = database_of(Settings(database_url="postgresql://ann:p%40ss@db.example:6543/shop"))
    assert (made["USER"], made["PASSWORD"], made["NAME"]) == ("ann", "p@ss", "shop")
    assert (made["HOST"], made["PORT"]) == ("db.example", "6543")


def test_postgresql_by_its_socket():
    url = "postgresql://postgres@/postgres?host=/tmp/a%20b&sslmode=disable"
    made = database_of(Settings(database_url=url))
    assert (made["HOST"], made["PORT"]) == ("/tmp/a b", "")
    assert made["OPTIONS"] == {"sslmode": "disable"}


def test_another_database_is_one_clear_sentence():
    with pytest.raises(ValueError, match="use postgresql://"):
        database_of(Settings(database_url="mysql://x/y"))


def test_these_tests_run_on_the_database_that_was_asked_for():
    told = Settings().database_url
    assert connection.vendor == ("sqlite" if told is None else "postgresql")
