"""The people of a storm, against a server that is as bad as the test wants it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from benchmarks.storm import Traffic, kill, stored, under, workers
from tests.patience import PATIENCE_SECONDS


class Poor(BaseHTTPRequestHandler):
    """Refuses the first attempt of every event; a list is short for who is called so."""

    seen: list[str]

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/events":
            again = said["event_id"] in self.seen
            self.seen.append(said["event_id"])
            self.tell(200 if again else 503, {"stored": 1})
        else:
            self.tell(200, {"items": [1, 2] if said["user_id"].startswith("short") else [1, 2, 3]})

    def do_GET(self) -> None:
        name = self.path.split("/")[3]
        mine = sorted(each for each in set(self.seen) if each.startswith(f"{name}-"))
        self.tell(200, {"events": [{"event_id": each} for each in mine]})

    def tell(self, status: int, body: object) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *words: object) -> None:
        return None


@pytest.fixture
def address() -> Iterator[str]:
    Poor.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Poor) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def enough(traffic: Traffic, times: int = 3) -> None:
    while len(traffic.answered) < times:
        pass


def test_what_is_refused_is_sent_again_by_its_id(address):
    with under(Traffic(address, "k", "p"), people=2) as traffic:
        enough(traffic)
    kept = stored(traffic, people=2)
    assert set(traffic.acknowledged) <= set(kept)
    assert len(traffic.acknowledged) == len(set(traffic.acknowledged))
    assert traffic.again >= len(traffic.acknowledged)
    assert all("503" in each for each in traffic.wrong)


def test_a_list_that_is_too_short_is_wrong(address):
    with under(Traffic(address, "k", "short"), people=1) as traffic:
        enough(traffic)
    assert any(each.startswith("short0-ask-1: ") for each in traffic.wrong)


def test_nobody_there_is_an_event_sent_again_and_no_answer():
    traffic = Traffic("http://127.0.0.1:1", "k", "p")
    with under(traffic, people=1):
        while traffic.again < 2:
            pass
    assert (traffic.acknowledged, traffic.answered, traffic.wrong) == ([], [], [])


def test_the_longest_silence_is_between_two_answers():
    traffic = Traffic("", "", "", answered=[5.0, 1.0, 2.0])
    assert traffic.silence == 3.0
    assert Traffic("", "", "").silence == 0.0


def test_a_worker_is_found_by_its_command_and_killed():
    wait = "import time; time.sleep(60)"
    spawn = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {wait!r}, 'serve'])"
    spawn += ".wait()"
    with subprocess.Popen([sys.executable, "-c", spawn], start_new_session=True) as parent:
        try:
            while not (found := workers(parent.pid)):
                pass
            assert kill(found[0])
            parent.wait(PATIENCE_SECONDS)
            assert not kill(found[0])
        finally:
            if parent.poll() is None:
                os.killpg(parent.pid, signal.SIGKILL)
