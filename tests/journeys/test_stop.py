"""A server that is told to stop while its workers begin."""

import signal
import subprocess
import sys
import time

import pytest
from tests.journeys.conftest import COMMAND, House, free_port


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.0])
def test_server_that_is_stopped_while_its_workers_begin_ends_in_order(tmp_path, seconds):
    house = House(tmp_path, free_port())
    words = [*COMMAND, "serve", "--port", str(house.port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(words, env=house.environment, cwd=tmp_path, **pipes) as server:
        while b"Listening" not in server.stdout.readline():
            assert server.poll() is None
        time.sleep(seconds)  # no measure: at each of these moments a worker begins or answers
        server.send_signal(signal.SIGTERM)
        assert b"refused" not in server.stdout.read()
    assert server.returncode == 0
