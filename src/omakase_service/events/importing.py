"""Files into the log: streamed, idempotent, taken up where they broke off."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from omakase_service.catalog.contracts import ItemFields, ItemIn, UserFields, UserIn
from omakase_service.catalog.services import ensure_known, upsert_items, upsert_users
from omakase_service.events.contracts import (
    ImportBatch,
    ImportReport,
    IncomingRow,
    KindRule,
    RowError,
)
from omakase_service.events.engine import OpenImport, keep_rejects, latest_believed, open_path
from omakase_service.events.models import Import, Kind
from omakase_service.events.selectors import kinds
from omakase_service.events.store import append
from omakase_service.online_store.services import everything_changed
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_settings import settings

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

SHOWN = 1000
"""Rejects that are kept in memory; all of them go to the file."""

CHUNK = 5000

KEYS = {"item_id", "user_id"}


@dataclass
class Tally:
    """What an import has done so far, and which ids it need not look up again."""

    kinds: set[str]
    stored: int = 0
    known: int = 0
    rejected: int = 0
    rejects: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    items: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)

    def add(self, batch: ImportBatch, stored: int) -> None:
        """Count a batch that is on the disk."""
        self.stored += stored
        self.known += len(batch.rows) - stored
        self.rejected += len(batch.rejects)
        self.rejects += batch.rejects[: SHOWN - len(self.rejects)]
        self.warnings += batch.warnings[: SHOWN - len(self.warnings)]


@dataclass(frozen=True, slots=True)
class Doorway:
    """What is let into the log, as it is over HTTP: a reader may know of no limits of its own.

    Attributes:
        kinds: the declared kinds, which say what values are taken.
        latest: Unix seconds after which an event lies in the future.
    """

    kinds: Mapping[str, KindRule]
    latest: int

    @property
    def limits(self) -> dict[str, Any]:
        """The same in the words of the readers of tables."""
        rating = self.kinds["rating"]
        return {
            "lowest_rating": rating.lowest,
            "highest_rating": rating.highest,
            "future_seconds": settings().events.future_seconds,
        }

    def passing(self, batch: ImportBatch) -> ImportBatch:
        """The batch without rows that are refused; these beside, each with its reason."""
        places = [batch.columns.index(name) for name in ("kind", "value", "time")]
        wrong = {
            place: reason
            for place, row in enumerate(batch.rows)
            if (reason := self._refusal(*(row[at] for at in places)))
        }
        if not wrong:
            return batch
        rejects = [_row_error(batch.rows[place], reason) for place, reason in wrong.items()]
        rows = [row for place, row in enumerate(batch.rows) if place not in wrong]
        return replace(batch, rows=rows, rejects=[*batch.rejects, *rejects])

    def _refusal(self, kind: str, number: float | None, moment: int) -> str:
        if moment > self.latest:
            return "future_time"
        rule = self.kinds.get(kind)
        return "value_out_of_range" if rule is not None and rule.refusal(number) else ""


REFUSALS = {
    "future_time": "the time lies in the future; check the clock or the time zone",
    "value_out_of_range": "the value is outside the scale of its kind",
}


def _row_error(row: IncomingRow, reason: str) -> RowError:
    """A row that a reader let pass; it has lost its line."""
    text = ",".join(map(str, row[1:6]))
    return RowError(file="", line=0, reason=reason, detail=REFUSALS[reason], raw=text)


def import_path(
    path: Path,
    *,
    format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    kind: str | None = None,
    rejects_to: Path | None = None,
    batch: int = 50_000,
    create_unknown: bool = True,
    progress: ProgressCallback = nobody,
) -> ImportReport:
    """Store the events of a file, or those, the items and the users of a folder.

    The same data twice change nothing. A bad row is counted, told with its line and reason, and
    skipped. An import that broke off is taken up after its last stored batch.

    Args:
        format: a layout or a file format; by itself recognised.
        mapping: our column names to the file's; what is left out is guessed.
        kind: of events in files that do not name one.
        rejects_to: a file of JSON Lines to which every reject is appended.
        batch: rows a transaction.
        create_unknown: ids that the catalog does not know become bare items and users.
        progress: hears each batch, in units of the file's own.

    Raises:
        OmakaseError: nothing there, nothing readable, or no column for the user or the item.
    """
    known = kinds()
    doorway = Doorway(known, latest_believed(int(time.time()), settings().events.future_seconds))
    opened = open_path(path, format=format, mapping=mapping, kind=kind, limits=doorway.limits)
    tally = Tally(kinds=set(known))
    _store_catalog(opened, path, tally)
    job = _job(path, [format, mapping, kind])
    for piece in map(doorway.passing, opened.batches(job.line, batch)):
        tally.add(piece, _store_events(job, piece, tally, create_unknown))
        if rejects_to is not None:
            keep_rejects(rejects_to, piece.rejects)
        progress(piece.done, piece.total, "storing events")
        everything_changed()
    Import.objects.filter(pk=job.pk).update(finished=timezone.now())
    return _told(opened, tally, job.line)


def _job(path: Path, told: Sequence[Any]) -> Import:
    """The broken import of just this file, as it was called then, or a new one."""
    state = path.stat()
    facts = [str(path.resolve()), state.st_size, state.st_mtime_ns, *told]
    print_ = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    broken = Import.objects.filter(fingerprint=print_, finished=None).order_by("-pk").first()
    return broken or Import.objects.create(fingerprint=print_, path=str(path)[:1000])


@transaction.atomic
def _store_events(job: Import, batch: ImportBatch, tally: Tally, create_unknown: bool) -> int:
    """Rows, and how far they reach, in one transaction."""
    _declare(batch, tally)
    if create_unknown:
        _make_known(batch, tally)
    stored = append(rows=batch.rows, columns=batch.columns)
    Import.objects.filter(pk=job.pk).update(
        line=batch.last_line,
        stored=F("stored") + stored,
        known=F("known") + len(batch.rows) - stored,
        rejected=F("rejected") + len(batch.rejects),
    )
    return stored


def _declare(batch: ImportBatch, tally: Tally) -> None:
    """Kinds of events that nobody declared count 1 from now on; the operator is told."""
    for name in sorted({row[3] for row in batch.rows} - tally.kinds):
        Kind.objects.get_or_create(name=name)
        tally.declared.append(name)
        tally.kinds.add(name)


def _make_known(batch: ImportBatch, tally: Tally) -> None:
    items = {row[2] for row in batch.rows} - tally.items
    users = {row[1] for row in batch.rows} - tally.users
    ensure_known(item_ids=items, user_ids=users)
    tally.items |= items
    tally.users |= users


def _store_catalog(opened: OpenImport, path: Path, tally: Tally) -> None:
    for rows in _chunks(opened.items):
        upsert_items(items=_all_valid(ItemIn, map(_item, rows), path, tally))
    for rows in _chunks(opened.users):
        upsert_users(users=_all_valid(UserIn, map(_user, rows), path, tally))


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    """A reader's row as an item: its first category is the category, the others are tags."""
    given = {name: value for name, value in row.items() if value not in (None, "", [])}
    categories = given.pop("category", [])
    listed = categories if isinstance(categories, list) else [categories]
    tags = given.pop("tags", [])
    known = _split(given, ItemFields, "item_id")
    known |= {"category": str(listed[0])} if listed else {}
    words = [*listed[1:], *(tags if isinstance(tags, list) else [tags])]
    return known | ({"tags": [str(word) for word in words]} if words else {})


