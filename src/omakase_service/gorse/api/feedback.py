"""Feedback, at Gorse's paths."""

from collections.abc import Sequence
from typing import Any

from omakase_service.gorse import selectors, services
from omakase_service.gorse.api.batches import stored_rows
from omakase_service.gorse.contracts import GorseFeedback
from omakase_service.gorse.cursors import key_cursor, key_of, page_of
from omakase_service.gorse.http import Call, GorseRoute
from omakase_service.gorse.wire import feedback_of, parsed_list, shown_feedback
from omakase_service.platform.contracts import Scope


def post_feedback(call: Call) -> Any:
    """Store feedback; what is there already of the same type, user and item is added to."""
    return _store(call, overwrite=False)


def put_feedback(call: Call) -> Any:
    """Store feedback over what is there of the same type, user and item."""
    return _store(call, overwrite=True)


def list_feedback(call: Call) -> dict[str, Any]:
    """A page of feedback by type, user and item; of one type, where the path names it."""
    n = call.count("n", selectors.config().default_n, least=0)
    feedback = selectors.feedback_from(
        start=key_of(call.text("cursor")), limit=n + 1, kind=call.names.get("kind")
    )
    rows, following = page_of(feedback, n)
    return {
        "Cursor": key_cursor(following.key) if following else "",
        "Feedback": _as_json(rows),
    }


def get_feedback(call: Call) -> dict[str, Any]:
    """The feedback of one type; an empty object where there is none."""
    feedback = selectors.feedback_by_key(**call.names)
    return {} if feedback is None else shown_feedback(feedback)


def feedback_between(call: Call) -> list[dict[str, Any]]:
    """All that a user did with an item."""
    return _as_json(selectors.feedback_between(**call.names))


def delete_feedback(call: Call) -> dict[str, int]:
    """Take back what a user did with an item; of one type, where the path names it."""
    return {"RowAffected": services.delete_feedback(**call.names)}


def feedback_of_user(call: Call) -> list[dict[str, Any]]:
    """What a user did up to now."""
    return _as_json(selectors.feedback_of_user(**call.names))


def feedback_of_item(call: Call) -> list[dict[str, Any]]:
    """What was done with an item up to now."""
    return _as_json(selectors.feedback_of_item(**call.names))


def _store(call: Call, *, overwrite: bool) -> Any:
    rows = parsed_list(call.body, "feedback")
    return stored_rows(
        rows,
        feedback_of,
        lambda read: services.store_feedback(rows=read, overwrite=overwrite),
    )


def _as_json(rows: Sequence[GorseFeedback]) -> list[dict[str, Any]]:
    return [shown_feedback(row) for row in rows]


ROUTES = (
    GorseRoute("POST", "/api/feedback", post_feedback, Scope.WRITE),
    GorseRoute("PUT", "/api/feedback", put_feedback, Scope.WRITE),
    GorseRoute("GET", "/api/feedback", list_feedback),
    GorseRoute("GET", "/api/feedback/{user_id}/{item_id}", feedback_between),
    GorseRoute("GET", "/api/feedback/{kind}", list_feedback),
    GorseRoute("GET", "/api/feedback/{kind}/{user_id}/{item_id}", get_feedback),
    GorseRoute("DELETE", "/api/feedback/{user_id}/{item_id}", delete_feedback, Scope.WRITE),
    GorseRoute("DELETE", "/api/feedback/{kind}/{user_id}/{item_id}", delete_feedback, Scope.WRITE),
    GorseRoute("GET", "/api/user/{user_id}/feedback", feedback_of_user),
    GorseRoute("GET", "/api/user/{user_id}/feedback/{kind}", feedback_of_user),
    GorseRoute("GET", "/api/item/{item_id}/feedback", feedback_of_item),
    GorseRoute("GET", "/api/item/{item_id}/feedback/{kind}", feedback_of_item),
)
