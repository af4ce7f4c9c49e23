"""An open page over a real server: it is told what changes, by whatever door the event came in."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.journeys.conftest import House, wait_until
from tests.patience import PATIENCE_SECONDS
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect


@pytest.fixture(scope="module", autouse=True)
def taught(served: House, key: str) -> None:
    """The version answers that has learnt of the tribes, whatever other journeys have made live."""
    ask = served.ask(key)
    versions = ask.get("/api/models").json()["versions"]
    name = next(v["name"] for v in reversed(versions) if v["best"] in ("ials", "ease"))
    assert ask.post(f"/api/models/{name}/promote").status_code == 200
    wait_until(lambda: ask.get("/api/recommendations?user_id=1").json()["model_version"] == name)


def token_of(served: House, key: str, **person: Any) -> str:
    made = served.ask(key).post("/api/tokens", json=person)
    assert made.status_code == 201, made.text
    return str(made.json()["token"])


@contextmanager
def page(served: House, secret: str, query: str = "", **more: Any) -> Iterator[ClientConnection]:
    """A connection as a browser's script opens it."""
    spoken = ["omakase", f"bearer.{secret}"] if secret else None
    url = f"ws://127.0.0.1:{served.port}/ws/recommendations/{query}"
    with connect(url, subprotocols=spoken, max_size=2**24, **more) as line:
        yield line


def heard(line: ClientConnection, *kinds: str) -> dict[str, Any]:
    """The next message, which must be of one of these kinds."""
    told = json.loads(line.recv(PATIENCE_SECONDS))
    assert told["type"] in kinds, told
    return told


def sent(line: ClientConnection, **message: Any) -> None:
    line.send(json.dumps(message))


def welcomed(line: ClientConnection) -> dict[str, Any]:
    """The first list."""
    assert heard(line, "connection_established")["protocol"] == 1
    return heard(line, "initial_recommendations")


def test_an_event_on_the_page_changes_the_page(served, key):
    with page(served, token_of(served, key, session_id="visit-1")) as line:
        assert line.subprotocol == "omakase"
        first = welcomed(line)
        sent(line, type="record_interaction", ref="a", event={"item_id": "2", "type": "like"})
        done = heard(line, "interaction_recorded")
        assert (done["item_id"], done["stored"], done["ref"]) == ("2", True, "a")
        change = heard(line, "recommendations_updated")
    assert change["seq"] == first["seq"] + 1
    assert change["request_id"] != first["request_id"]
    assert change["why"] == {"item_id": "2", "type": "like"}
    assert [int(item["item_id"]) % 2 for item in change["added"]] != []
    assert all(int(item_id) % 2 == 0 for item_id in change["order"])
    assert "2" not in change["order"]
    assert any("“2”" in item["reason"] for item in change["added"])


def test_an_event_by_another_door_changes_the_page(served, key):
    with page(served, token_of(served, key, user_id="visitor-2")) as line:
        welcomed(line)
        event = {"user_id": "visitor-2", "item_id": "3", "type": "purchase"}
        assert served.ask(key).post("/api/events", json=event).status_code == 200
        change = heard(line, "recommendations_updated")
        assert change["why"] == {"item_id": "3", "type": "purchase"}
        assert all(int(item_id) % 2 == 1 for item_id in change["order"])


def test_nobody_elses_event_changes_it(served, key):
    with page(served, token_of(served, key, user_id="visitor-3")) as line:
        welcomed(line)
        event = {"user_id": "somebody-else", "item_id": "3", "type": "purchase"}
        assert served.ask(key).post("/api/events", json=event).status_code == 200
        with pytest.raises(TimeoutError):
            line.recv(0.3)


