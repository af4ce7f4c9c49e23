"""Lists that were shown, with what came of each place: for training, and as files for others."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO

import orjson

from omakase_service.jobs.contracts import JobContext
from omakase_service.platform.exports import new_export
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import JudgedAnswer, ListExportParameters
from omakase_service.recommendation_log.selectors import clicked_lists, judged_after
from omakase_service.training.contracts import LoggedList

BATCH = 500
"""Answers read at once."""

SNAPSHOT = (
    "request_id", "time", "user_id", "session_id", "device", "channel", "page", "placement",
    "policy", "algorithm", "version",
)  # fmt: skip
"""What is said of a list."""

PLACE = ("position", "item_id", "score", "probability", "clicked", "converted")
"""What is said of each of its places."""


def lists_to_learn_from(limit: int) -> list[LoggedList]:
    """The newest lists that somebody clicked something of, as training reads them."""
    return [_to_learn_from(answer) for answer in clicked_lists(limit=limit)]


def export_lists(context: JobContext, parameters: ListExportParameters) -> Mapping[str, Any]:
    """Write lists that were shown, with what came of them, into a file; where, and how many."""
    writer.flush()
    with new_export("lists", parameters.format, job_id=context.job_id) as (making, file):
        with making.open("w", encoding="utf-8", newline="") as stream:
            count = WRITERS[parameters.format](_all_lists(parameters.since, context), stream)
        context.assert_lease()
    return {"file": str(file), "lists": count}


def _all_lists(since: int, context: JobContext) -> Iterator[JudgedAnswer]:
    number, batch = judged_after(since=since, number=0, limit=BATCH)
    while batch:
        yield from batch
        context.note(f"wrote lists up to number {number}")
        number, batch = judged_after(since=since, number=number, limit=BATCH)


def write_jsonl(lists: Iterable[JudgedAnswer], out: TextIO) -> int:
    """A list a line, its places within; how many lists."""
    count = 0
    for entry in lists:
        count += 1
        line = {**_snapshot(entry), "context": dict(entry.answer.context), "items": _places(entry)}
        out.write(orjson.dumps(line).decode() + "\n")
    return count


def write_csv(lists: Iterable[JudgedAnswer], out: TextIO) -> int:
    """A place a line; how many lists."""
    table = csv.DictWriter(out, [*SNAPSHOT, *PLACE])
    table.writeheader()
    count = 0
    for entry in lists:
        count += 1
        table.writerows({**_snapshot(entry), **position} for position in _places(entry))
    return count


WRITERS: Mapping[str, Callable[[Iterable[JudgedAnswer], TextIO], int]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
}


def _snapshot(judged: JudgedAnswer) -> dict[str, Any]:
    answer, context = judged.answer, judged.answer.context
    where = {name: context.get(name) for name in ("device", "page")}
    where["channel"] = context.get("channel") or context.get("attributes", {}).get("channel")
    columns = {name: getattr(answer, name) for name in SNAPSHOT if name not in where}
    cells = {**columns, **where}
    return {name: "" if cells[name] is None else cells[name] for name in SNAPSHOT}


def _places(judged: JudgedAnswer) -> list[dict[str, Any]]:
    answer = judged.answer
    return [
        {
            "position": answer.first_rank + n,
            "item_id": entry.item_id,
            "score": entry.score,
            "probability": entry.probability,
            "clicked": entry.item_id in judged.clicked,
            "converted": entry.item_id in judged.converted,
        }
        for n, entry in enumerate(answer.items)
    ]


def _to_learn_from(judged: JudgedAnswer) -> LoggedList:
    answer = judged.answer
    return LoggedList(
        user_id=answer.user_id or f"session:{answer.session_id}",
        time=answer.time,
        items=[entry.item_id for entry in answer.items],
        clicked=[entry.item_id in judged.clicked for entry in answer.items],
        first_rank=answer.first_rank,
    )
