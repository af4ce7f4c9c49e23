"""Everything out again, in Gorse's own forms: JSON Lines and the dump."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import orjson

from omakase_service.gorse import dump, selectors
from omakase_service.gorse.contracts import GorseFeedback, GorseItem, GorseUser
from omakase_service.gorse.wire import shown_feedback, shown_item, shown_user

R = TypeVar("R")
CHUNK = 5000


def users() -> Iterator[GorseUser]:
    """Every user, in the order of their ids."""
    return _pages(
        lambda start: selectors.users_from(start=start or "", limit=CHUNK + 1),
        lambda user: user.user_id,
    )


def items() -> Iterator[GorseItem]:
    """Every item, in the order of their ids."""
    return _pages(
        lambda start: selectors.items_from(start=start or "", limit=CHUNK + 1),
        lambda item: item.item_id,
    )


def feedback() -> Iterator[GorseFeedback]:
    """All feedback whose time has come, by type, person and item."""
    return _pages(
        lambda start: selectors.feedback_from(start=start, limit=CHUNK + 1), lambda row: row.key
    )


def lines(name: str) -> bytes:
    """Users, items or feedback as JSON Lines."""
    rows: dict[str, Iterator[dict[str, Any]]] = {
        "users": map(shown_user, users()),
        "items": map(shown_item, items()),
        "feedback": map(shown_feedback, feedback()),
    }
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows[name])


def dump_bytes() -> bytes:
    """Everything as a dump."""
    parts = [dump.written_section(dump.USERS), *map(dump.written_row, users())]
    parts += [dump.written_section(dump.ITEMS), *map(dump.written_row, items())]
    parts += [dump.written_section(dump.FEEDBACK), *map(dump.written_row, feedback())]
    return b"".join((*parts, dump.written_section(dump.END)))


def _pages(page: Callable[[Any], list[R]], key: Callable[[R], Any]) -> Iterator[R]:
    """Rows page by page; the first row of the next page ends each."""
    start: Any = None
    while rows := page(start):
        yield from rows[:CHUNK]
        if len(rows) <= CHUNK:
            return
        start = key(rows[CHUNK])
