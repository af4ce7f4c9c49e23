import pytest

from omakase_service.recommendation_log import spool, writer
from omakase_settings import Settings


@pytest.fixture
def short(monkeypatch, tmp_path) -> Settings:
    """A queue of two in a data folder of its own."""
    made = Settings(data_folder=tmp_path, answers={"queue": 2})
    for module in (writer, spool):
        monkeypatch.setattr(module, "settings", lambda: made)
    yield made
    spool.journal_of.cache_clear()
