"""Packed files become plain ones: gz, bz2, xz, zst, zip, tar, workbooks, JSON in one piece."""

import bz2
import csv
import gzip
import json
import lzma
import shutil
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson
import zstandard

from omakase.errors import UnreadableFile

if TYPE_CHECKING:
    import fastexcel

COMPRESSED = (".gz", ".bz2", ".xz", ".lzma", ".zst")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TAPES = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
COPY_BYTES = 1 << 20
DAMAGED = (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError)


@dataclass(frozen=True, slots=True)
class Member:
    """A plain file.

    Attributes:
        path: where it lies.
        name: as its owner knows it, with the archive it came from.
    """

    path: Path
    name: str


def is_archive(path: Path) -> bool:
    """Whether a file must be unpacked before its rows can be read."""
    suffix = path.suffix.lower()
    packed = (*COMPRESSED, ".zip", ".tar", ".tgz", *WORKBOOKS)
    return suffix in packed or (suffix == ".json" and _is_one_piece(path))


def unpacked(path: Path, name: str, room: Path) -> Iterator[Member]:
    """The plain files in a file; the file itself where it is plain.

    Args:
        path: any file.
        name: as its owner knows it.
        room: an existing folder for what is unpacked; its owner removes it.

    Raises:
        UnreadableFile: an archive that is damaged, protected, or of which nothing is known.
    """
    if not is_archive(path):
        yield Member(path, name)
        return
    try:
        yield from _unpack(path, name, room)
    except (*DAMAGED, zstandard.ZstdError, RuntimeError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise UnreadableFile(
            f"{path}: the file cannot be unpacked ({reason}); unpack it by hand, or save it as CSV"
        ) from error


def _unpack(path: Path, name: str, room: Path) -> Iterator[Member]:
    lower = path.name.lower()
    if lower.endswith(TAPES):
        yield from _of_tape(path, name, room)
    elif lower.endswith(".zip"):
        yield from _of_zip(path, name, room)
    elif lower.endswith(WORKBOOKS):
        yield from _of_workbook(path, name, room)
    elif lower.endswith(".json"):
        yield Member(_of_json(path, room), name)
    else:
        target = _fresh(room, path.stem)
        with _open(path) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, COPY_BYTES)
        yield from unpacked(target, name, room)


def _open(path: Path) -> IO[bytes]:
    """The bytes within a compressed file."""
    match path.suffix.lower():
        case ".gz":
            return gzip.GzipFile(path)  # type: ignore[return-value]
        case ".bz2":
            return bz2.BZ2File(path)
        case ".zst":
            return zstandard.open(path, "rb")
    return lzma.LZMAFile(path)


def _fresh(room: Path, name: str) -> Path:
    """A path of that name in a folder of its own."""
    folder = room / str(sum(1 for _ in room.iterdir()))
    folder.mkdir()
    return folder / (Path(name).name or "file")


def _of_zip(path: Path, name: str, room: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and not is_stray(Path(member.filename)):
                target = _fresh(room, member.filename)
                with archive.open(member) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file, COPY_BYTES)
                yield from unpacked(target, f"{name}/{member.filename}", room)


def _of_tape(path: Path, name: str, room: Path) -> Iterator[Member]:
    with tarfile.open(path) as archive:
        for member in archive:
            source = archive.extractfile(member) if member.isfile() else None
            if source is not None and not is_stray(Path(member.name)):
                target = _fresh(room, member.name)
                with target.open("wb") as file:
                    shutil.copyfileobj(source, file, COPY_BYTES)
                yield from unpacked(target, f"{name}/{member.name}", room)


def _of_workbook(path: Path, name: str, room: Path) -> Iterator[Member]:
    """Each sheet that holds anything, as CSV."""
    import fastexcel  # five megabytes, which a server that reads no workbook does not need

    try:
        yield from _sheets(fastexcel.read_excel(path), path, name, room)
    except fastexcel.FastExcelError as error:
        raise RuntimeError(str(error)) from error


