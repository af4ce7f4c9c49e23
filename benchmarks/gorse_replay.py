"""Moving in from Gorse: what a real Gorse server answered, asked again here, row by row.

A Gorse 0.5.9 with the first 60 people of MovieLens 100K was recorded: 152 requests about users,
items and feedback, 101 about lists, and 30 calls of its Python client. Its dump is imported, and
every request is sent again to `omakase serve --gorse-port`. Statuses, content types, fields and
their kinds are compared; ids and counts exactly where no model decides; of lists the length and
the rules: nothing that the person had comes back, nothing hidden or deleted, the category holds, an
offset goes on. A few faults of Gorse are not copied; such a row says what is answered instead.
The recordings belong to nobody who may pass them on, so they are no part of the project.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.form import Asked, Result, run
from benchmarks.gorse import client_calls, data_rules, list_rules
from benchmarks.gorse.list_rules import ListWorld
from benchmarks.gorse.recording import asked, rows_of
from benchmarks.gorse.world import MODELS, GorseServer, command, moved_in

DUMP = "ml-100k-60.dump"
LINES = ("users.jsonl", "items.jsonl", "feedback.jsonl")
EXPECTED = {"users": 60, "items": 1682, "feedback": 6584}


def benchmark(asked: Asked) -> Result:
    """Every recorded row, with what is wrong with our answer to it."""
    folder = asked.folder("gorse")
    rows = list(replayed(folder))
    wrong = [row for row in rows if row["right"] == "no"]
    parts = Counter(row["recording"] for row in rows)
    right = Counter(row["recording"] for row in rows if row["right"] != "no")
    words = ", ".join(f"{right[name]} of {count} {name}" for name, count in parts.items())
    return Result(rows, [f"right: {words}; {len(wrong)} wrong"])


def replayed(folder: Path) -> Iterator[dict[str, Any]]:
    """A line for each recorded row: data on one server, lists and the client on another."""
    with moved_in([folder / "config.toml", folder / DUMP]) as server:
        yield from imported(folder, server)
        yield from data_rows(folder, server)
    with moved_in([folder / "config.toml", *(folder / name for name in LINES)], models=MODELS) as s:
        yield from list_rows(folder, s)
        yield from client_rows(folder, s)


def imported(folder: Path, server: GorseServer) -> Iterator[dict[str, Any]]:
    """What stands in the store after each way of import, in either order and twice."""
    ways: Mapping[str, Sequence[str]] = {
        "the dump": (),
        "the dump again": (DUMP,),
        "JSON Lines over it": LINES,
        "JSON Lines, feedback first": LINES[::-1],
        "config.toml": ("config.toml",),
    }
    for way, names in ways.items():
        if names:
            words = ["import", "gorse", *(str(folder / name) for name in names)]
            command(words, server.folder)
        counts = stored(server)
        wrong = [] if counts == EXPECTED else [f"{counts}, not {EXPECTED}"]
        yield line("import", 0, way, wrong)


def stored(server: GorseServer) -> dict[str, int]:
    """Rows of each kind, as the server gives them out again."""
    headers = {"X-API-Key": server.keys.admin}
    with server.client() as client:
        return {
            name: len(client.get(f"/api/bulk/{name}", headers=headers).text.splitlines())
            for name in EXPECTED
        }


def data_rows(folder: Path, server: GorseServer) -> Iterator[dict[str, Any]]:
    """Users, items and feedback."""
    with server.client() as client:
        for row in rows_of(folder / "recorded_data.jsonl"):
            wrong, note = data_rules.judged(row, asked(client, row, server.keys))
            yield line("data", row.n, f"{row.method} {row.path}", wrong, note)


def list_rows(folder: Path, server: GorseServer) -> Iterator[dict[str, Any]]:
    """Lists, sessions, the dashboard."""
    world = world_of(folder)
    with server.client() as client:
        for row in rows_of(folder / "recorded_lists.jsonl"):
            wrong, note = list_rules.judged(row, asked(client, row, server.keys), world)
            yield line("lists", row.n, f"{row.method} {row.path}", wrong, note)


def client_rows(folder: Path, server: GorseServer) -> Iterator[dict[str, Any]]:
    """PyGorse, by its two clients."""
    calls = client_calls.calls_of(folder / "recorded_pygorse.jsonl")
    for name, make in (("pygorse", client_calls.made), ("pygorse async", client_calls.made_async)):
        for n, (call, wrong) in enumerate(
            zip(calls, make(server.address, server.keys.server, calls), strict=True), start=1
        ):
            yield line(name, n, call["call"], wrong)


def world_of(folder: Path) -> ListWorld:
    """What people had and where items belong, as it was imported."""
    touched: dict[str, set[str]] = {}
    for row in _lines(folder / "feedback.jsonl"):
        touched.setdefault(row["UserId"], set()).add(row["ItemId"])
    items = _lines(folder / "items.jsonl")
    return ListWorld(touched, {row["ItemId"]: set(row["Categories"] or ()) for row in items})


def line(
    recording: str, n: int, request: str, wrong: Sequence[str], note: str = ""
) -> dict[str, Any]:
    """A line of the table."""
    right = "no" if wrong else "otherwise, on purpose" if note else "yes"
    return {
        "recording": recording,
        "n": n,
        "request": request[:100],
        "right": right,
        "why": "; ".join(wrong) or note,
    }


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    run("gorse_replay", benchmark, __doc__)
