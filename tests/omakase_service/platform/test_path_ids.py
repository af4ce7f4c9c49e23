"""Ids that look like addresses: what may be stored may be read, changed and removed."""

import asyncio
import json
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.config import asgi
from omakase_service.platform.path_ids import FORGED, SLASH, IdConverter, path_of, segmented
from omakase_service.platform.services import create_key

ODD = ["bulk", "shirt/similar", "x/export", "x%2Fy", "a/b/c", "차/similar", "settings", "50% off"]


@given(st.text(st.characters(exclude_characters=SLASH + FORGED, exclude_categories=["Cs"])))
def test_segmented_any_text_comes_back_as_it_was_encoded(text):
    path = b"/api/items/" + quote(text, safe="").encode()
    found = segmented(path).decode().removeprefix("/api/items/")
    assert "/" not in found
    assert IdConverter().to_python(found) == text


def test_segmented_mark_that_a_client_forges_is_no_slash():
    assert segmented(b"/api/items/a%1Fb").decode() == f"/api/items/a{FORGED}b"


def test_path_of_elsewhere_or_untold_stays_as_decoded():
    assert path_of("/cover/a/b.svg", b"/cover/a%2Fb.svg") == b"/cover/a/b.svg"
    assert path_of("/api/items/a/b", None) == b"/api/items/a/b"


class Asked:
    """Requests as a web server hands them over, with their paths as they were sent."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent: list[Any] = []
        told = b"" if body is None else json.dumps(body).encode()
        headers = {"host": "localhost", "x-api-key": self.key, "content-type": "application/json"}
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        }

        async def receive() -> Any:
            return {"type": "http.request", "body": told, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(asgi.http(scope, receive, send))
        text = sent[1]["body"]
        return sent[0]["status"], json.loads(text) if text else None


@pytest.fixture
def asked(transactional_db) -> Asked:
    return Asked(create_key(name="odd", scopes=["read", "write", "admin"]).secret)


def test_items_of_odd_ids_are_read_changed_and_removed(asked):
    for item_id in ODD:
        path = f"/api/items/{quote(item_id, safe='')}"
        assert asked("POST", "/api/items", {"item_id": item_id, "title": "t"})[0] == 201
        assert asked("GET", path)[1]["item_id"] == item_id
        assert asked("PATCH", path, {"title": "u"})[1]["title"] == "u"
        assert asked("DELETE", path)[0] == 204
        assert asked("GET", path)[0] == 404


def test_users_of_odd_ids_are_read_changed_exported_and_forgotten(asked):
    for user_id in ODD:
        path = f"/api/users/{quote(user_id, safe='')}"
        assert asked("POST", "/api/users", {"user_id": user_id})[0] == 201
        assert asked("PATCH", path, {"tier": "gold"})[1]["tier"] == "gold"
        assert asked("GET", f"{path}/export")[1]["user"]["user_id"] == user_id
        assert asked("GET", f"{path}/stats")[1]["user_id"] == user_id
        assert asked("DELETE", path)[0] == 200
        assert asked("GET", path)[0] == 404


def test_operations_of_the_same_address_are_still_reached(asked):
    assert asked("POST", "/api/items/bulk", {"items": [{"item_id": "a"}]})[1]["created"] == 1
    assert asked("GET", "/api/items/a%2Fsimilar")[0] == 404
    assert asked("PUT", "/api/items/bulk")[0] == 405
