"""Both shelves, with a clock that the test moves."""

from pathlib import Path

import pytest

from omakase_service.online_store.file_store import FileStore
from omakase_service.online_store.redis_store import RedisStore


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["file", "redis"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock):
    """One of either kind, empty."""
    if request.param == "file":
        return FileStore(tmp_path / "shelf.sqlite3", most=5, clock=clock)
    made = RedisStore(request.getfixturevalue("redis_server").url, clock=clock)
    made._redis.flushall()
    return made
