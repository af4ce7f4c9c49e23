import os
import socket

import pytest
from granian import Granian

from omakase.errors import ConfigError
from omakase_cli.serve import RespawnLog, multiply_alone, require_free


def test_a_free_port_is_free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert require_free("127.0.0.1", port) is None


def test_a_taken_port_is_said_before_anything_starts():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match="try --port"):
            require_free("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(ConfigError, match=r"203\.0\.113\.1"):
        require_free("203.0.113.1", 8000)


def begun(died: RespawnLog, times: int) -> None:
    """As Granian does it: everything is forgotten, and one is begun anew."""
    for _ in range(times):
        died.clear()
        died[0] = 1000.0


def test_a_worker_that_dies_now_and_then_does_not_end_the_server():
    died = RespawnLog(clock=lambda: 1000.0)
    begun(died, RespawnLog.MOST - 1)
    assert died.get(0, 0) == 0


def test_one_that_dies_all_the_time_does():
    died = RespawnLog(clock=lambda: 1000.0)
    begun(died, RespawnLog.MOST)
    assert (died.get(0, 0), died.get(1, 0)) == (1000.0, 0)


def test_what_is_long_ago_is_forgotten():
    now = 1000.0
    died = RespawnLog(clock=lambda: now)
    begun(died, RespawnLog.MOST)
    now += RespawnLog.WITHIN_SECONDS + 1
    died[0] = now
    assert died.get(0, 0) == 0


def test_granian_asks_for_it_by_this_name():
    assert isinstance(Granian("x:y").respawned_wrks, dict)


@pytest.mark.parametrize(("said", "threads"), [(None, "1"), ("4", "4")])
def test_workers_multiply_in_one_thread_unless_the_owner_says_otherwise(monkeypatch, said, threads):
    monkeypatch.setattr(os, "environ", {} if said is None else {"OPENBLAS_NUM_THREADS": said})
    monkeypatch.setattr("omakase_cli.serve.environ", os.environ)
    multiply_alone()
    assert os.environ["OPENBLAS_NUM_THREADS"] == threads
