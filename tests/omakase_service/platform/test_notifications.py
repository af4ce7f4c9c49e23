import asyncio
import threading

import pytest
from channels.layers import InMemoryChannelLayer
from tests.patience import PATIENCE_SECONDS

from omakase_service.platform import notifications

KEY = "u:ada lovelace/é"


@pytest.fixture
def layer(monkeypatch) -> InMemoryChannelLayer:
    made = InMemoryChannelLayer()
    monkeypatch.setattr(notifications, "get_channel_layer", lambda: made)
    yield made
    notifications.heard_on(None)


def test_a_group_may_be_named_after_anybody(layer):
    layer.require_valid_group_name(notifications.group_of(KEY))
    assert (
        notifications.group_of("u:a")
        != notifications.group_of("s:a")
        != notifications.group_of("s:b")
    )


def test_news_from_a_thread_wakes_who_waits(layer):
    async def page() -> tuple[dict[str, str], bool]:
        notifications.heard_on(asyncio.get_running_loop())
        name = await layer.new_channel()
        await layer.group_add(notifications.group_of(KEY), name)
        threading.Thread(target=notifications.tell, args=([KEY, KEY, "u:bob"],)).start()
        async with asyncio.timeout(PATIENCE_SECONDS):
            told = await layer.receive(name)
        return told, layer.channels.get(name) is None or layer.channels[name].empty()

    told, once = asyncio.run(page())
    assert told == {"type": "person.changed"}
    assert once


def test_notifications_without_listeners_do_nothing(layer):
    assert notifications.tell([KEY]) is None
    assert notifications.tell([]) is None
    assert layer.channels == {}


def test_another_process_tells_by_the_shared_layer(monkeypatch):
    sent = []

    class Shared:
        async def group_send(self, group: str, message: dict[str, str]) -> None:
            sent.append((group, message["type"]))

    monkeypatch.setattr(notifications, "get_channel_layer", Shared)
    notifications.tell([KEY])
    assert sent == [(notifications.group_of(KEY), "person.changed")]


def test_a_broker_that_is_away_fails_nobody(monkeypatch, caplog):
    class Away:
        async def group_send(self, group: str, message: dict[str, str]) -> None:
            raise ConnectionError("refused")

    monkeypatch.setattr(notifications, "get_channel_layer", Away)
    assert notifications.tell([KEY]) is None
    assert "could not be told" in caplog.text
