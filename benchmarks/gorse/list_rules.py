"""How rows of the list recording are compared: the shape, the length, and the rules of lists."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.gorse.data_rules import PLAIN
from benchmarks.gorse.recording import Given, Recorded
from benchmarks.gorse.shapes import differences

WHOLE = 100
"""Places that a whole list has at least: the size of Gorse's cache."""

CONTINUED = {3: (1, 5), 26: (25, 5), 33: (32, 5)}
"""Rows whose list goes on where another one ends: that row, and the offset."""

SESSIONS = {55: 5, 56: 5, 57: 5, 63: 5}
"""Rows to which Gorse says null for a fault of its SQLite store: places that ours has."""

COUNTED = {32, 33, 34, 35}
"""Lists that no model decides: ids and scores are compared."""

TIMED = {25, 26, 27, 28}
"""Lists whose scores no model decides; of items with the same time the order is nobody's."""

SETTINGS = 79
MISSING = "missing here"


@dataclass
class ListWorld:
    """What the rules of lists look at.

    Attributes:
        touched: items that a user did something with, by user.
        categories: of each item.
        gone: items that are hidden or deleted by now.
        lists: ids that were answered, by row.
    """

    touched: dict[str, set[str]]
    categories: dict[str, set[str]]
    gone: set[str] = field(default_factory=set)
    lists: dict[int, list[str]] = field(default_factory=dict)

    def after(self, row: Recorded, given: Given) -> None:
        """Follow what a request changed."""
        parts = urlsplit(row.path).path.split("/")
        if row.method == "POST" and row.path == "/api/feedback":
            for each in row.sent:
                self.touched.setdefault(each["UserId"], set()).add(each["ItemId"])
        if row.method == "PATCH" and "IsHidden" in row.sent:
            change = self.gone.add if row.sent["IsHidden"] else self.gone.discard
            change(parts[-1])
        if row.method == "DELETE":
            self.gone.add(parts[-1])
        query = parse_qs(urlsplit(row.path).query)
        if "write-back-type" in query and "write-back-delay" not in query:
            self.touched.setdefault(parts[3], set()).update(ids_of(given.answer))


def judged(row: Recorded, given: Given, world: ListWorld) -> tuple[list[str], str]:
    """What is wrong with our answer to a row, and what is right otherwise than recorded."""
    wrong = _envelope(row, given)
    note = ""
    if row.answer is None and row.content_type != "application/json":
        is_own = given.status in PLAIN or given.text.startswith(row.text)
        if row.status != 200 and not is_own:
            wrong.append(f"text {given.text[:80]!r}, not {row.text[:80]!r}")
    elif row.n in SESSIONS:
        note = "a list, where Gorse's SQLite store finds none"
        if len(given.answer or []) != SESSIONS[row.n]:
            wrong.append(f"{len(given.answer or [])} places, not {SESSIONS[row.n]}")
        wrong += _rules(row, given, world)
    elif row.n == SETTINGS:
        note = "settings that do nothing here are not shown"
        wrong += [each for each in differences(row.answer, given.answer) if MISSING not in each]
    else:
        wrong += differences(named(row.answer), given.answer)
        if isinstance(row.answer, list) and "/dashboard/" not in row.path:
            wrong += [*_length(row, given), *_rules(row, given, world)]
    world.lists[row.n] = ids_of(given.answer)
    world.after(row, given)
    return wrong, note


def named(answer: Any) -> Any:
    """A page without the users of an empty id, which are never stored here."""
    if not isinstance(answer, dict) or "Users" not in answer:
        return answer
    return answer | {"Users": [each for each in answer["Users"] if each["UserId"]]}


def ids_of(answer: Any) -> list[str]:
    """Ids of a list of ids or of scores; none of anything else."""
    if not isinstance(answer, list):
        return []
    return [each if isinstance(each, str) else each.get("Id", "") for each in answer]


def _envelope(row: Recorded, given: Given) -> list[str]:
    wrong = [] if given.status == row.status else [f"status {given.status}, not {row.status}"]
    if given.content_type != row.content_type:
        wrong.append(f"content type {given.content_type}, not {row.content_type}")
    for name in ("content-disposition",):
        if name in row.headers and given.headers.get(name) != row.headers[name]:
            wrong.append(f"{name}: {given.headers.get(name)!r}, not {row.headers[name]!r}")
    for name in ("last-modified", "x-request-id"):
        if name in row.headers and name not in given.headers:
            wrong.append(f"no {name}")
    return wrong


def _length(row: Recorded, given: Given) -> list[str]:
    there, here = len(row.answer), len(given.answer or [])
    if there > WHOLE:
        return [] if here >= WHOLE else [f"{here} places of a whole list, fewer than {WHOLE}"]
    return [] if there == here else [f"{here} places, not {there}"]


def _rules(row: Recorded, given: Given, world: ListWorld) -> list[str]:
    ids = ids_of(given.answer)
    path, query = urlsplit(row.path).path, parse_qs(urlsplit(row.path).query)
    if row.path.startswith("/api/user"):
        return _repeated(ids) if "neighbors" in path else []
    wrong = _repeated(ids)
    if gone := world.gone & set(ids):
        wrong.append(f"hidden or deleted items: {sorted(gone)}")
    for name in [*query.get("category", []), *_category_of(path)]:
        if odd := [each for each in ids if name not in world.categories.get(each, set())]:
            wrong.append(f"not in the category {name}: {odd[:5]}")
    if again := world.touched.get(_person_of(path, query), set()) & set(ids):
        wrong.append(f"items that they had: {sorted(again)[:5]}")
    if row.n in CONTINUED:
        first, offset = CONTINUED[row.n]
        if len(world.lists[first]) > offset and world.lists[first][offset:] != ids:
            wrong.append(f"does not go on where row {first} ends")
        if set(world.lists[first][:offset]) & set(ids):
            wrong.append(f"repeats row {first}")
    if row.n in COUNTED and given.answer != row.answer:
        wrong.append(f"answer {given.answer}, not {row.answer}")
    if row.n in TIMED and [e["Score"] for e in given.answer] != [e["Score"] for e in row.answer]:
        wrong.append("other times than recorded")
    return wrong


def _repeated(ids: list[str]) -> list[str]:
    return [] if len(ids) == len(set(ids)) else ["an id twice"]


def _category_of(path: str) -> list[str]:
    """The category that the last part of some paths is."""
    parts = path.strip("/").split("/")
    if parts[1] == "recommend" and len(parts) == 4:
        return parts[3:]
    if parts[1:3] == ["session", "recommend"] or (parts[1] == "item" and len(parts) == 5):
        return parts[3:] if parts[1] == "session" else parts[4:]
    return []


def _person_of(path: str, query: dict[str, list[str]]) -> str:
    parts = path.strip("/").split("/")
    if parts[1] in ("recommend", "collaborative-filtering") and len(parts) > 2:
        return parts[2]
    return query.get("user-id", [""])[0]