def test_what_was_shown_and_what_has_changed_is_what_is_so(served, key):
    """Applying every difference gives the list that the API answers."""
    with page(served, token_of(served, key, user_id="visitor-4")) as line:
        welcomed(line)
        sent(line, type="subscribe", n=20)
        shown = [item["item_id"] for item in heard(line, "initial_recommendations")["items"]]
        for item_id in ("4", "9", "10"):
            sent(line, type="record_interaction", event={"item_id": item_id, "type": "click"})
            heard(line, "interaction_recorded")
            change = heard(line, "recommendations_updated")
            shown = [item for item in shown if item not in change["removed"]]
            for item in change["added"]:
                assert item["item_id"] not in shown
            shown = change["order"]
        asked = {"user_id": "visitor-4", "n": 20}
        items = served.ask(key).post("/api/recommendations", json=asked).json()["items"]
        assert [item["item_id"] for item in items] == shown


def test_a_page_that_comes_back_hears_what_it_missed(served, key):
    token = token_of(served, key, user_id="visitor-5")
    with page(served, token) as line:
        first = welcomed(line)
    event = {"user_id": "visitor-5", "item_id": "8", "type": "purchase"}
    assert served.ask(key).post("/api/events", json=event).status_code == 200
    with page(served, token, "?resume=1") as line:
        heard(line, "connection_established")
        shown = [item["item_id"] for item in first["items"]]
        sent(line, type="subscribe", seq=first["seq"], items=shown)
        change = heard(line, "recommendations_updated")
    assert change["seq"] == first["seq"] + 1
    kept = [item_id for item_id in shown if item_id not in change["removed"]]
    assert sorted(kept + [item["item_id"] for item in change["added"]]) == sorted(change["order"])


def test_lists_and_what_goes_with_an_item(served, key):
    with page(served, token_of(served, key, user_id="1")) as line:
        welcomed(line)
        sent(line, type="get_recommendations", n=3, ref="x")
        answer = heard(line, "recommendations")
        assert (len(answer["items"]), answer["ref"]) == (3, "x")
        sent(line, type="get_similar_products", product_id="50", n=4)
        answer = heard(line, "similar_products")
        assert [int(item["item_id"]) % 2 for item in answer["items"]] == [0] * 4


def test_a_server_key_follows_whomever_it_names(served, key):
    with page(served, key) as line:
        heard(line, "connection_established")
        sent(line, type="subscribe", user_id="visitor-6")
        heard(line, "initial_recommendations")
        sent(line, type="record_interaction", event={"item_id": "5", "type": "like"})
        assert {heard(line, "interaction_recorded", "recommendations_updated")["type"]}
        heard(line, "recommendations_updated", "interaction_recorded")


@pytest.mark.parametrize("secret", ["", "nonsense", "omk_aaaaaaaa_guessed"])
def test_nobody_is_told_so_and_shown_out(served, secret):
    with page(served, secret) as line:
        assert heard(line, "error")["code"] == "unauthorized"
        with pytest.raises(ConnectionClosed):
            line.recv(PATIENCE_SECONDS)
        assert line.close_code == 4401


def test_a_thousand_malformed_messages_and_the_line_holds(served, key):
    wrong = [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "{}",
        '{"type": 1}',
        '{"type": "drop_tables"}',
        '{"type": "subscribe", "n": 0}',
        '{"type": "subscribe", "user_id": "bob"}',
        '{"type": "get_recommendations", "session_id": "other"}',
        '{"type": "get_recommendations", "model": "none"}',
        '{"type": "get_similar_products"}',
        '{"type": "get_similar_products", "item_id": "none"}',
        '{"type": "record_interaction", "event": {}}',
        '{"type": "record_interaction", "event": {"item_id": "1", "type": "nod"}}',
        '{"type": "record_interaction", "event": {"item_id": "1", "user_id": "bob"}}',
        '{"type": "subscribe", "more": true}',
        b"\xff\xfe",
        '{"type": "subscribe", "ref": "' + "x" * 70_000 + '"}',
    ]
    with page(served, token_of(served, key, user_id="ada")) as line:
        welcomed(line)
        writer = threading.Thread(target=lambda: [line.send(m) for m in wrong * 50])
        writer.start()
        codes = [heard(line, "error")["code"] for _ in range(1000)]
        writer.join()
        assert set(codes) >= {"malformed_json", "unknown_type", "invalid", "not_found", "forbidden"}
        sent(line, type="get_recommendations", n=1)
        assert len(heard(line, "recommendations")["items"]) == 1
