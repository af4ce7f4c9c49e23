import sqlite3

import pytest

from omakase_service.embed.database import omakase_database
from omakase_settings import Settings, override


def test_omakase_database_without_a_url_lies_in_the_data_folder(settings_with, tmp_path):
    settings_with(database_url=None)
    assert omakase_database()["NAME"] == str(tmp_path / "omakase.sqlite3")


def test_omakase_database_makes_a_data_folder_for_its_owner_alone(tmp_path):
    with override(Settings(data_folder=tmp_path / "a" / "b", database_url=None)):
        omakase_database()
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_omakase_database_in_tests_is_a_file_beside_the_other(settings_with, tmp_path):
    settings_with(database_url=None)
    file = omakase_database()["TEST"]["NAME"]
    assert file == str(tmp_path / "test_omakase.sqlite3")


def test_omakase_database_of_a_url_is_tested_as_django_does(settings_with):
    settings_with(database_url="postgresql://me:word@db.example/shop")
    database = omakase_database()
    assert database["NAME"] == "shop"
    assert "TEST" not in database


def test_omakase_database_of_another_kind_is_refused(settings_with):
    settings_with(database_url="mysql://me:word@db.example/shop")
    with pytest.raises(ValueError, match="use postgresql://"):
        omakase_database()


def test_omakase_database_in_tests_lets_a_reader_wait_for_a_writer(settings_with):
    settings_with(database_url=None)
    database = omakase_database()
    file, opening = database["TEST"]["NAME"], database["OPTIONS"]["init_command"]
    writer, reader = sqlite3.connect(file), sqlite3.connect(file)
    writer.executescript(opening)
    writer.execute("CREATE TABLE line (word TEXT)")
    writer.execute("INSERT INTO line VALUES ('a')")
    writer.commit()
    writer.execute("INSERT INTO line VALUES ('b')")
    assert reader.execute("SELECT word FROM line").fetchall() == [("a",)]
    writer.close()
    reader.close()
