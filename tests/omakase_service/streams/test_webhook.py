"""A webhook, against a real server: what is posted, what counts as taken, and what is said."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.omakase_service.hook_server import hook_server

from omakase_service.platform.exceptions import Invalid
from omakase_service.streams.contracts import BrokerDown, OutgoingRecord
from omakase_service.streams.webhook import WebhookSink, signature

SECRET = "a secret for signatures"


@pytest.fixture
def hook(settings_with):
    """A real server that the settings name."""
    with hook_server() as server:
        settings_with(streams={"webhook_url": f"{server.url}/hook", "webhook_secret": SECRET})
        yield server


def records(*keys):
    return [OutgoingRecord(key, "u", {"event_id": key, "item_id": "하나"}) for key in keys]


def test_batch_is_posted_as_json_with_its_topic_and_keys(hook):
    WebhookSink().send("events", records("a", "b"))
    [(method, path, headers, body)] = hook.got
    assert (method, path, headers["Content-Type"]) == ("POST", "/hook", "application/json")
    assert json.loads(body) == {
        "topic": "events",
        "records": [
            {"key": "a", "event_id": "a", "item_id": "하나"},
            {"key": "b", "event_id": "b", "item_id": "하나"},
        ],
    }


def test_batch_is_signed_with_the_time_of_the_clock(hook):
    WebhookSink(clock=lambda: 1_700_000_000.9).send("answers", records("a"))
    [(_, _, headers, body)] = hook.got
    expected = hmac.new(SECRET.encode(), b"1700000000." + body, hashlib.sha256).hexdigest()
    assert headers["Omakase-Signature"] == f"t=1700000000,v1={expected}"


@pytest.mark.parametrize(
    ("first", "last", "header"),
    [
        ("a", "b", "events:a:b"),
        ("e 1/x?y=z&a", "gorse:12", "events:e 1/x?y=z&a:gorse:12"),
        ("주문", "b", "events:%EC%A3%BC%EB%AC%B8:b"),
        ("🍣", "é", "events:%F0%9F%8D%A3:%C3%A9"),
        ("100%", "a", "events:100%25:a"),
    ],
)
def test_batch_names_its_first_and_last_key_in_any_script(hook, first, last, header):
    WebhookSink().send("events", records(first, "between", last))
    assert hook.got[0][2]["Omakase-Delivery"] == header


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_batch_is_taken_where_the_answer_is_a_success(hook, status):
    hook.status = status
    WebhookSink().send("events", records("a"))
    assert len(hook.got) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 409, 429, 500, 503])
def test_batch_is_not_taken_where_the_answer_is_an_error(hook, status):
    hook.status = status
    with pytest.raises(BrokerDown, match=rf"^the webhook answered {status}$"):
        WebhookSink().send("events", records("a"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_batch_is_not_taken_where_the_answer_points_elsewhere(hook, status):
    hook.status, hook.headers = status, {"Location": f"{hook.url}/login"}
    with pytest.raises(BrokerDown, match=rf"^the webhook answered {status}$"):
        WebhookSink().send("events", records("a"))
    assert [path for _, path, _, _ in hook.got] == ["/hook"]


def test_batch_to_nobody_says_nothing_of_the_address(settings_with):
    settings_with(
        streams={"webhook_url": "http://127.0.0.1:1/secret-path", "webhook_secret": SECRET}
    )
    with pytest.raises(BrokerDown) as caught:
        WebhookSink().send("events", records("a"))
    assert str(caught.value) == "the webhook cannot be reached: URLError"


@pytest.mark.parametrize(
    "named", [{}, {"webhook_url": "http://127.0.0.1:1/x"}, {"webhook_secret": SECRET}]
)
def test_webhook_without_address_or_secret_is_refused(settings_with, named):
    settings_with(streams=named)
    with pytest.raises(Invalid) as caught:
        WebhookSink()
    assert str(caught.value) == (
        "name streams.webhook_url, and streams.webhook_secret to sign with"
    )


@given(st.text(min_size=1), st.binary(), st.integers(0, 2**40))
def test_signature_is_the_hmac_of_time_and_body(secret, body, moment):
    secret = secret.encode("utf-8", "replace").decode()
    words = str(moment).encode() + b"." + body
    expected = hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()
    assert signature(secret, body, moment) == f"t={moment},v1={expected}"


def test_signature_changes_with_each_of_its_parts():
    made = {
        signature("a", b"body", 1),
        signature("b", b"body", 1),
        signature("a", b"bodY", 1),
        signature("a", b"body", 2),
    }
    assert len(made) == 4


def test_close_may_be_called_at_any_time(hook):
    sink = WebhookSink()
    sink.close()
    sink.send("events", records("a"))
    sink.close()
    assert len(hook.got) == 1
