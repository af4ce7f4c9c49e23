"""Values about files that staff bring through a page. No Django."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from omakase_service.events.contracts import RowError

IMPORT_UPLOAD = "import_upload"
"""The kind of job that imports a file that staff brought through a page."""


class UploadParameters(BaseModel, extra="forbid"):
    """Parameters of that job."""

    key: str = Field(pattern="^[0-9a-f]{24}$", description="of the file that was brought")
    mapping: dict[str, str] = {}
    kind: str | None = None
    repeated: Literal["", "replace", "keep"] = ""


@dataclass(frozen=True)
class UploadPreview:
    """What would become of a file.

    Attributes:
        name: of the file, as its owner knows it.
        reading: how it is read: files with columns, notes, first rows, as plain values.
        rows: events that would be stored, of those that were read.
        whole: the whole file was read.
        rejected: rows that would be left out; `rejects` are the first of them.
        reasons: stable code to how many rows.
        warnings: of rows that would be kept.
        items, users: that the file describes.
        columns: of the events' files, used or not.
    """

    name: str
    reading: dict[str, Any]
    rows: int
    whole: bool
    rejected: int
    rejects: list[RowError]
    reasons: dict[str, int]
    warnings: list[RowError]
    items: int
    users: int
    columns: tuple[str, ...]
