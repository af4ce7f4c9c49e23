"""News by a real Redis: told in one process, heard in another."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from channels_redis.core import RedisChannelLayer
from tests.omakase_service.redis_server import RedisServer

from omakase_service.config.channels import channels_of
from omakase_service.platform import news
from omakase_settings import Settings

SOURCE = Path(__file__).parent.parent.parent.parent / "src"
TELLER = """
import django
from django.conf import settings
from omakase_service.config.channels import channels_of
from omakase_settings import Settings
settings.configure(CHANNEL_LAYERS={"default": channels_of(Settings())})
from omakase_service.platform import news
news.tell(["u:ada"])
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
        await layer.group_add(news.group_of("u:ada"), name)
        words = [sys.executable, "-c", TELLER]
        own = {"OMAKASE_REDIS_URL": redis.url, "PYTHONPATH": str(SOURCE)}
        await asyncio.to_thread(subprocess.run, words, env=own, check=True)
        async with asyncio.timeout(10):
            told = await layer.receive(name)
        await layer.close_pools()
        return told

    assert asyncio.run(page())["type"] == "person.changed"


def test_without_redis_news_stay_in_the_process():
    alone = channels_of(Settings(redis_url=None, realtime={"waiting_messages": 7}))
    assert alone["BACKEND"].endswith("InMemoryChannelLayer")
    assert alone["CONFIG"] == {"capacity": 7}
