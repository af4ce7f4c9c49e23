"""Recorded calls of PyGorse, made again with its two clients against our server."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.gorse.shapes import differences

UNKNOWN_KEY = "no-such-key"
BY_MODELS = ("get_recommend", "get_neighbors")
SESSION_PLACES = 5


def calls_of(file: Path) -> list[dict[str, Any]]:
    """The recorded calls, in order."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def made(address: str, key: str, calls: list[dict[str, Any]]) -> list[list[str]]:
    """What is wrong with each call, made with the client that waits."""
    from gorse import Gorse, GorseException

    def ask(call: dict[str, Any]) -> tuple[Any, Any]:
        client = Gorse(address, UNKNOWN_KEY if call.get("status_code") == 401 else key)
        try:
            return getattr(client, call["call"])(*call["args"], **call["kwargs"]), None
        except GorseException as error:
            return None, error

    return [judged(call, *ask(call)) for call in calls]


def made_async(address: str, key: str, calls: list[dict[str, Any]]) -> list[list[str]]:
    """What is wrong with each call, made with the client for event loops."""
    from gorse import AsyncGorse, GorseException

    async def ask(call: dict[str, Any]) -> tuple[Any, Any]:
        client = AsyncGorse(address, UNKNOWN_KEY if call.get("status_code") == 401 else key)
        name, args = _async_call(call)
        try:
            return await getattr(client, name)(*args, **call["kwargs"]), None
        except GorseException as error:
            return None, error

    async def every() -> list[list[str]]:
        return [judged(call, *(await ask(call))) for call in calls]

    return asyncio.run(every())


def judged(call: dict[str, Any], returned: Any, raised: Any) -> list[str]:
    """What is wrong with what a call returned or raised."""
    if "raises" in call:
        there = (call["raises"], call["status_code"], call["message"])
        here = (type(raised).__name__, *(vars(raised).values() if raised else ()))
        return [] if there == here else [f"raised {here}, not {there}"]
    if raised is not None:
        return [f"raised {raised.status_code}: {raised.message}"]
    return _compared(call, plain(returned))


def plain(value: Any) -> Any:
    """What a client returned as JSON would write it."""
    to_dict: Callable[[], Any] | None = getattr(value, "to_dict", None)
    if to_dict is not None:
        return to_dict()
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def _compared(call: dict[str, Any], ours: Any) -> list[str]:
    theirs = call["returns"]
    if call["call"] == "session_recommend":  # null there: a fault of Gorse's SQLite store
        is_list = isinstance(ours, list) and len(ours) == SESSION_PLACES
        return [] if is_list else [f"{ours}, not {SESSION_PLACES} places"]
    if call["call"] in BY_MODELS:
        wrong = differences(theirs, ours)
        return wrong if len(ours) == len(theirs) else [*wrong, f"{len(ours)}, not {len(theirs)}"]
    if call["call"] in ("get_users", "get_items"):  # an empty id is stored there, never here
        rows = [row for row in theirs[0] if row.get("UserId") or row.get("ItemId")]
        return [] if ours[0][: len(rows)] == rows else [f"{ours[0]}, not {rows}"]
    return [] if ours == theirs else [f"{ours}, not {theirs}"]


def _async_call(call: dict[str, Any]) -> tuple[str, list[Any]]:
    """The call as the other client knows it: its `insert_feedback` takes no value."""
    if call["call"] != "insert_feedback" or len(call["args"]) < 5:
        return call["call"], call["args"]
    names = ("FeedbackType", "UserId", "ItemId", "Timestamp", "Value")
    return "insert_feedbacks", [[dict(zip(names, call["args"], strict=True))]]
