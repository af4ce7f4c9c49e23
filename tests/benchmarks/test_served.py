import socket

import pytest
from benchmarks.served import COMMAND, Server, _done, free_port, load


def test_a_free_port_can_be_listened_on():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free_port()))
        assert probe.getsockname()[1] > 1023


def test_the_load_is_a_number_of_processes():
    assert load() >= 0


def test_a_client_shows_the_key():
    client = Server("127.0.0.1:1", "omk_a_b").client()
    assert client.headers["Authorization"] == "Bearer omk_a_b"
    assert str(client.base_url) == "http://127.0.0.1:1"


def test_a_command_that_fails_ends_the_run_and_says_which():
    with pytest.raises(SystemExit, match="omakase no-such-command"):
        _done(["no-such-command"], {"PYTHONPATH": "src"}, COMMAND)
