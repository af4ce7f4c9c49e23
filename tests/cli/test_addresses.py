"""Where a server is, as it is told: addresses that a browser takes, ports that are taken."""

import socket

import pytest

from omakase.errors import ConfigError
from omakase_cli import serve
from omakase_cli.addresses import origin_of
from omakase_cli.demo.requests import show_requests
from omakase_cli.serve import RespawnLog, listen, require_free, require_two_ports
from omakase_settings import WebSettings


@pytest.mark.parametrize(
    ("host", "port", "origin"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("localhost", 1, "http://localhost:1"),
        ("0.0.0.0", 65_535, "http://0.0.0.0:65535"),
        ("::1", 8000, "http://[::1]:8000"),
        ("::", 80, "http://[::]:80"),
        ("2001:db8::7", 8000, "http://[2001:db8::7]:8000"),
    ],
)
def test_origin_is_one_that_a_browser_takes(host, port, origin):
    assert origin_of(host, port) == origin


class Deaf:
    """A web server that hears nobody."""

    def serve(self) -> None:
        """End at once."""


@pytest.fixture
def deaf(monkeypatch):
    monkeypatch.setattr(serve, "require_free", lambda *address: None)
    monkeypatch.setattr(serve, "web_server", lambda *words: Deaf())


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_server_tells_where_it_listens(deaf, capsys, host, shown):
    listen(host, 8123, 1, WebSettings(), site=True)
    written = capsys.readouterr()
    assert f"The demo site: http://{shown}:8123/\n" in written.out
    assert written.err.startswith(f"Listening on http://{shown}:8123 (stop with Ctrl-C); ")


def test_server_without_the_demo_site_does_not_name_it(deaf, capsys):
    listen("127.0.0.1", 8123, 1, WebSettings())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_examples_of_the_demo_are_of_the_address_of_the_server(capsys, host):
    show_requests(host, 8123, "omk_1_x", user="1", item="2")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("curl")]
    assert all(f"{origin_of(host, 8123)}/api/" in line for line in lines)


@pytest.fixture
def taken():
    """A port of this machine at which somebody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("option", ["--port", "--gorse-port"])
def test_port_that_is_taken_is_told_with_the_option_that_names_another(taken, option):
    with pytest.raises(ConfigError) as caught:
        require_free("127.0.0.1", taken, option)
    assert str(taken) in str(caught.value)
    assert f"try {option}" in str(caught.value)


@pytest.mark.parametrize(
    "host", ["no-such-name.invalid", "300.1.1.1", "203.0.113.1", "2001:db8::1"]
)
def test_address_that_is_not_of_this_machine_is_told(host):
    with pytest.raises(ConfigError) as caught:
        require_free(host, 8000)
    assert host in str(caught.value)


def test_two_ports_that_are_one_are_refused_by_the_option():
    with pytest.raises(ConfigError) as caught:
        require_two_ports(8088, 8088)
    assert str(caught.value) == ("--gorse-port 8088 is the server's own port; name another")
    assert require_two_ports(8088, 8089) is None


@pytest.mark.parametrize("deaths", [0, 1, RespawnLog.MOST - 1, RespawnLog.MOST, 99])
def test_worker_that_dies_is_told_from_a_number_of_deaths_on(deaths):
    died = RespawnLog(clock=lambda: 50.0)
    for _ in range(deaths):
        died[3] = 50.0
    assert died.get(3) == (50.0 if deaths >= RespawnLog.MOST else 0.0)
    assert died.get(4, -1.0) == -1.0


def test_deaths_are_counted_worker_by_worker():
    died = RespawnLog(clock=lambda: 50.0)
    for worker in range(RespawnLog.MOST):
        died[worker] = 50.0
    assert all(died.get(worker) == 0.0 for worker in range(RespawnLog.MOST))


@pytest.mark.parametrize(("pause", "is_told"), [(1.0, True), (10.0, False)])
def test_deaths_are_counted_within_a_time(pause, is_told):
    now = 0.0
    died = RespawnLog(clock=lambda: now)
    for _ in range(RespawnLog.MOST):
        now += pause
        died[0] = now
    assert bool(died.get(0)) is is_told