def _sheets(book: "fastexcel.ExcelReader", path: Path, name: str, room: Path) -> Iterator[Member]:
    names = book.sheet_names
    for sheet in names:
        table = book.load_sheet(sheet, header_row=None, dtypes="string", schema_sample_rows=0)
        if not table.height:
            continue
        single = len(names) == 1
        target = _fresh(room, f"{path.stem if single else sheet.replace('/', ' ')}.csv")
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(_fill_rows(table.to_polars().rows()))
        yield Member(target, name if single else f"{name}/{sheet}")


def _fill_rows(rows: list[tuple[str | None, ...]]) -> Iterator[list[str]]:
    for row in rows:
        if any(row):
            yield [cell or "" for cell in row]


def is_stray(path: Path) -> bool:
    """Whether a file of that name is nobody's data: leftovers of systems, notes, programs."""
    hidden = any(
        (part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in path.parts
    )
    name = path.name.lower()
    return (
        hidden
        or name.startswith(("readme", "license", "licence", "~$", "_success", "thumbs.db"))
        or name == "desktop.ini"
        or path.suffix.lower() in STRAY
    )


STRAY = (".md", ".pdf", ".html", ".htm", ".py", ".sh", ".ipynb", ".crc", ".log", ".png", ".jpg")


def _is_one_piece(path: Path) -> bool:
    """Whether a .json file is a list or one document, not a line an object."""
    with path.open("rb") as file:
        first = next((line for line in file if line.strip()), b"").strip()
    first = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if first.startswith(b"["):
        return True
    if not first.startswith(b"{"):
        return False
    try:
        parsed = orjson.loads(first)
    except orjson.JSONDecodeError:
        return _is_document(path)
    if not isinstance(parsed, dict):
        return False
    tables = any(map(_is_table, _values(parsed))) or bool(_rows_by_column(parsed))
    return tables and _has_one_line(path)


def _is_document(path: Path) -> bool:
    """Whether the whole file is valid JSON."""
    if path.stat().st_size > LARGEST_DOCUMENT:
        return False
    try:
        orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return False
    return True


LARGEST_DOCUMENT = 1 << 30


def _has_one_line(path: Path) -> bool:
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip()) == 1


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(v, dict) for v in value)


def _of_json(path: Path, room: Path) -> Path:
    """The rows of a document, one a line: its list, or the longest list of objects in it."""
    raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        parsed = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(f"{path}: this is not valid JSON ({error})") from error
    target = _fresh(room, f"{path.stem}.jsonl")
    with target.open("wb") as file:
        for row in _rows_of(parsed):
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return target


def _rows_of(parsed: Any) -> list[Any]:
    if isinstance(parsed, list):
        return _as_objects(parsed)
    if rows := _rows_by_column(parsed):
        return rows
    tables = [v for v in _values(parsed) if _is_table(v)]
    return max(tables, key=len) if tables else [parsed]


def _rows_by_column(parsed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a table that stands column by column, as pandas writes it; none of anything else."""
    names, body = parsed.get("columns"), parsed.get("data")
    if isinstance(names, list) and isinstance(body, list):
        return [dict(zip(names, row, strict=False)) for row in body if isinstance(row, list)]
    columns = list(parsed.values())
    if len(columns) < 2:
        return []
    if all(isinstance(column, list) for column in columns):
        long = len(columns[0]) > 1 and len({len(column) for column in columns}) == 1
        return (
            [dict(zip(parsed, row, strict=True)) for row in zip(*columns, strict=True)]
            if long
            else []
        )
    if not all(isinstance(column, dict) for column in columns):
        return []
    first = columns[0].keys()
    numbered = bool(first) and all(isinstance(key, str) and key.isdigit() for key in first)
    if not numbered or any(column.keys() != first for column in columns):
        return []
    return [{name: parsed[name][key] for name in parsed} for key in first]


def _values(parsed: Mapping[str, Any]) -> Iterator[Any]:
    """What a document holds, one or two names deep."""
    for value in parsed.values():
        yield value
        if isinstance(value, dict):
            yield from value.values()


def _as_objects(rows: list[Any]) -> list[Any]:
    """Rows that are lists below a list of names, as objects."""
    head = rows[0] if rows else None
    if isinstance(head, list) and all(isinstance(name, str) for name in head):
        return [dict(zip(head, row, strict=False)) for row in rows[1:] if isinstance(row, list)]
    return rows
