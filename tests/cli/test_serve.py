import os
import socket
import subprocess
import sys

import pytest
from granian import Granian

from omakase.errors import ConfigError
from omakase_cli.boot import require_writable
from omakase_cli.serve import (
    SPARE_FILES,
    RespawnLog,
    connections,
    multiply_alone,
    own_metrics,
    require_free,
    require_two_ports,
    share_heaps,
)


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


FORKED = """
import os, signal
from omakase_cli.serve import let_forks_end
signal.signal(signal.SIGTERM, lambda *_: None)
let_forks_end()
child = os.fork()
if not child:
    os.kill(os.getpid(), signal.SIGTERM)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), signal.getsignal(signal.SIGTERM))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no process is forked there")
def test_worker_that_was_just_forked_ends_at_a_signal_and_its_parent_keeps_its_handler():
    words = [sys.executable, "-c", FORKED]
    output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert output.startswith("-15 <function")


@pytest.mark.parametrize(("said", "arenas"), [(None, "2"), ("8", "8")])
def test_threads_share_two_heaps_unless_the_owner_says_otherwise(monkeypatch, said, arenas):
    environ = {} if said is None else {"MALLOC_ARENA_MAX": said}
    monkeypatch.setattr("omakase_cli.serve.environ", environ)
    monkeypatch.setattr("omakase_cli.serve.heap.limit_arenas", lambda most: None)  # of this process
    share_heaps()
    assert environ["MALLOC_ARENA_MAX"] == arenas


def test_figures_of_a_living_server_are_left_and_those_of_ended_ones_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("omakase_cli.serve.environ", environ := {})
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    parent, gone, old = (tmp_path / str(n) for n in (os.getppid(), ended.pid, "counter_1.db"))
    parent.mkdir()
    gone.mkdir()
    old.touch()
    with own_metrics(tmp_path):
        own = tmp_path / str(os.getpid())
        assert environ == {"PROMETHEUS_MULTIPROC_DIR": str(own)}
        assert {path.name for path in tmp_path.iterdir()} == {parent.name, own.name}
    assert [path.name for path in tmp_path.iterdir()] == [parent.name]


def test_figures_where_no_folder_can_be_made_are_each_process_s_own(tmp_path, monkeypatch):
    monkeypatch.setattr("omakase_cli.serve.environ", environ := {})
    (tmp_path / "metrics").touch()
    with own_metrics(tmp_path / "metrics"):
        assert environ == {}


def test_connections_are_no_more_than_the_open_files_allow(monkeypatch):
    limits = {"now": (64, SPARE_FILES + 100)}
    monkeypatch.setattr("resource.getrlimit", lambda kind: limits["now"])
    monkeypatch.setattr("resource.setrlimit", lambda kind, pair: limits.update(now=pair))
    assert connections(10_000) == 100
    assert limits["now"] == (SPARE_FILES + 100, SPARE_FILES + 100)
    assert connections(10) == 10


def test_a_data_folder_that_cannot_be_made_is_told_with_who_asks(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=rf"{tmp_path}/file/var cannot be written to by .*uid"):
        require_writable(tmp_path / "file" / "var")


def test_a_data_folder_that_is_made_is_its_owner_s_alone(tmp_path):
    require_writable(tmp_path / "var")
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "var").iterdir()) == []


def test_gorse_port_that_is_the_server_s_own_is_refused():
    require_two_ports(8000, 8088)
    with pytest.raises(ConfigError, match="name another"):
        require_two_ports(8000, 8000)
