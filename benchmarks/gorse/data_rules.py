"""How rows of the data recording are compared: exactly, but for faults that are not copied."""

from collections.abc import Mapping
from typing import Any

from benchmarks.gorse.recording import Given, Recorded

FAULTS: Mapping[int, tuple[int, str]] = {
    18: (400, "an empty id is refused"),
    19: (400, "an id with a slash is refused"),
    20: (400, "an empty id is refused"),
    40: (400, "n=-1 is refused, where the connection was closed"),
    42: (400, "a false cursor is the client's mistake"),
    90: (404, "an item that is not there is not found"),
    93: (400, "an id with a slash is refused, the other row is stored"),
    115: (200, "an empty object, where the connection was closed"),
    127: (400, "an empty id is refused"),
    128: (400, "an id with a slash is refused"),
    135: (400, "an id with a slash is refused, the other rows are stored"),
}
"""Rows whose recorded answer is a fault of Gorse: our status, and why."""

PLAIN = (400,)
"""Statuses whose words are our own."""


def judged(row: Recorded, given: Given) -> tuple[list[str], str]:
    """What is wrong with our answer to a row, and what is right otherwise than recorded."""
    if row.n in FAULTS:
        status, why = FAULTS[row.n]
        wrong = [] if given.status == status else [f"status {given.status}, not {status}"]
        return wrong, why
    return [*_envelope(row, given), *_body(row, given)], ""


def _envelope(row: Recorded, given: Given) -> list[str]:
    wrong = []
    if given.status != row.status:
        wrong.append(f"status {given.status}, not {row.status}")
    if "content-type" in row.headers and given.content_type != row.content_type:
        wrong.append(f"content type {given.content_type}, not {row.content_type}")
    for name in ("allow", "access-control-allow-origin"):
        if name in row.headers and given.headers.get(name) != row.headers[name]:
            wrong.append(f"{name}: {given.headers.get(name)!r}, not {row.headers[name]!r}")
    if "x-request-id" in row.headers and "x-request-id" not in given.headers:
        wrong.append("no x-request-id")
    return wrong


def _body(row: Recorded, given: Given) -> list[str]:
    if row.answer is None:
        is_own = given.status in PLAIN or given.text == row.text
        return [] if is_own else [f"text {given.text[:80]!r}, not {row.text[:80]!r}"]
    theirs, ours = _without_empty_ids(row.answer, given.answer)
    return [] if theirs == ours else [f"answer {str(ours)[:160]}, not {str(theirs)[:160]}"]


def _without_empty_ids(theirs: Any, ours: Any) -> tuple[Any, Any]:
    """Pages without the rows of an empty id, which are never stored here: as far as both go."""
    for name in ("Users", "Items"):
        if isinstance(theirs, dict) and any(not _id(row) for row in theirs.get(name) or ()):
            rows = [row for row in theirs[name] if _id(row)]
            return rows, ours[name][: len(rows)]
    return theirs, ours


def _id(row: Mapping[str, Any]) -> str:
    return str(row.get("UserId") or row.get("ItemId") or "")
