"""How a file of text separates and names its fields."""

import codecs
import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final

from omakase.data.rows.blocks import LINE_LIMIT, blocks
from omakase.data.rows.bytes_of_fields import UNIT_SEPARATOR, Dialect, plain_bytes
from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES
from omakase.data.rows.names import guess
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.paths import NotReadable, list_of, names_of, object_of
from omakase.data.rows.shapes import looks_like_a_field
from omakase.errors import UnreadableFile

FORMATS: Mapping[str, str] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".txt": "csv",
    ".psv": "csv",
    ".inter": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".dat": "dat",
    ".data": "data",
}
SAMPLED_LINES = 1000
SNIFFED_LINES = 200
MOVIELENS = ("user_id", "item_id", "rating", "timestamp")
SEPARATORS = (",", ";", "\t", "|", "^")
LATEST_HEADER = 30
MOSTLY = 0.9


def format_of(path: Path, format: str | None = None) -> str:
    """One of the values of `FORMATS`.

    Raises:
        UnreadableFile: nobody here reads such a file.
    """
    file_format = format or FORMATS.get(path.suffix.lower(), "")
    if file_format == "json":
        return "jsonl"
    if file_format not in FORMATS.values():
        formats = ", ".join(sorted(set(FORMATS.values())))
        raise UnreadableFile(
            f"{path}: unknown format {file_format or path.suffix!r}; known: {formats} "
            "(each also as gz, bz2, xz, zst, zip), workbooks (xlsx, xls, ods); "
            "--format says what a file of another name is"
        )
    return file_format


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


def dialect_of(
    path: Path, format: str, encoding: str | None = None, options: ReadOptions | None = None
) -> Dialect:
    """The dialect of a file of text.

    Raises:
        UnreadableFile: no line that names the columns, or no such encoding.
    """
    options = options or ReadOptions()
    encoding = options.encoding if encoding is None else encoding
    if format == "jsonl":
        return _of_json(path, encoding)
    number, lines = _first_lines(path, encoding)
    if not lines:
        raise UnreadableFile(f"{path}: every line is blank")
    if format in ("dat", "data") and not _has_declaration(options):
        if format == "dat" and any("::" in line for line in lines):
            return Dialect(format, MOVIELENS, UNIT_SEPARATOR, quoted=False, joint=b"::")
        if format == "data" and lines[0].count("\t") == 3:
            return Dialect(format, MOVIELENS, b"\t", quoted=False)
    return _of_text(path, format, number, lines, options)


def _has_declaration(options: ReadOptions) -> bool:
    return bool(options.columns or options.separator or options.header is not None)


def _first_lines(path: Path, encoding: str | None) -> tuple[int, list[str]]:
    """The first lines from the first that is not blank on, and its number."""
    for block in blocks(path, encoding=encoding):
        lines = block.data.split(b"\n")[:-1]
        start = next((n for n, line in enumerate(lines) if line.strip(b" \t\r")), None)
        if start is not None:
            some = lines[start : start + SNIFFED_LINES]
            texts = [line[:LINE_LIMIT].decode("utf-8", "replace").rstrip("\r") for line in some]
            return block.first_line + start, [text.strip("\x00") for text in texts]
    return 0, []


