"""A server that is stopped while its workers begin, and one that is killed."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from tests.journeys.conftest import COMMAND, House, free_port, wait_until

from omakase_service.platform.process import is_alive


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.0])
def test_server_that_is_stopped_while_its_workers_begin_ends_in_order(tmp_path, seconds):
    house = House(tmp_path, free_port())
    words = [*COMMAND, "serve", "--port", str(house.port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(words, env=house.environment, cwd=tmp_path, **pipes) as server:
        try:
            while b"Listening" not in server.stdout.readline():
                assert server.poll() is None
            time.sleep(seconds)  # no measure: at each of these moments a worker begins or answers
            server.send_signal(signal.SIGTERM)
            assert b"refused" not in server.stdout.read()
        except BaseException:
            server.kill()
            raise
    assert server.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells children on Linux alone")
def test_server_that_is_killed_takes_its_processes_along(tmp_path):
    house = House(tmp_path, free_port())
    words = [*COMMAND, "serve", "--port", str(house.port)]
    with subprocess.Popen(words, env=house.environment, cwd=tmp_path) as server:
        begun = f"/proc/{server.pid}/task/{server.pid}/children"
        try:
            wait_until(lambda: answers(house.port))
            children = [int(child) for child in Path(begun).read_text().split()]
        finally:
            server.kill()
    assert len(children) == 2  # one that answers, one that looks for jobs
    wait_until(lambda: not any(map(is_alive, children)))


def answers(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
    return False
