"""A cheap client for loads: raw sockets, one thread, HTTP/1.1, lines kept open.

It reads of an answer no more than its status and its length, so that on two cores it takes less
than any server it fires at.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
TIME = b"x-response-time: "
PATIENCE_SECONDS = 30.0


class Refused(Exception):
    """An answer that was not a 200."""


@dataclass
class Fired:
    """What came of a load.

    Attributes:
        milliseconds: of each request that was answered, in the order of the answers.
        inside: milliseconds that the server itself says each took, where it says so.
        seconds: from the first request to the last answer.
        size: bytes of the last answer, its head included.
    """

    milliseconds: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    seconds: float = 0.0
    size: int = 0

    @property
    def a_second(self) -> float:
        """Requests answered a second."""
        return len(self.milliseconds) / self.seconds


@dataclass
class _Line:
    """One connection, and what it waits for."""

    socket: socket.socket
    asked: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    wanted: int = 0


def request(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A POST as it goes over the line."""
    told = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers}
    told["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def fire(port: int, requests: Iterator[bytes], *, lines: int, seconds: float) -> Fired:
    """Ask so long over so many lines, on each the next request when the last is answered.

    Raises:
        Refused: an answer was no 200, or none came.
    """
    fired = Fired()
    started = time.perf_counter()
    with selectors.DefaultSelector() as ready:
        for _ in range(lines):
            line = _Line(socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.register(line.socket, selectors.EVENT_READ, line)
            _ask(line, next(requests))
        waiting, end = lines, started + seconds
        while waiting:
            heard = ready.select(PATIENCE_SECONDS)
            if not heard:
                raise Refused(f"no answer within {PATIENCE_SECONDS:.0f} s")
            for key, _ in heard:
                if not _answered(key.data, fired):
                    continue
                if time.perf_counter() < end:
                    _ask(key.data, next(requests))
                else:
                    ready.unregister(key.data.socket)
                    key.data.socket.close()
                    waiting -= 1
    fired.seconds = time.perf_counter() - started
    return fired


def _ask(line: _Line, request: bytes) -> None:
    line.got.clear()
    line.wanted = 0
    line.asked = time.perf_counter()
    line.socket.sendall(request)


def _answered(line: _Line, fired: Fired) -> bool:
    """Whether the answer is whole now; then it is counted."""
    part = line.socket.recv(1 << 18)
    if not part:
        raise Refused("the server closed the line")
    line.got += part
    if not line.wanted:
        line.wanted = _length(line.got)
    if not line.wanted or len(line.got) < line.wanted:
        return False
    if not line.got.startswith(b"HTTP/1.1 200"):
        raise Refused(bytes(line.got[:500]).decode(errors="replace"))
    fired.milliseconds.append(1000 * (time.perf_counter() - line.asked))
    at = line.got.find(TIME)
    if at >= 0:
        fired.inside.append(float(line.got[at + len(TIME) : line.got.find(b"ms", at)]))
    fired.size = line.wanted
    return True


def _length(got: bytearray) -> int:
    """Bytes of the whole answer; 0 while its head is not there."""
    end = got.find(HEAD_END)
    if end < 0:
        return 0
    at = got[:end].lower().find(LENGTH)
    if at < 0:
        raise Refused("an answer without its length")
    stop = got.find(b"\r", at)
    return end + len(HEAD_END) + int(got[at + len(LENGTH) : stop])
