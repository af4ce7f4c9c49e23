"""Files that staff bring through a page: kept in a folder, looked at, then imported by a job.

A file is known by a key that nobody can guess, so that a job never reads elsewhere on the disk.
"""

import re
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from omakase_service.events.contracts import ImportReport
from omakase_service.events.doorway import Doorway
from omakase_service.events.engine import open_path, read_options
from omakase_service.events.importing import import_path
from omakase_service.events.upload_contracts import IMPORT_UPLOAD, UploadParameters, UploadPreview
from omakase_service.jobs.services import queue
from omakase_service.platform.contracts import ProgressCallback
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_settings import settings

KEY = re.compile(r"[0-9a-f]{24}")
REJECTS = "refused.jsonl"
LONGEST_NAME = 240
"""Bytes; a file system takes 255, and a letter of Korean has three."""

KEPT_SECONDS = 7 * 86_400.0
"""How long a file that was brought, and the rows refused of it, are kept."""

PREVIEW_ROWS = 200_000
"""Rows that a preview reads at most; the import reads all."""

BATCH = 20_000
SHOWN_ROWS = 20
"""Refused rows that a preview shows, and the result of a job keeps."""


def keep_upload(*, name: str, pieces: Iterable[bytes]) -> str:
    """Keep a file that somebody brings; its key.

    Raises:
        Invalid: it has no name, or nothing is in it.
    """
    plain = _plain_name(name)
    drop_old_uploads()
    key = secrets.token_hex(12)
    folder = _folder() / key
    folder.mkdir(parents=True, mode=0o700)
    try:
        with (folder / plain).open("wb") as target:
            target.writelines(pieces)
            if not target.tell():
                raise Invalid(f"{plain} is empty: there is nothing to import")
    except BaseException:  # half a file is of no use, least of all on a full disk
        drop_upload(key=key)
        raise
    return key


def upload_path(*, key: str) -> Path:
    """Where a file lies.

    Raises:
        NotFound: there is none of this key, or it was imported and is gone.
    """
    folder = _folder() / key if KEY.fullmatch(key) else None
    files = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
    file = next((file for file in files if file.name != REJECTS), None)
    if file is None:
        raise NotFound("this file is no longer here; bring it again")
    return file


def drop_upload(*, key: str) -> None:
    """Delete a file and what lies beside it, where it is there."""
    folder = _folder() / key
    if KEY.fullmatch(key) and folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def rejects_path(*, key: str) -> Path:
    """Where the refused rows of an import lie, as JSON Lines.

    Raises:
        NotFound: there are none.
    """
    file = _folder() / key / REJECTS
    if not KEY.fullmatch(key) or not file.is_file():
        raise NotFound("there are no refused rows of this import")
    return file


def preview_upload(
    *, key: str, mapping: Mapping[str, str] | None = None, kind: str | None = None
) -> UploadPreview:
    """How a file would be read, and which rows would be refused; nothing is stored.

    Args:
        mapping: our column names to the file's; what is left out is guessed.
        kind: of its events, where no column says it.

    Raises:
        NotFound: no such file.
        OmakaseError: it cannot be read, or no column can be found for the user or the item.
    """
    file = upload_path(key=key)
    doorway = Doorway.now()
    opened = open_path(file, read_options(mapping=mapping or None, kind=kind), doorway.limits)
    doorway, rejects = doorway.on_scale(opened.rating_scale), list(opened.rejects)
    reasons = Counter(reject.reason for reject in opened.rejects)
    warnings, rows, rejected = list(opened.warnings), 0, len(opened.rejects)
    is_complete = True
    for piece in map(doorway.passing, opened.batches(0, BATCH)):
        rows += len(piece.rows)
        rejected += len(piece.rejects)
        rejects += piece.rejects[: max(0, SHOWN_ROWS - len(rejects))]
        warnings += piece.warnings[: max(0, SHOWN_ROWS - len(warnings))]
        reasons.update(reject.reason for reject in piece.rejects)
        if rows >= PREVIEW_ROWS:
            is_complete = False
            break
    reading = opened.reading.to_dict()
    return UploadPreview(
        name=file.name,
        reading=reading,
        rows=rows,
        whole=is_complete,
        rejected=rejected,
        rejects=rejects[:SHOWN_ROWS],
        reasons=dict(reasons.most_common()),
        warnings=warnings[:SHOWN_ROWS],
        items=len(opened.items),
        users=len(opened.users),
        columns=_columns(reading),
    )


def start_import(*, key: str, mapping: Mapping[str, str], kind: str | None, repeated: str) -> int:
    """Ask for the import of a file; the job's number.

    Raises:
        NotFound: no such file.
    """
    upload_path(key=key)
    parameters = {"key": key, "mapping": dict(mapping), "kind": kind, "repeated": repeated}
    return queue.enqueue(kind=IMPORT_UPLOAD, parameters=parameters)


def import_upload(parameters: UploadParameters, *, progress: ProgressCallback) -> Mapping[str, Any]:
    """Import a file that staff brought; what became of it. The file is gone then.

    Raises:
        NotFound: no such file.
        OmakaseError, Conflict: as in `import_path`.
    """
    file = upload_path(key=parameters.key)
    report = import_path(
        file,
        mapping=parameters.mapping or None,
        kind=parameters.kind,
        repeated=parameters.repeated,
        rejects_to=file.parent / REJECTS,
        batch=settings().events.import_batch,
        create_unknown=settings().events.create_unknown,
        progress=progress,
    )
    file.unlink(missing_ok=True)
    return _summary(file.name, report)


def drop_old_uploads(*, older_than_seconds: float = KEPT_SECONDS) -> int:
    """Delete files that were brought long ago, with their refused rows; how many."""
    root, cutoff = _folder(), time.time() - older_than_seconds
    folders = (
        [folder for folder in root.iterdir() if KEY.fullmatch(folder.name)] if root.is_dir() else []
    )
    old = [folder.name for folder in folders if folder.stat().st_mtime < cutoff]
    for key in old:
        drop_upload(key=key)
    return len(old)


def _summary(name: str, report: ImportReport) -> Mapping[str, Any]:
    return {
        "file": name,
        "import": report.number,
        "stored": report.stored,
        "known": report.known,
        "rejected": report.rejected,
        "items": report.items,
        "users": report.users,
        "declared": list(report.declared),
        "rejects": [[bad.line, bad.detail] for bad in report.rejects[:SHOWN_ROWS]],
    }


def _columns(reading: Mapping[str, Any]) -> tuple[str, ...]:
    """All columns of the events' files, used or not."""
    columns: list[str] = []
    for file in reading["files"]:
        if file["role"] == "events":
            columns += [*file["columns"].values(), *(column["column"] for column in file["aside"])]
    return tuple(dict.fromkeys(columns))


def _plain_name(name: str) -> str:
    """The last part of a name, without what a file system or a terminal may trip over."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in last if c.isprintable()).strip().lstrip(".")
    plain = plain.encode()[-LONGEST_NAME:].decode(errors="ignore").lstrip(".")
    if not plain or plain == REJECTS:
        raise Invalid("the file needs a name, such as events.csv")
    return plain


def _folder() -> Path:
    return Path(settings().data_folder) / "uploads"
