"""Whether two answers have the same fields of the same kinds."""

from typing import Any

KINDS = {bool: "truth", int: "number", float: "number", str: "text", type(None): "null"}


def differences(theirs: Any, ours: Any, at: str = "answer") -> list[str]:
    """What is of another kind in ours, with its place. A null list may be an empty one."""
    if theirs is None and ours in (None, [], 0, ""):
        return []
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return _of_objects(theirs, ours, at)
    if isinstance(theirs, list) and (isinstance(ours, list) or ours is None):
        return differences(theirs[0], ours[0], f"{at}[0]") if theirs and ours else []
    if kind(theirs) != kind(ours):
        return [f"{at}: {kind(theirs)} there, {kind(ours)} here"]
    return []


def kind(value: Any) -> str:
    """The kind of a JSON value in a word."""
    if isinstance(value, dict):
        return "object"
    return "list" if isinstance(value, list) else KINDS[type(value)]


def _of_objects(theirs: dict[str, Any], ours: dict[str, Any], at: str) -> list[str]:
    missing = [f"{at}.{name}: missing here" for name in theirs if name not in ours]
    more = [f"{at}.{name}: not there" for name in ours if name not in theirs]
    within = [
        found
        for name in theirs
        if name in ours
        for found in differences(theirs[name], ours[name], f"{at}.{name}")
    ]
    return [*missing, *more, *within]