def _user(row: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in row.items() if value not in (None, "", [])}
    if "age" in given:
        given.setdefault("age_range", str(given["age"]))
    return _split(given, UserFields, "user_id")


def _split(given: Mapping[str, Any], fields: type[BaseModel], key: str) -> dict[str, Any]:
    """The fields that we know, and the others as attributes."""
    ours = {n: v for n, v in given.items() if n in fields.model_fields or n == key}
    told = {name: _plain(value) for name, value in given.items() if name not in ours}
    others = {name: value for name, value in told.items() if value is not None}
    return ours | ({"attributes": others} if others else {})


def _plain(value: Any) -> Any:
    """As JSON has it: a number that is none is nothing, and what JSON does not know is text."""
    if isinstance(value, list):
        return [each for each in map(_plain, value) if each is not None]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _all_valid(kind: type[M], rows: Iterable[dict[str, Any]], path: Path, tally: Tally) -> list[M]:
    found = (_valid(kind, row, path, tally) for row in rows)
    return [row for row in found if row is not None]


def _valid(kind: type[M], fields: dict[str, Any], path: Path, tally: Tally) -> M | None:
    """The row without the fields that make no sense, none without an id; the operator is told."""
    try:
        return kind(**fields)
    except ValidationError as error:
        wrong = {str(e["loc"][0]): e["msg"] for e in error.errors()}
        name = next(iter(fields.values()), "")
        for place, message in wrong.items():
            detail = f"{name}: {place} is left out: {message}"
            tally.warnings.append(RowError(path.name, 0, "bad_field", detail))
        rest = {n: v for n, v in fields.items() if n not in wrong}
        return kind(**rest) if KEYS & rest.keys() else None


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))


def _told(opened: OpenImport, tally: Tally, resumed_after: int) -> ImportReport:
    return ImportReport(
        layout=opened.layout,
        guessed=opened.guessed,
        stored=tally.stored,
        known=tally.known,
        rejected=tally.rejected,
        rejects=tally.rejects,
        warnings=tally.warnings,
        declared=tally.declared,
        items=len(opened.items),
        users=len(opened.users),
        resumed_after=resumed_after,
    )
