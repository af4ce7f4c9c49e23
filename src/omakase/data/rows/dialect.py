"""How a file of text separates and names its fields."""

import codecs
import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from omakase.data.rows.blocks import LINE_LIMIT, blocks
from omakase.errors import UnreadableFile

FORMATS: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".dat": "dat",
    ".data": "data",
}
UNIT_SEPARATOR = b"\x1f"
"""Stands in for the "::" of .dat files, since fields are separated by one byte."""
SAMPLED_LINES = 1000
MOVIELENS = ("user_id", "item_id", "rating", "timestamp")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to write rows as lines of text.

    Attributes:
        format: "csv", "tsv", "jsonl", "dat" or "data".
        columns: names of the fields, in order; none in JSON Lines, where each line names its own.
        separator: one byte.
        header_line: the line that names the columns, 0 where none does.
        quoted: whether fields may stand in quotation marks.
    """

    format: str
    columns: tuple[str, ...]
    separator: bytes
    header_line: int = 0
    quoted: bool = True


def format_of(path: Path, format: str | None = None) -> str:
    """One of the values of `FORMATS`.

    Raises:
        UnreadableFile: nobody here reads such a file.
    """
    found = format or FORMATS.get(path.suffix.lower(), "")
    if found not in FORMATS.values():
        known = ", ".join(sorted(set(FORMATS.values())))
        raise UnreadableFile(f"{path}: unknown format {found or path.suffix!r}; known: {known}")
    return found


def readable(path: Path) -> None:
    """Nothing, where there is something to read.

    Raises:
        UnreadableFile: no such file, a folder, no right to read it, or an empty one.
    """
    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file")
    if not path.is_file():
        raise UnreadableFile(f"{path}: this is not a file")
    try:
        with path.open("rb") as file:
            empty = not file.read(4).removeprefix(codecs.BOM_UTF8).strip()
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}") from error
    if empty and path.stat().st_size <= 4:
        raise UnreadableFile(f"{path}: the file is empty")


def dialect_of(path: Path, format: str, encoding: str = "utf-8") -> Dialect:
    """The dialect of a file of text.

    Raises:
        UnreadableFile: no line that names the columns, or no such encoding.
    """
    match format:
        case "dat":
            return Dialect(format, MOVIELENS, UNIT_SEPARATOR, quoted=False)
        case "data":
            return Dialect(format, MOVIELENS, b"\t", quoted=False)
        case "jsonl":
            return Dialect(format, _names_in_json(path, encoding), b"\x00", quoted=False)
    line, header = _header(path, encoding)
    separator = "\t" if format == "tsv" else max(",;\t|", key=header.count)
    try:
        names = next(csv.reader([header], delimiter=separator))
    except csv.Error as error:
        raise UnreadableFile(
            f"{path}: its first line does not name columns ({error}); "
            "lines must end in a line feed, and hold names of ordinary length"
        ) from error
    return Dialect(format, tuple(name.strip() for name in names), separator.encode(), line)


def _header(path: Path, encoding: str) -> tuple[int, str]:
    for block in blocks(path, encoding=encoding):
        for place, line in enumerate(block.data.split(b"\n")):
            if line.strip():
                text = line[:LINE_LIMIT].decode("utf-8", "replace").strip("\r\n\x00")
                return block.first_line + place, text
    raise UnreadableFile(f"{path}: every line is blank")


def _names_in_json(path: Path, encoding: str) -> tuple[str, ...]:
    """The names in the objects of the first lines, in order."""
    first = next(blocks(path, encoding=encoding)).data.split(b"\n")[:-1][:SAMPLED_LINES]
    found: dict[str, None] = {}
    for line in first:
        try:
            parsed = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        found |= dict.fromkeys(parsed if isinstance(parsed, dict) else ())
    if not found:
        raise UnreadableFile(f"{path}: none of its first {len(first)} lines is a JSON object")
    return tuple(found)
