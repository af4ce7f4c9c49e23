"""Alerts by POST, against a real server: what counts as taken."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from omakase_service.alerts.webhook import send


@pytest.fixture
def hook(settings_with):
    """A real server that the settings name; what it answers, and what it got."""
    kept = {"status": 204, "location": None, "got": []}

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept["got"].append((self.command, self.path, self.headers["Content-Type"], body))
            self.send_response(kept["status"] if self.path == "/hook" else 200)
            if kept["location"]:
                self.send_header("Location", kept["location"])
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/hook"
    settings_with(alerts={"webhook_url": address})
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


def test_send_posts_json(hook):
    assert send({"title": "재고", "count": 3})
    [(method, path, kind, body)] = hook["got"]
    assert (method, path, kind) == ("POST", "/hook", "application/json")
    assert json.loads(body) == {"title": "재고", "count": 3}


@pytest.mark.parametrize(
    ("status", "is_taken"),
    [(200, True), (201, True), (204, True), (400, False), (404, False), (429, False), (500, False)],
)
def test_send_is_taken_where_the_answer_is_a_success(hook, status, is_taken):
    hook["status"] = status
    assert send({}) == is_taken
    assert len(hook["got"]) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_send_is_not_taken_where_the_answer_points_elsewhere(hook, status):
    hook["status"], hook["location"] = status, "/login"
    assert not send({})
    assert [path for _, path, _, _ in hook["got"]] == ["/hook"]


def test_send_to_nobody_says_nothing_of_the_address(settings_with, caplog):
    settings_with(alerts={"webhook_url": "http://127.0.0.1:1/secret-path"})
    assert not send({})
    assert "the alert could not be sent: URLError" in caplog.text
    assert "secret-path" not in caplog.text


def test_send_without_an_address_is_not_taken(settings_with):
    settings_with()
    assert not send({})
