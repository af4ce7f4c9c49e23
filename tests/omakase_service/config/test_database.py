from traceback import format_exception
from urllib.parse import quote

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
    assert made["OPTIONS"] == {"sslmode": "disable", "connect_timeout": "3"}


@pytest.mark.parametrize(("query", "seconds"), [("", "3"), ("?connect_timeout=30", "30")])
def test_a_server_that_does_not_answer_is_not_waited_for_long(query, seconds):
    made = database_of(Settings(database_url=f"postgresql://ann@db/shop{query}"))
    assert made["OPTIONS"]["connect_timeout"] == seconds


def test_another_database_is_one_clear_sentence():
    with pytest.raises(ValueError, match="use postgresql://"):
        database_of(Settings(database_url="mysql://x/y"))


@pytest.mark.parametrize("sign", list("@:/#?[]%& +가"))
def test_any_sign_of_a_password_arrives_where_it_is_escaped(sign):
    password = f"p{sign}w"
    made = database_of(
        Settings(database_url=f"postgres://a{quote(sign, safe='')}:{quote(password, safe='')}@h/n")
    )
    assert (made["USER"], made["PASSWORD"]) == (f"a{sign}", password)
    assert (made["HOST"], made["PORT"], made["NAME"]) == ("h", "", "n")


@pytest.mark.parametrize(
    "rest",
    ["hun#ter2@h/n", "hun/ter2@h/n", "hun[ter2@h/n", "hunter2@h:port/n", "hunter2@h", "hunter2@h/"],
)
def test_a_url_that_cannot_be_read_says_how_it_is_written_and_shows_no_password(rest):
    with pytest.raises(
        ValueError, match="database_url cannot be read; it is postgresql://"
    ) as caught:
        database_of(Settings(database_url=f"postgresql://ann:{rest}"))
    told = "".join(format_exception(caught.value))
    assert "hun" not in told.replace(rest, "")
    assert caught.value.__cause__ is None


def test_an_address_of_numbers():
    made = database_of(Settings(database_url="postgresql://ann@[::1]:5433/shop"))
    assert (made["HOST"], made["PORT"], made["PASSWORD"]) == ("::1", "5433", "")


def test_these_tests_run_on_the_database_that_was_asked_for():
    told = Settings().database_url
    assert connection.vendor == ("sqlite" if told is None else "postgresql")