def _of_text(
    path: Path, format: str, number: int, lines: list[str], options: ReadOptions
) -> Dialect:
    hint = _hint(lines[0])
    if hint:
        number, lines = number + 1, lines[1:]
    separator = options.separator or hint or _separator(lines, format)
    if separator in ("\\t", "tab"):
        separator = "\t"
    dialect = _with_separator(format, separator, lines)
    records = _records(path, dialect, lines)
    header_row = _header_place(records)
    width = _width(records[header_row:])
    names = [name.strip() for name in records[header_row][1]]
    named = options.header if options.header is not None else not options.columns
    if (
        named
        and options.header is None
        and _is_row(names, [r for _, r in records[header_row + 1 :]])
    ):
        named = False
    lines_before = records[header_row][0]
    if options.columns and len(options.columns) != width:
        raise UnreadableFile(
            f"{path}: {len(options.columns)} names of columns are given, and its lines have "
            f"{width} fields"
        )
    if not named:
        names = list(options.columns) or [f"column {n}" for n in range(1, width + 1)]
        return replace(
            dialect, columns=_distinct(names), header_line=number + lines_before - 1, named=False
        )
    if len(names) > 1 and names[-1] == "":
        names.pop()
    names[0] = names[0].lstrip("#% \ufeff")
    return replace(
        dialect,
        columns=_distinct(names),
        header_line=number + lines_before,
        trailing=width == len(names) + 1,
    )


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, a second one of the same name with its number."""
    seen: Counter[str] = Counter()
    distinct = []
    for number, name in enumerate(names, start=1):
        name = name or f"column {number}"
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return tuple(distinct)


def _hint(line: str) -> str | None:
    """What Excel's own hint says: "sep=;"."""
    text = line.strip("\r\n\ufeff ").strip('"')
    return text[4:5] or None if text.lower().startswith("sep=") else None


def _with_separator(format: str, separator: str, lines: list[str]) -> Dialect:
    text = "\n".join(lines)
    bare = Dialect(format, (), separator.encode(), quoted=_has_quotes(lines, separator))
    if separator == " ":
        return replace(bare, separator=UNIT_SEPARATOR, spaced=True, quoted=False)
    if len(separator.encode()) > 1:
        return replace(bare, separator=UNIT_SEPARATOR, joint=separator.encode(), quoted=False)
    escaped = _has_escapes(text, replace(bare, escaped=True))
    fields = lines[0].strip().split(separator)
    single = len(fields) > 1 and all(f[:1] == f[-1:] == "'" and len(f) > 1 for f in fields)
    return replace(bare, escaped=escaped, single=single, quoted=bare.quoted or single)


def _has_escapes(text: str, escaping: Dialect) -> bool:
    """Whether backslashes stand before quotation marks within fields.

    One at the end of a field stands before its closing mark, too; then the lines have fewer fields
    where it is taken for an escape.
    """
    if '\\"' not in text or '"' not in text.replace('\\"', "") or '""' in text:
        return False
    separator = escaping.separator.decode()
    plain = plain_bytes(f"{text}\n".encode("utf-8", "replace"), escaping).decode()
    return _score(plain.split("\n"), separator) >= _score(text.split("\n"), separator)


def _has_quotes(lines: list[str], separator: str) -> bool:
    """Tables with tabs rarely quote: only where that makes more lines of one width."""
    if separator != "\t":
        return True
    fields = (field for line in lines for field in line.split(separator))
    if any(len(field) > 1 and field[0] == field[-1] == '"' for field in fields):
        return True
    return _score(lines, separator) > _score(lines, separator, quoted=False)


def _separator(lines: list[str], format: str) -> str:
    """What separates the most lines into the same number of fields."""
    if format == "tsv" and any("\t" in line for line in lines):
        return "\t"
    content = [line for line in lines if line.strip() and not line.startswith(("#", "%"))]
    content = content or lines
    if all("::" in line for line in content[:50]):
        return "::"
    scores = {separator: _score(content, separator) for separator in SEPARATORS}
    best = max(scores, key=lambda separator: (scores[separator], content[0].count(separator)))
    if scores[best][1] > 1:
        return best
    spaces = [len(line.split()) for line in content]
    if spaces[0] > 1 and len(set(spaces)) == 1 and format != "tsv" and _all_plain(content):
        return " "
    return best


def _all_plain(lines: list[str]) -> bool:
    """Whether blanks separate numbers and single words, not the words of a sentence."""
    return all(any(c.isdigit() for c in line) for line in lines)


