"""Connections to Redis."""

import socket

import pytest
import redis

from omakase_service.platform.redis_client import connect


def test_connect_to_redis_answers(redis_server):
    assert connect(redis_server.url).ping()


def test_connect_to_who_never_answers_gives_up_after_the_setting(settings_with):
    settings_with(redis_timeout_seconds=0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = connect(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        with pytest.raises(redis.exceptions.TimeoutError):
            client.ping()
