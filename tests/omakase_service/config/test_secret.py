import stat

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
