"""Two tribes in the store: even people like even items, odd people odd ones."""

import os
from collections.abc import Iterator

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import record
from omakase_service.serving import live_version

START = 1_700_000_000


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """A command may set variables for the processes it starts; the next test is without them."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def tribes(db: None) -> Iterator[None]:
    live_version.forget()
    upsert_items(items=[ItemIn(item_id=f"i{n:02}", title=f"Item {n}") for n in range(12)])
    record(
        events=[
            {
                "user_id": f"u{u:02}",
                "item_id": f"i{i:02}",
                "kind": "purchase",
                "time": START + 100 * i + u,
            }
            for u in range(12)
            for i in range(u % 2, 12, 2)
            if i != u
        ]
    )
    yield
    live_version.forget()


@pytest.fixture
def trained(tribes: None, omakase) -> None:
    """The tribes, and a live version that has learnt of them."""
    assert (
        omakase("train", "--models", "ease", "--set", "ease.l2=1", "--no-evaluate").exit_code == 0
    )
