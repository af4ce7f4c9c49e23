import tomllib

import pytest

from omakase_cli.init import lines
from omakase_settings import Settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def uncommented() -> str:
    """The file with every setting in force."""
    return "\n".join(
        line.removeprefix("# ") if " = " in line and not line.endswith(".") else line
        for line in lines()
    )


def test_the_file_as_it_is_changes_nothing(omakase, elsewhere):
    before = Settings()
    assert omakase("init").exit_code == 0
    assert (elsewhere / "omakase.toml").exists()
    assert Settings() == before


def test_every_setting_is_there_at_its_default():
    written = tomllib.loads(uncommented())
    assert written["serving"]["max_n"] == Settings().serving.max_n
    for name in Settings.model_fields:
        assert name in written


def test_what_is_there_is_not_overwritten_unasked(omakase, elsewhere):
    (elsewhere / "omakase.toml").write_text('data_folder = "mine"\n')
    refused = omakase("init")
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert omakase("init", "--force").exit_code == 0
    assert "mine" not in (elsewhere / "omakase.toml").read_text()
