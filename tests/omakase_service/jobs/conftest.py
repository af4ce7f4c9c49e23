from collections.abc import Callable, Iterator

import pytest
from pydantic import BaseModel

from omakase_service.jobs.contracts import JobHandler
from omakase_service.jobs.handlers import HANDLERS, register


class Work(BaseModel, extra="forbid"):
    """Parameters of the test's job."""

    name: str = "a"
    steps: int = 1


@pytest.fixture
def handler() -> Iterator[Callable[..., JobHandler]]:
    """Register kinds of jobs for one test: `handler(run, kind="copy", attempts=1)`."""
    kinds: list[str] = []

    def make(run, *, kind: str = "copy", **options) -> JobHandler:
        kinds.append(kind)
        return register(JobHandler(kind, run, "Copy", parameters=Work, **options))

    yield make
    for kind in kinds:
        HANDLERS.unregister(kind)


@pytest.fixture(autouse=True)
def own_folder(settings_with) -> None:
    """Leases lie in a folder of this test."""
    settings_with()
