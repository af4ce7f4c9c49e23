"""News by a real Redis: told in one process, heard in another."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from channels_redis.core import RedisChannelLayer
from tests.omakase_service.redis_server import RedisServer
from tests.patience import PATIENCE_SECONDS

from omakase_service.config.channels import channels_of
from omakase_service.platform import notifications
from omakase_service.realtime import layer
from omakase_settings import Settings

SOURCE = Path(__file__).parent.parent.parent.parent / "src"
TELLER = """
import django
from django.conf import settings
from omakase_service.config.channels import channels_of
from omakase_settings import Settings
settings.configure(CHANNEL_LAYERS={"default": channels_of(Settings())})
from omakase_service.platform import notifications
notifications.tell(["u:ada"])
"""


@pytest.fixture
def redis():
    server = RedisServer()
    yield server
    server.stop()


def test_an_event_in_one_process_is_heard_in_another(redis, monkeypatch):
    monkeypatch.setenv("OMAKASE_REDIS_URL", redis.url)
    config = channels_of(Settings())["CONFIG"]

    async def page() -> dict[str, str]:
        layer = RedisChannelLayer(**config)
        name = await layer.new_channel()
        await layer.group_add(notifications.group_of("u:ada"), name)
        words = [sys.executable, "-c", TELLER]
        own = {"OMAKASE_REDIS_URL": redis.url, "PYTHONPATH": str(SOURCE)}
        await asyncio.to_thread(subprocess.run, words, env=own, check=True)
        async with asyncio.timeout(PATIENCE_SECONDS):
            told = await layer.receive(name)
        await layer.close_pools()
        return told

    assert asyncio.run(page())["type"] == "person.changed"


def test_redis_goes_and_comes_back_and_the_page_hears_again(redis, monkeypatch):
    monkeypatch.setattr(layer, "PAUSE_SECONDS", 0.02)
    monkeypatch.setenv("OMAKASE_REDIS_URL", redis.url)
    found = channels_of(Settings())
    assert found["BACKEND"].endswith(layer.PatientRedisLayer.__name__)

    async def page() -> list[str]:
        line = layer.PatientRedisLayer(**found["CONFIG"])
        name = await line.new_channel()
        await line.group_add("g", name)
        waiting = asyncio.create_task(line.receive(name))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(redis.stop)
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await asyncio.to_thread(redis.start)
        async with asyncio.timeout(PATIENCE_SECONDS):
            told = [(await waiting)["type"]]
            await line.group_add("g", name)
            await line.group_send("g", {"type": "person.changed"})
            told.append((await line.receive(name))["type"])
        await line.close_pools()
        return told

    assert asyncio.run(page()) == ["layer.back", "person.changed"]


def test_without_redis_news_stay_in_the_process():
    alone = channels_of(Settings(redis_url=None, realtime={"waiting_messages": 7}))
    assert alone["BACKEND"].endswith("InMemoryChannelLayer")
    assert alone["CONFIG"] == {"capacity": 7}
