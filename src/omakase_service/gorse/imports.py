"""The move itself: a dump, JSON Lines and `config.toml`, in any order and as often as one likes."""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from omakase_service.events.contracts import KindIn
from omakase_service.events.services import declare_kind
from omakase_service.gorse import dump
from omakase_service.gorse.configuration import read_config
from omakase_service.gorse.contracts import (
    BadRequest,
    ConfigReport,
    GorseFeedback,
    GorseItem,
    GorseUser,
    MoveReport,
)
from omakase_service.gorse.models import Move
from omakase_service.gorse.services import store_feedback, store_items, store_users
from omakase_service.gorse.wire import (
    checked_feedback,
    checked_id,
    feedback_of,
    item_of,
    labels_of,
    text_of,
    user_of,
)
from omakase_service.platform.batches import batches
from omakase_service.platform.contracts import ProgressCallback, nobody

Row = GorseUser | GorseItem | GorseFeedback
BATCH = 5000
FILES = ("config.toml", "users.jsonl", "items.jsonl", "feedback.jsonl")
"""What is read of a folder, in this order; where they are not there, its `.dump`."""


def files_of(path: Path) -> list[Path]:
    """What is read of a path: the file, or those of the folder that Gorse wrote.

    Raises:
        BadRequest: nothing of Gorse's is there.
    """
    if path.is_file():
        return [path]
    files = [path / name for name in FILES if (path / name).is_file()]
    rows = [file for file in files if file.suffix == ".jsonl"]
    if not rows:
        files += sorted(path.glob("*.dump"))
    if not files:
        raise BadRequest(
            f"{path}: there is no dump here, and none of {', '.join(FILES)}; "
            "give the file, or a folder with some of them"
        )
    return files


def import_config(path: Path) -> ConfigReport:
    """Let a `config.toml` hold: types of feedback become kinds of events, names of lists stay.

    Raises:
        BadRequest: it cannot be read.
    """
    report = read_config(path.read_text(encoding="utf-8"))
    for name, fields in report.kinds.items():
        declare_kind(name=name, said=KindIn(**fields))
    row, _ = Move.objects.get_or_create(pk=1)
    row.config = asdict(report.config)
    row.save(update_fields=["config"])
    return report


def import_rows(
    path: Path, report: MoveReport | None = None, progress: ProgressCallback = nobody
) -> MoveReport:
    """Store the users, items and feedback of a dump or of JSON Lines, over what was there.

    Rows that say what is stored already change nothing. A row that cannot be stored is counted
    and told with its place.

    Args:
        report: of earlier files, to be added to.
        progress: hears bytes read of all bytes.

    Raises:
        BadRequest: it is neither, or a dump that is damaged; what stood before that is stored.
    """
    report = report or MoveReport()
    size = path.stat().st_size
    with path.open("rb") as file:
        rows = _dump_rows(file, report) if is_dump(path) else _line_rows(file, path, report)
        for batch in batches(rows, BATCH):
            _store(batch, report)
            progress(file.tell(), size, "storing rows")
    return report


def is_dump(path: Path) -> bool:
    """Whether a file begins as a dump does: with a section, or with its end."""
    with path.open("rb") as file:
        head = file.read(8)
    return len(head) == 8 and struct.unpack("<q", head)[0] in (
        dump.USERS,
        dump.ITEMS,
        dump.FEEDBACK,
        dump.END,
    )


def _dump_rows(file: BinaryIO, report: MoveReport) -> Iterator[Row]:
    for number, row in enumerate(dump.rows_of(file), start=1):
        try:
            yield _check(row)
        except BadRequest as error:
            report.refuse(f"row {number}: {error}")


def _line_rows(file: BinaryIO, path: Path, report: MoveReport) -> Iterator[Row]:
    read: Callable[[Any], Row] | None = None
    # By readline: a file that is iterated over does not tell how far it was read.
    for number, line in enumerate(iter(file.readline, b""), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            read = read or _reader(row, path)
            yield read(row)
        except orjson.JSONDecodeError as error:
            report.refuse(f"{path.name}, line {number}: this is not JSON: {error}")
        except BadRequest as error:
            if read is None:
                raise
            report.refuse(f"{path.name}, line {number}: {error}")


def _reader(row: Any, path: Path) -> Callable[[Any], Row]:
    """Of what a file of JSON Lines is, by the fields of its first row.

    Raises:
        BadRequest: it is none of Gorse's.
    """
    names = {name.lower() for name in row} if isinstance(row, dict) else set()
    if "feedbacktype" in names:
        return feedback_of
    if "itemid" in names:
        return item_of
    if "userid" in names:
        return user_of
    raise BadRequest(
        f"{path}: neither a dump of Gorse nor its JSON Lines: the first row names no UserId, "
        "ItemId or FeedbackType"
    )


def _check(row: Row) -> Row:
    """A row of a dump with ids that can be asked for and fields that can be kept, as JSON's are.

    Raises:
        BadRequest: one of them cannot.
    """
    labels_of("Labels", row.labels)
    text_of("Comment", row.comment)
    if isinstance(row, GorseItem):
        for name in row.categories or ():
            text_of("Categories", name)
    if isinstance(row, GorseFeedback):
        text_of("FeedbackType", row.kind)
        checked_feedback(row)
    named: dict[str, Any] = {
        name: checked_id(getattr(row, name), name)
        for name in ("user_id", "item_id")
        if hasattr(row, name)
    }
    return replace(row, **named)


def _store(batch: Sequence[Row], report: MoveReport) -> None:
    users = [row for row in batch if isinstance(row, GorseUser)]
    items = [row for row in batch if isinstance(row, GorseItem)]
    feedback = [row for row in batch if isinstance(row, GorseFeedback)]
    _each(users, lambda rows: store_users(users=rows), report)
    _each(items, lambda rows: store_items(items=rows), report)
    odd = store_feedback(rows=feedback, overwrite=True) if feedback else 0
    report.users += len(users)
    report.items += len(items)
    report.feedback += len(feedback)
    report.unlearnt += odd


def _each(rows: Sequence[Any], store: Callable[[Sequence[Any]], None], report: MoveReport) -> None:
    """All at once; where one cannot be stored, one by one, and that one is told."""
    if not rows:
        return
    try:
        store(rows)
    except BadRequest:
        _one_by_one(rows, store, report)


def _one_by_one(
    rows: Iterable[Any], store: Callable[[Sequence[Any]], None], report: MoveReport
) -> None:
    for row in rows:
        try:
            store([row])
        except BadRequest as error:
            report.refuse(str(error))
