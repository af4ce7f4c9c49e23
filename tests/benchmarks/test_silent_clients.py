"""Silent and slow clients against a server that is as patient as the test wants it."""

import socket
import threading
from collections.abc import Iterator

import pytest
from benchmarks import silent_clients as bench
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server


def test_crowd_opens_all_and_the_slow_begin_a_request(listener):
    lines = []
    with bench.crowded(listener.getsockname()[1], 6, 2) as crowd:
        lines += [listener.accept()[0] for _ in range(6)]
        assert crowd.full.wait(PATIENCE_SECONDS)
        assert crowd.opened == 6
        begun = [line for line in lines if _first(line)]
        assert len(begun) == 2
    for line in lines:
        line.close()


def test_crowd_opens_anew_what_the_server_closes(listener):
    with bench.crowded(listener.getsockname()[1], 1, 0) as crowd:
        listener.accept()[0].close()
        again, _ = listener.accept()
        assert crowd.closed == 1
        again.close()


def test_words_of_a_slow_or_a_dead_server_are_not_met():
    row = {"connections": 10, "p99 ms": 20.0, "health": 1.0}
    assert bench.words([row, row, row]).endswith(": met.")
    assert bench.words([row, row, row | {"p99 ms": 200.0}]).endswith("not met.")
    assert bench.words([row, row | {"health": 0.9}, row]).endswith("not met.")


def test_look_at_a_server_that_is_not_there_is_infinite():
    looks: list[float] = []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = bench.Server(f"127.0.0.1:{probe.getsockname()[1]}", "omk_a_b")
        thread = threading.Thread(target=bench.look, args=(server, 0.1, looks))
        thread.start()
        thread.join()
    assert looks == [float("inf")]


def _first(line: socket.socket) -> bytes:
    line.settimeout(0.5)
    try:
        return line.recv(10)
    except TimeoutError:
        return b""
