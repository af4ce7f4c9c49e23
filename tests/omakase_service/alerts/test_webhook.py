"""Alerts by POST, against a real server: what counts as taken."""

import json

import pytest
from tests.omakase_service.hook_server import hook_server

from omakase_service.alerts.webhook import send


@pytest.fixture
def hook(settings_with):
    """A real server that the settings name."""
    with hook_server() as server:
        settings_with(alerts={"webhook_url": f"{server.url}/hook"})
        yield server


def test_send_posts_json(hook):
    assert send({"title": "재고", "count": 3})
    [(method, path, headers, body)] = hook.got
    assert (method, path, headers["Content-Type"]) == ("POST", "/hook", "application/json")
    assert json.loads(body) == {"title": "재고", "count": 3}


@pytest.mark.parametrize(
    ("status", "is_taken"),
    [(200, True), (201, True), (204, True), (400, False), (404, False), (429, False), (500, False)],
)
def test_send_is_taken_where_the_answer_is_a_success(hook, status, is_taken):
    hook.status = status
    assert send({}) == is_taken
    assert len(hook.got) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_send_is_not_taken_where_the_answer_points_elsewhere(hook, status):
    hook.status, hook.headers = status, {"Location": "/login"}
    assert not send({})
    assert [path for _, path, _, _ in hook.got] == ["/hook"]


def test_send_to_nobody_says_nothing_of_the_address(settings_with, caplog):
    settings_with(alerts={"webhook_url": "http://127.0.0.1:1/secret-path"})
    assert not send({})
    assert "the alert could not be sent: URLError" in caplog.text
    assert "secret-path" not in caplog.text


def test_send_without_an_address_is_not_taken(settings_with):
    settings_with()
    assert not send({})
