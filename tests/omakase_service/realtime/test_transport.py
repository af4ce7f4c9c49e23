"""A line is cut where nobody takes what is sent on it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from omakase_service.realtime import transport
from omakase_service.realtime.transport import hang_up


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def pair(request) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A page and the server's end of its line."""
    with socket.socket(request.param) as door:
        door.bind(("::1" if request.param == socket.AF_INET6 else "127.0.0.1", 0))
        door.listen()
        with socket.socket(request.param) as page:
            page.connect(door.getsockname()[:2])
            served, _ = door.accept()
            with served:
                yield page, served


def test_the_line_to_a_peer_is_cut_and_what_waits_on_it_fails(pair):
    page, served = pair
    served.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            served.send(b"x" * 65536)  # the page takes nothing
    assert hang_up(page.getsockname()[:2])
    with pytest.raises(BrokenPipeError):
        served.send(b"x")


def test_others_stay_open(pair):
    page, served = pair
    assert not hang_up(("203.0.113.1", 1))
    assert not hang_up(("", 0))
    served.sendall(b"still here")
    assert page.recv(100) == b"still here"


def test_transport_without_a_list_of_open_files_cuts_nothing(pair, monkeypatch):
    page, served = pair
    monkeypatch.setattr(transport, "OPEN_FILES", Path("/nowhere"))
    assert not hang_up(page.getsockname()[:2])
    served.sendall(b"still here")
    assert page.recv(100) == b"still here"
