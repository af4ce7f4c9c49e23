import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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


def test_processes_that_start_together_have_one_key(tmp_path):
    settings, start = Settings(data_folder=tmp_path), Barrier(8)

    def begin(_: int) -> str:
        start.wait()
        return secret_of(settings)

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(begin, range(8)))
    assert made == {(tmp_path / "secret_key").read_text()}
