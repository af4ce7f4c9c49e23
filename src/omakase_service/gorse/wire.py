"""JSON as Gorse's clients send it: field names in any case, unknown ones ignored, kinds checked."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from omakase_service.events.contracts import LONGEST_KIND
from omakase_service.gorse.contracts import (
    BadRequest,
    GorseFeedback,
    GorseItem,
    GorseUser,
    UnaskableId,
    number,
    rfc3339,
)
from omakase_service.gorse.times import moment_of, strict_moment_of
from omakase_service.platform.text import storable_facts

Reader = Callable[[str, Any], Any]
LONGEST_ID = 255

JSON_WORDS = {
    bool: "true or false",
    str: "a text",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def parse_body(body: bytes) -> Any:
    """The body as plain values.

    Raises:
        BadRequest: it is empty, or not JSON.
    """
    if not body.strip():
        raise BadRequest("the body is empty; send JSON")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}") from error


def parsed_list(body: bytes, of: str) -> list[Any]:
    """The body as a list; null is an empty one.

    Raises:
        BadRequest: it is anything else.
    """
    rows = parse_body(body)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise BadRequest(f"a list of {of} is due here, not {_word(rows)}")
    return rows


def user_of(row: Any) -> GorseUser:
    """A user that was sent.

    Raises:
        BadRequest: a field of another kind than is due, or an id that nobody could ask for.
    """
    fields = fields_of(row, USER, "User")
    return GorseUser(
        _id(fields, "user_id", "UserId"), fields.get("labels"), fields.get("comment") or ""
    )


def item_of(row: Any) -> GorseItem:
    """An item that was sent.

    Raises:
        BadRequest: as in `user_of`, or a time that cannot be read.
    """
    fields = fields_of(row, ITEM, "Item")
    return GorseItem(
        item_id=_id(fields, "item_id", "ItemId"),
        is_hidden=bool(fields.get("is_hidden")),
        categories=fields.get("categories"),
        timestamp=fields.get("timestamp"),
        labels=fields.get("labels"),
        comment=fields.get("comment") or "",
    )


def feedback_of(row: Any, *, of_session: bool = False) -> GorseFeedback:
    """Feedback that was sent.

    Args:
        of_session: nobody need be named.

    Raises:
        BadRequest: as in `item_of`.
    """
    fields = fields_of(row, FEEDBACK, "Feedback")
    moment = fields.get("timestamp")
    return checked_feedback(
        GorseFeedback(
            kind=fields.get("kind") or "",
            user_id="" if of_session else _id(fields, "user_id", "UserId"),
            item_id=_id(fields, "item_id", "ItemId"),
            value=fields.get("value") or 0.0,
            timestamp=moment,
            updated=fields.get("updated") or moment,
            comment=fields.get("comment") or "",
            labels=fields.get("labels"),
        )
    )


def user_patch_of(row: Any) -> dict[str, Any]:
    """The fields of a user that are named and not null.

    Raises:
        BadRequest: a field of another kind than is due.
    """
    return _rename_fields(fields_of(row, USER_PATCH, "UserPatch"))


def item_patch_of(row: Any) -> dict[str, Any]:
    """The fields of an item that are named and not null; its time in RFC 3339.

    Raises:
        BadRequest: a field of another kind than is due, or a time written otherwise.
    """
    return _rename_fields(fields_of(row, ITEM_PATCH, "ItemPatch"))


def fields_of(row: Any, readers: Mapping[str, tuple[str, str, Reader]], of: str) -> dict[str, Any]:
    """The known fields of an object, by our names; whatever case theirs are written in.

    Raises:
        BadRequest: it is no object, or a field is of another kind than is due.
    """
    if not isinstance(row, dict):
        raise BadRequest(f"{of}: an object is due here, not {_word(row)}")
    fields = {}
    for name, value in row.items():
        if spec := readers.get(name.lower()):
            field, reader, read = spec
            fields[field] = read(f"{of}.{reader}", value)
    return fields


def shown_user(user: GorseUser) -> dict[str, Any]:
    """A user as Gorse answers it."""
    return {"UserId": user.user_id, "Labels": user.labels, "Comment": user.comment}


def shown_item(item: GorseItem) -> dict[str, Any]:
    """An item as Gorse answers it."""
    return {
        "ItemId": item.item_id,
        "IsHidden": item.is_hidden,
        "Categories": None if item.categories is None else list(item.categories),
        "Timestamp": rfc3339(item.timestamp),
        "Labels": item.labels,
        "Comment": item.comment,
    }


def shown_feedback(row: GorseFeedback) -> dict[str, Any]:
    """Feedback as Gorse answers it: without its labels."""
    return {
        "FeedbackType": row.kind,
        "UserId": row.user_id,
        "ItemId": row.item_id,
        "Value": number(row.value),
        "Timestamp": rfc3339(row.timestamp),
        "Updated": rfc3339(row.updated),
        "Comment": row.comment,
    }


def checked_id(text: str, name: str) -> str:
    """An id that can be asked for.

    Raises:
        UnaskableId: it is empty, too long, or holds a slash or control characters.
    """
    if not text.strip():
        raise UnaskableId(f"{name} is empty; nobody could ask for it")
    if "/" in text:
        raise UnaskableId(f"{name} {text[:60]!r} holds a slash; nobody could ask for it")
    if len(text) > LONGEST_ID or not text.isprintable():
        raise UnaskableId(
            f"{name} {text[:60]!r} has more than {LONGEST_ID} characters, or control characters"
        )
    return text.strip()


def _id(said: Mapping[str, Any], ours: str, theirs: str) -> str:
    return checked_id(said.get(ours) or "", theirs)


def _rename_fields(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def text_of(place: str, value: Any) -> str | None:
    """A text that was sent; none where it is null.

    Raises:
        BadRequest: it is no text, or holds a NUL character.
    """
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"{place} is a text, not {_word(value)}")
    if value is not None and "\x00" in value:
        raise BadRequest(f"{place} must not hold a NUL character")
    return value


def _truth(place: str, value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise BadRequest(f"{place} is true or false, not {_word(value)}")
    return value


def _value(place: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRequest(f"{place} is a number, not {_word(value)}")
    return float(value)


def _words(place: str, value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise BadRequest(f"{place} is a list of texts, not {_word(value)}")
    return tuple(text_of(f"{place}[{at}]", element) or "" for at, element in enumerate(value))


def _moment(place: str, value: Any) -> datetime | None:
    return moment_of(text_of(place, value))


def _strict_moment(place: str, value: Any) -> datetime | None:
    text = text_of(place, value)
    return None if text is None else strict_moment_of(text)


def labels_of(place: str, value: Any) -> Any:
    """Labels as they were sent.

    Raises:
        BadRequest: something in them that models could not learn of, such as a mixed list, or
            that no store can keep.
    """
    try:
        storable_facts(value if isinstance(value, dict) else {"labels": value})
    except ValueError as error:
        raise BadRequest(f"{place}: {error}") from error
    return _learnable(place, value)


def checked_feedback(row: GorseFeedback) -> GorseFeedback:
    """Feedback of a type and a value that can be kept.

    Raises:
        BadRequest: the type is too long, or the value not finite.
    """
    if len(row.kind) > LONGEST_KIND:
        raise BadRequest(f"FeedbackType has more than {LONGEST_KIND} characters")
    if not abs(row.value) < float("inf"):
        raise BadRequest(f"Feedback.Value is a number, not {row.value}")
    return row


def _learnable(place: str, value: Any) -> Any:
    if value is None or (_is_number(value) or isinstance(value, str)):
        return value
    if isinstance(value, dict):
        for name, label in value.items():
            if label is None:
                raise BadRequest(f"{place}.{name}: null says nothing; leave it out")
            _learnable(f"{place}.{name}", label)
        return value
    if isinstance(value, list):
        if all(isinstance(element, str) for element in value) or all(map(_is_number, value)):
            return value
        raise BadRequest(f"{place}: a list holds texts only, or numbers only")
    raise BadRequest(f"{place}: {_word(value)} is no label; send a text, a number, a list of these")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _word(value: Any) -> str:
    return JSON_WORDS.get(type(value), "something else")


USER: Mapping[str, tuple[str, str, Reader]] = {
    "userid": ("user_id", "UserId", text_of),
    "labels": ("labels", "Labels", labels_of),
    "comment": ("comment", "Comment", text_of),
}
ITEM: Mapping[str, tuple[str, str, Reader]] = {
    "itemid": ("item_id", "ItemId", text_of),
    "ishidden": ("is_hidden", "IsHidden", _truth),
    "categories": ("categories", "Categories", _words),
    "timestamp": ("timestamp", "Timestamp", _moment),
    "labels": ("labels", "Labels", labels_of),
    "comment": ("comment", "Comment", text_of),
}
FEEDBACK: Mapping[str, tuple[str, str, Reader]] = {
    "feedbacktype": ("kind", "FeedbackType", text_of),
    "userid": ("user_id", "UserId", text_of),
    "itemid": ("item_id", "ItemId", text_of),
    "value": ("value", "Value", _value),
    "timestamp": ("timestamp", "Timestamp", _moment),
    "updated": ("updated", "Updated", _moment),
    "labels": ("labels", "Labels", labels_of),
    "comment": ("comment", "Comment", text_of),
}
USER_PATCH = {name: USER[name] for name in ("labels", "comment")}
ITEM_PATCH = {
    **{name: ITEM[name] for name in ("ishidden", "categories", "labels", "comment")},
    "timestamp": ("timestamp", "Timestamp", _strict_moment),
}
