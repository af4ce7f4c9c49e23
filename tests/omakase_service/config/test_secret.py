import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from omakase_service.config.secret import secret_of
from omakase_settings import Settings


def test_the_operator_s_own(tmp_path):
    assert secret_of(Settings(data_folder=tmp_path, web={"secret_key": "mine"})) == "mine"
    assert not (tmp_path / "secret_key").exists()


def test_made_once_and_kept_for_its_owner_only(tmp_path):
    settings = Settings(data_folder=tmp_path / "new")
    first = secret_of(settings)
    assert len(first) >= 60
    assert secret_of(settings) == first
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_two_installations_differ(tmp_path):
    made = {secret_of(Settings(data_folder=tmp_path / name)) for name in "ab"}
    assert len(made) == 2


def test_a_file_that_was_left_empty_is_filled(tmp_path):
    (tmp_path / "secret_key").touch()
    first = secret_of(Settings(data_folder=tmp_path))
    assert len(first) >= 60
    assert secret_of(Settings(data_folder=tmp_path)) == first


@pytest.mark.parametrize("left", ["empty", "none"])
def test_a_lost_key_is_not_replaced_where_server_keys_were_made_with_it(tmp_path, left):
    if left == "empty":
        (tmp_path / "secret_key").touch()
    with closing(sqlite3.connect(tmp_path / "omakase.sqlite3")) as line:
        line.execute("CREATE TABLE omakase_platform_apikey (id INTEGER)")
        line.execute("INSERT INTO omakase_platform_apikey VALUES (1)")
        line.commit()
        with pytest.raises(ValueError, match=r"secret_key is empty or lost, and 1 server keys"):
            secret_of(Settings(data_folder=tmp_path))
        line.execute("DELETE FROM omakase_platform_apikey")
        line.commit()
    assert len(secret_of(Settings(data_folder=tmp_path))) >= 60


def test_a_database_that_cannot_be_read_does_not_keep_a_key_from_being_made(tmp_path):
    (tmp_path / "omakase.sqlite3").write_bytes(b"no database at all" * 100)
    assert len(secret_of(Settings(data_folder=tmp_path))) >= 60


def test_processes_that_start_together_have_one_key(tmp_path):
    settings, start = Settings(data_folder=tmp_path), Barrier(8)

    def begin(_: int) -> str:
        start.wait()
        return secret_of(settings)

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(begin, range(8)))
    assert made == {(tmp_path / "secret_key").read_text()}
