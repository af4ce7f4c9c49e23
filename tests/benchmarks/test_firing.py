"""The client sends what it should, waits for whole answers, and hides no refusal."""

import itertools
import socket
import threading
from collections.abc import Iterator

import pytest
from benchmarks.firing import Refused, fire, request
from tests.patience import PATIENCE_SECONDS

OK = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nx-response-time: 1.25ms\r\n\r\n%b"


class Server:
    """Answers each request with the next of these, in pieces of so many bytes."""

    def __init__(self, answers: Iterator[bytes], piece: int = 1 << 16) -> None:
        self.answers, self.piece = answers, piece
        self.heard: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(line,), daemon=True).start()

    def talk(self, line: socket.socket) -> None:
        with line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while asked := line.recv(1 << 16):
                self.heard.append(asked)
                answer = next(self.answers, b"")
                for at in range(0, len(answer), self.piece):
                    line.sendall(answer[at : at + self.piece])
                if not answer:
                    return

    def close(self) -> None:
        self.listening.close()


@pytest.fixture
def serving():
    begun: list[Server] = []

    def begin(answers: Iterator[bytes], piece: int = 1 << 16) -> Server:
        begun.append(Server(answers, piece))
        return begun[-1]

    yield begin
    for server in begun:
        server.close()


def test_a_request_as_it_goes_over_the_line():
    head, _, body = request("/x", b'{"a":1}', {"X-API-Key": "k"}).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST /x HTTP/1.1"
    assert {"Host: 127.0.0.1", "X-API-Key: k", "Content-Length: 7"} <= set(lines)
    assert body == b'{"a":1}'


@pytest.mark.parametrize("piece", [1 << 16, 7])
def test_whole_answers_are_counted_however_they_come(serving, piece):
    answer = OK % (10, b"0123456789")
    server = serving(itertools.repeat(answer), piece)
    fired = fire(server.port, itertools.repeat(b"ask"), lines=3, seconds=0.05)
    assert len(fired.milliseconds) == len(fired.inside) == len(server.heard) >= 3
    assert set(fired.inside) == {1.25}
    assert fired.size == len(answer)
    assert fired.a_second == pytest.approx(len(fired.milliseconds) / fired.seconds)
    assert set(server.heard) == {b"ask"}


def test_each_line_asks_the_next_and_ends_after_its_answer(serving):
    server = serving(itertools.repeat(OK % (0, b"")))
    asked = (b"%d" % n for n in itertools.count())
    fire(server.port, asked, lines=2, seconds=0.02)
    assert server.heard[0] in (b"0", b"1")
    assert sorted(map(int, server.heard)) == list(range(len(server.heard)))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 503 no\r\ncontent-length: 3\r\n\r\nbad", "503"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "without its length"),
        (b"", "closed"),
    ],
)
def test_what_is_no_answer_ends_the_load(serving, answer, words):
    server = serving(iter([OK % (0, b""), answer]))
    with pytest.raises(Refused, match=words):
        fire(server.port, itertools.repeat(b"ask"), lines=1, seconds=PATIENCE_SECONDS)
