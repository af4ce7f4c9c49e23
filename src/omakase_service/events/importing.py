"""Files into the log: streamed, idempotent, taken up where they broke off."""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils import timezone

from omakase_service.catalog.services import ensure_exist, remove_unused
from omakase_service.events.contracts import (
    ImportBatch,
    ImportRecord,
    ImportReport,
    KindRule,
    RowError,
    UndoReport,
)
from omakase_service.events.doorway import Doorway
from omakase_service.events.engine import (
    OpenImport,
    keep_rejects,
    kind_like,
    open_path,
    read_options,
)
from omakase_service.events.import_catalog import store_catalog
from omakase_service.events.import_tally import SHOWN, Tally
from omakase_service.events.models import Import, Kind
from omakase_service.events.selectors import kinds, users_without_events, without_events
from omakase_service.events.store import append, bulk_load, remove_import
from omakase_service.online_store.services import invalidate_all
from omakase_service.platform.contracts import ProgressCallback, nobody
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Conflict, NotFound


def import_path(
    path: Path,
    *,
    format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    kind: str | None = None,
    options: Mapping[str, Any] | None = None,
    repeated: str = "",
    look: Callable[[Any], None] = lambda reading: None,
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
        options: whatever else the owner declares, by the names of the engine's read options.
        repeated: "replace" or "keep": what becomes of an earlier import of the same file that was
            read otherwise; by itself the import is refused.
        look: hears how everything will be read, before anything is stored; may raise.
        rejects_to: a file of JSON Lines to which every reject is appended.
        batch: rows a transaction.
        create_unknown: ids that the catalog does not know become bare items and users.
        progress: hears each batch, in units of the file's own.

    Raises:
        OmakaseError: nothing there, nothing readable, or no column for the user or the item.
        Conflict: the same file was imported before and read otherwise.
    """
    chosen = read_options(options, format=format, mapping=mapping, kind=kind)
    doorway = Doorway.now()
    opened = open_path(path, chosen, doorway.limits)
    look(opened.reading)
    content = digest(path)
    _settle_repeat(path, opened, content, repeated)
    tally = Tally(kinds=set(doorway.kinds), rejected=len(opened.rejects))
    tally.rejects += opened.rejects[:SHOWN]
    tally.warnings += opened.warnings[:SHOWN]
    job = _job(path, opened, content)
    store_catalog(opened, path, tally, job)
    doorway = _on_scale(doorway, opened, tally)
    if rejects_to is not None and opened.rejects:
        keep_rejects(rejects_to, opened.rejects)
    with bulk_load() if _size(path) > LARGE else nullcontext():
        for piece in map(doorway.passing, opened.batches(job.line, batch)):
            tally.add(piece, _store_events(job, piece, tally, create_unknown))
            if rejects_to is not None:
                keep_rejects(rejects_to, piece.rejects)
            progress(piece.done, piece.total, "storing events")
            invalidate_all()
        tally.forget_ids()
    Import.objects.filter(pk=job.pk).update(finished=timezone.now())
    return _report(job, opened, tally)


LARGE = 20_000_000
"""Bytes from which an import is worth leaving an index for its end."""


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
    return sum(file.stat().st_size for file in files)


def _on_scale(doorway: Doorway, opened: OpenImport, tally: Tally) -> Doorway:
    """The scale of the first ratings is kept as that of the kind; later ones must keep to it."""
    rule, scale = doorway.kinds["rating"], opened.rating_scale
    if scale is None or scale == (rule.lowest, rule.highest):
        return doorway
    if doorway.is_bound:
        low, high = scale
        detail = (
            f"ratings are kept on a scale of {rule.lowest:g} to {rule.highest:g}, and the file's "
            f"seem to be on one of {low:g} to {high:g}; declare another for the kind 'rating', or "
            "bring these to the same scale"
        )
        tally.warn([RowError(opened.reading.files[0].name, 0, "other_scale", detail)])
        return doorway
    doorway = doorway.on_scale(scale)
    Kind.objects.update_or_create(name="rating", defaults=_weights(doorway.kinds["rating"]))
    return doorway


def _settle_repeat(path: Path, opened: OpenImport, content: str, repeated: str) -> None:
    """Refuse, replace or keep what an earlier import made of the same file.

    Raises:
        Conflict: nobody said which.
    """
    earlier = [job for job in _earlier(path, opened, content) if job.pk]
    if not earlier or repeated == "keep":
        return
    if repeated == "replace":
        for job in earlier:
            undo_import(number=job.pk)
        return
    job = earlier[0]
    same = job.content == content
    subject = "this very file" if same else f"another file called {path.name}"
    why = (
        "and was read otherwise"
        if same
        else "and neither has times, so its rows cannot be told from those stored before"
    )
    raise Conflict(
        f"{path}: {subject} was imported before (import {job.pk}, {job.started:%Y-%m-%d %H:%M}, "
        f"{job.stored:,} events) {why}. --repeated replace takes that import back and stores this "
        f"one; --repeated keep stores both; `omakase data undo {job.pk}` takes it back alone"
    )


def _earlier(path: Path, opened: OpenImport, content: str) -> list[Import]:
    """Imports that stand, and whose events these rows would stand beside a second time."""
    imports_kept = Import.objects.filter(undone=None).exclude(finished=None).order_by("-pk")
    same = imports_kept.filter(content=content).exclude(reading=opened.signature)
    if opened.timed:
        return list(same)
    grown = imports_kept.filter(path=str(path.resolve())[:1000], timed=False).exclude(
        content=content
    )
    return [*same, *grown]


def digest(path: Path) -> str:
    """Of everything in a file or a folder."""
    hasher = hashlib.blake2b(digest_size=16)
    files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.is_file())
    for file in files:
        name = "" if path.is_file() else str(file.relative_to(path))
        with file.open("rb") as source:
            hasher.update(
                f"{name}\x1f{hashlib.file_digest(source, 'blake2b').hexdigest()}".encode()
            )
    return hasher.hexdigest()


def _job(path: Path, opened: OpenImport, content: str) -> Import:
    """The broken import of just this file, as it was read then, or a new one."""
    location = str(path.resolve())
    facts = [location, content, opened.signature]
    print_ = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    broken = Import.objects.filter(fingerprint=print_, finished=None, undone=None).order_by("-pk")
    return broken.first() or Import.objects.create(
        fingerprint=print_,
        path=location[:1000],
        content=content,
        reading=opened.signature,
        timed=opened.timed,
    )


def imports() -> list[ImportRecord]:
    """All imports, the newest first. One query."""
    return [_record(job) for job in Import.objects.order_by("-pk")]


def _record(job: Import) -> ImportRecord:
    return ImportRecord(
        number=job.pk,
        path=job.path,
        started=job.started,
        stored=job.stored,
        known=job.known,
        rejected=job.rejected,
        finished=job.finished is not None,
        undone=job.undone is not None,
    )


def undo_import(*, number: int | None = None) -> UndoReport:
    """Take an import back: its events, and the items and people that came with it alone.

    Items and people that were there before keep what the import said of them.

    Args:
        number: of the import; by itself the newest that stands.

    Raises:
        NotFound: no import of that number, or none that stands.
    """
    imports_kept = Import.objects.filter(undone=None).order_by("-pk")
    job = (imports_kept if number is None else imports_kept.filter(pk=number)).first()
    if job is None:
        wording = "that stands" if number is None else f"{number} that stands"
        raise NotFound(f"there is no import {wording}; `omakase data imports` lists them")
    with transaction.atomic():
        events, items, users = remove_import(number=job.pk)
        described = job.described if isinstance(job.described, dict) else {}
        gone = remove_unused(
            item_ids=without_events(item_ids=items | set(described.get("items", []))),
            described_items=set(described.get("items", [])),
            user_ids=users_without_events(user_ids=users | set(described.get("users", []))),
            described_users=set(described.get("users", [])),
        )
        Import.objects.filter(pk=job.pk).update(
            undone=timezone.now(), finished=job.finished or timezone.now()
        )
    invalidate_all()
    return UndoReport(job.pk, job.path, events, *gone)


@transaction.atomic
def _store_events(job: Import, batch: ImportBatch, tally: Tally, create_unknown: bool) -> int:
    """Rows, and how far they reach, in one transaction."""
    _declare(batch, tally)
    if create_unknown:
        _create_unknown(batch, tally)
    rows = [(*row, job.pk) for row in batch.rows]
    stored = append(rows=rows, columns=(*batch.columns, "import_id"))
    Import.objects.filter(pk=job.pk).update(
        line=batch.last_line,
        stored=F("stored") + stored,
        known=F("known") + len(batch.rows) - stored,
        rejected=F("rejected") + len(batch.rejects),
    )
    return stored


def _declare(batch: ImportBatch, tally: Tally) -> None:
    """Kinds that nobody declared count like the one they mean, or 1; the operator is told."""
    for name in sorted({row[3] for row in batch.rows} - set(tally.kinds)):
        alike = kind_like(name)
        rule = kinds().get(alike or "")
        Kind.objects.get_or_create(name=name, defaults=_weights(rule) if rule else {})
        tally.declared.append(name)
        if rule:
            tally.meanings[name] = rule.name
        tally.kinds.add(name)


def _weights(rule: KindRule) -> dict[str, Any]:
    return {
        "weight": rule.weight,
        "from_value": rule.from_value,
        "cap": None if rule.cap == float("inf") else rule.cap,
        "negative": rule.negative,
        "lowest": rule.lowest,
        "highest": rule.highest,
        "middle": str(rule.middle),
        "takes_back": list(rule.takes_back),
    }


def _create_unknown(batch: ImportBatch, tally: Tally) -> None:
    items = {row[2] for row in batch.rows} - tally.items
    users = {row[1] for row in batch.rows} - tally.users
    ensure_exist(item_ids=items, user_ids=users)
    tally.items |= items
    tally.users |= users


def _report(job: Import, opened: OpenImport, tally: Tally) -> ImportReport:
    return ImportReport(
        number=job.pk,
        layout=opened.layout,
        guessed=opened.guessed,
        stored=tally.stored,
        known=tally.known,
        rejected=tally.rejected,
        rejects=tally.rejects,
        warnings=tally.warnings,
        declared=tally.declared,
        meanings=tally.meanings,
        items=len(opened.items),
        users=len(opened.users),
        resumed_after=job.line,
    )
