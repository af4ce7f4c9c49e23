import pytest

from omakase.errors import ConfigError
from omakase_cli.boot import read_settings
from omakase_settings import reload_settings


@pytest.fixture(autouse=True)
def read_anew():
    reload_settings()
    yield
    reload_settings()


def test_the_settings_in_force(monkeypatch):
    monkeypatch.setenv("OMAKASE_DATA_FOLDER", "elsewhere")
    assert str(read_settings().data_folder) == "elsewhere"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("OMAKASE_WEB__PORT", "ninety", "web.port"),
        ("OMAKASE_DATAFOLDER", "x", "no such settings: OMAKASE_DATAFOLDER"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=words):
        read_settings()
