"""Cursors: where the next page begins, in base64 as Gorse writes them."""

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

import orjson

from omakase_service.gorse.contracts import BadRequest
from omakase_service.platform.text import storable

T = TypeVar("T")


def text_cursor(start: str) -> str:
    """Of a page that begins with an id; of nothing, the last page's."""
    return base64.b64encode(start.encode()).decode()


def start_of(cursor: str) -> str:
    """The id that a page begins with.

    Raises:
        BadRequest: it is no cursor.
    """
    try:
        return storable(base64.b64decode(cursor, validate=True).decode())
    except ValueError as error:  # no base64, no text within, or one that no id holds
        raise BadRequest("this is no cursor; send the one of the page before") from error


def key_cursor(key: tuple[str, str, str]) -> str:
    """Of a page that begins with the feedback of this type, user and item."""
    kind, user_id, item_id = key
    fields = {"FeedbackType": kind, "UserId": user_id, "ItemId": item_id}
    return text_cursor(orjson.dumps(fields).decode())


def key_of(cursor: str) -> tuple[str, str, str] | None:
    """The feedback that a page begins with; none: the first.

    Raises:
        BadRequest: it is no cursor.
    """
    if not cursor:
        return None
    try:
        fields: Any = orjson.loads(start_of(cursor))
        key = (fields["FeedbackType"], fields["UserId"], fields["ItemId"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise BadRequest("this is no cursor; send the one of the page before") from error
    if not all(isinstance(part, str) and "\x00" not in part for part in key):
        raise BadRequest("this is no cursor; send the one of the page before")
    return key


def page_of(rows: Sequence[T], n: int) -> tuple[Sequence[T], T | None]:
    """The rows of a page, and the one that the next begins with, where there is one more."""
    return rows[:n], rows[n] if 0 < n < len(rows) else None
