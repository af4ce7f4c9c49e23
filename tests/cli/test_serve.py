import socket

import pytest

from omakase.errors import ConfigError
from omakase_cli.serve import require_free


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
