"""Dotted paths into JSON: "properties.product_id"; a path over a list means one row an element."""

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from omakase.data.rows.numbers import EXACT

MOST_NAMES = 300
DEEPEST = 4


class NotReadable(ValueError):
    """A line that is no object; its text is a key of the sentences of refused rows."""


def object_of(line: bytes) -> dict[str, Any]:
    """The object of a line, as JSON or as Python writes dictionaries.

    Raises:
        NotReadable: "bad_json" or "not_an_object".
    """
    try:
        parsed = orjson.loads(line)
    except orjson.JSONDecodeError:
        parsed = _python(line)
    if not isinstance(parsed, dict):
        raise NotReadable("not_an_object")
    if any(isinstance(v, float) and abs(v) >= EXACT for v in parsed.values()):
        return json.loads(line)  # orjson rounds a whole number of more than 64 bits
    return parsed


def _python(line: bytes) -> Any:
    """Some published sets hold Python's own spelling, with single quotation marks."""
    if not line.lstrip().startswith((b"{'", b"{u'")):
        raise NotReadable("bad_json")
    try:
        return ast.literal_eval(line.decode())
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise NotReadable("bad_json") from error


def names_of(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Every path to a plain value in some objects, those at the top first."""
    unique: dict[str, None] = {}
    for row in rows:
        for path in _leaves(row, ""):
            unique.setdefault(path)
    top = [name for row in rows for name in row]
    return tuple(dict.fromkeys((*top, *unique)))[:MOST_NAMES]


def _leaves(parsed: Mapping[str, Any], before: str, depth: int = 0) -> Iterator[str]:
    for name, value in parsed.items():
        path = f"{before}{name}"
        if isinstance(value, dict) and depth < DEEPEST:
            yield from _leaves(value, f"{path}.", depth + 1)
        elif isinstance(value, list) and value and isinstance(value[0], dict) and depth < DEEPEST:
            for element in value[:3]:
                if isinstance(element, dict):
                    yield from _leaves(element, f"{path}.", depth + 1)
        else:
            yield path


def list_of(rows: Sequence[Mapping[str, Any]], path: str) -> str:
    """The part of a path that leads to a list of objects, empty where none does."""
    names = path.split(".")
    parts = {_list_in(row, path, names) for row in rows} - {""}
    return min(parts, key=len, default="")


def _list_in(row: Mapping[str, Any], path: str, names: Sequence[str]) -> str:
    """The shortest part of a path that leads to a list of objects in one object.

    Args:
        names: the path's; a name with dots in it is several of them.
    """
    dotted = [
        n for n in row if _is_list_of_objects(row[n]) and (path == n or path.startswith(f"{n}."))
    ]
    value: Any = row
    for count, name in enumerate(names, start=1):
        value = value.get(name)
        if _is_list_of_objects(value) and at(row, part := ".".join(names[:count])) is value:
            return min([part, *dotted], key=len)
        if not isinstance(value, Mapping):
            break
    return min(dotted, key=len, default="")


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def at(parsed: Mapping[str, Any], path: str) -> Any:
    """The value at a path, None where nothing is there."""
    if path in parsed:
        return parsed[path]
    value: Any = parsed
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def rows_of(parsed: Mapping[str, Any], paths: Sequence[str], list_path: str) -> list[list[Any]]:
    """The values at some paths, once for each element of the list that they lead through.

    Args:
        parsed: an object.
        paths: dotted names.
        list_path: the path of the list; empty where each object is one row.
    """
    if not list_path:
        return [[at(parsed, path) for path in paths]]
    elements = at(parsed, list_path)
    within = f"{list_path}."
    return [
        [
            at(element, path.removeprefix(within)) if path.startswith(within) else at(parsed, path)
            for path in paths
        ]
        for element in (elements if isinstance(elements, list) else [])
        if isinstance(element, dict)
    ]
