import asyncio
import threading

import pytest
from channels.layers import InMemoryChannelLayer

from omakase_service.platform import news

KEY = "u:ada lovelace/é"


@pytest.fixture
def layer(monkeypatch) -> InMemoryChannelLayer:
    made = InMemoryChannelLayer()
    monkeypatch.setattr(news, "get_channel_layer", lambda: made)
    yield made
    news.heard_on(None)


def test_a_group_may_be_named_after_anybody(layer):
    layer.require_valid_group_name(news.group_of(KEY))
    assert news.group_of("u:a") != news.group_of("s:a") != news.group_of("s:b")


def test_news_from_a_thread_wakes_who_waits(layer):
    async def page() -> tuple[dict[str, str], bool]:
        news.heard_on(asyncio.get_running_loop())
        name = await layer.new_channel()
        await layer.group_add(news.group_of(KEY), name)
        threading.Thread(target=news.tell, args=([KEY, KEY, "u:bob"],)).start()
        async with asyncio.timeout(5):
            told = await layer.receive(name)
        return told, layer.channels.get(name) is None or layer.channels[name].empty()

    told, once = asyncio.run(page())
    assert told == {"type": "person.changed"}
    assert once


def test_where_nobody_listens_nothing_is_done(layer):
    assert news.tell([KEY]) is None
    assert news.tell([]) is None
    assert layer.channels == {}


def test_another_process_tells_by_the_shared_layer(monkeypatch):
    sent = []

    class Shared:
        async def group_send(self, group: str, message: dict[str, str]) -> None:
            sent.append((group, message["type"]))

    monkeypatch.setattr(news, "get_channel_layer", Shared)
    news.tell([KEY])
    assert sent == [(news.group_of(KEY), "person.changed")]


def test_a_broker_that_is_away_fails_nobody(monkeypatch, caplog):
    class Away:
        async def group_send(self, group: str, message: dict[str, str]) -> None:
            raise ConnectionError("refused")

    monkeypatch.setattr(news, "get_channel_layer", Away)
    assert news.tell([KEY]) is None
    assert "could not be told" in caplog.text
