import pytest

from omakase_service.answers import aside, behind
from omakase_settings import Settings


@pytest.fixture
def short(monkeypatch, tmp_path) -> Settings:
    """A queue of two in a data folder of its own."""
    made = Settings(data_folder=tmp_path, answers={"queue": 2})
    for module in (behind, aside):
        monkeypatch.setattr(module, "settings", lambda: made)
    yield made
    aside._own.cache_clear()