def _score(lines: list[str], separator: str, *, quoted: bool = True) -> tuple[float, int]:
    """The share of lines with the commonest number of fields above one, and that number."""
    counts = Counter(
        len(fields)
        for fields in _parse("\n".join(lines), separator, quoted=quoted)
        if any(field.strip() for field in fields)
    )
    several = {count: times for count, times in counts.items() if count > 1}
    if not several:
        return 0.0, 1
    count = max(several, key=lambda each: (several[each], each))
    return round(several[count] / sum(counts.values()), 2), count


def _parse(text: str, separator: str, *, quoted: bool) -> list[list[str]]:
    quoting: Final = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    try:
        return list(csv.reader(StringIO(text), delimiter=separator, quoting=quoting))
    except csv.Error:
        return [line.split(separator) for line in text.split("\n")]


def _records(path: Path, dialect: Dialect, lines: list[str]) -> list[tuple[int, list[str]]]:
    """Each record that is not blank, and how many lines stand before it."""
    text = plain_bytes(("\n".join(lines) + "\n").encode("utf-8", "replace"), dialect).decode()
    quoting: Final = csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE
    reader = csv.reader(StringIO(text), delimiter=dialect.separator.decode(), quoting=quoting)
    records: list[tuple[int, list[str]]] = []
    first_line = 0
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                records.append((first_line, fields))
            first_line = reader.line_num
    except csv.Error as error:
        if not records:
            raise UnreadableFile(
                f"{path}: its first line does not name columns ({error}); "
                "lines must end in a line feed, and hold names of ordinary length"
            ) from error
    return records


def _header_place(records: list[tuple[int, list[str]]]) -> int:
    """Which record names the columns (or is the first row): the first of the usual width."""
    for index, (_, fields) in enumerate(records[:LATEST_HEADER]):
        if _is_header(fields):
            return index
    width = _width(records)
    if len(records[0][1]) >= min(width, 2) and not records[0][1][0].startswith(("#", "%")):
        return 0
    for index, (_, fields) in enumerate(records[:LATEST_HEADER]):
        if len(fields) in (width, width - 1) and not fields[0].startswith(("#", "%")):
            return index
    return 0


def _is_header(fields: list[str]) -> bool:
    """Whether names that are known stand there: of an event, or of an item or a person."""
    names = [field.strip().lstrip("\ufeff# ") for field in fields]
    events = guess(EVENT_NAMES, names)
    if len(names) < 2 or any(looks_like_a_field(name) for name in names):
        return False
    return len(events) > 1 or any(
        len(guess(table, names)) > 1 for table in (ITEM_NAMES, USER_NAMES)
    )


def _width(records: list[tuple[int, list[str]]]) -> int:
    counts = Counter(len(fields) for _, fields in records[1:] or records)
    return max(counts, key=lambda each: (counts[each], each))


def _is_row(names: list[str], rows: list[list[str]]) -> bool:
    """Whether what should be names is a row like those below it."""
    if _is_header(names) or not any(looks_like_a_field(name) for name in names):
        return False
    alike = [
        looks_like_a_field(name) == looks_like_a_field(row[index])
        for row in islice(rows, 20)
        if len(row) == len(names)
        for index, name in enumerate(names)
    ]
    return not alike or sum(alike) >= MOSTLY * len(alike)


def _of_json(path: Path, encoding: str | None) -> Dialect:
    """The names in the objects of the first lines, in order."""
    first = next(blocks(path, encoding=encoding)).data.split(b"\n")[:-1][:SAMPLED_LINES]
    rows = []
    for line in first:
        try:
            rows.append(object_of(line))
        except NotReadable:
            continue
    names = names_of(rows)
    if not names:
        raise UnreadableFile(f"{path}: none of its first {len(first)} lines is a JSON object")
    lists = [part for name in names if (part := list_of(rows, name))]
    list_path = max(lists, key=lists.count) if lists else ""
    return Dialect("jsonl", names, b"\x00", quoted=False, list_path=list_path)


__all__ = ["FORMATS", "UNIT_SEPARATOR", "Dialect", "dialect_of", "format_of", "readable"]
