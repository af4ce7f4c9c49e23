"""Rows of a feed: CSV, JSON, or XML as Google Merchant Center takes it. No Django."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat

import orjson

from omakase_service.feeds.contracts import Format, Row
from omakase_service.feeds.engine import UnreadableFile, encoding_of, unpacked
from omakase_service.platform.exceptions import Invalid

CHUNK = 1 << 16
HEAD = 4096
BOM, MARK = b"\xef\xbb\xbf", "\ufeff"
BEFORE_TEXT = BOM + b"\xff\xfe\0 \t\r\n"
"""Marks of UTF-8 and UTF-16, the empty half of their letters, and blanks."""

DELIMITERS = "\t;,|"
ENTRIES = ("item", "entry")
"""Elements of RSS and Atom that are one product."""

DECLARATION = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
SEPARATOR = "|"
"""Between namespace and name, as expat gives them."""


def rows_of(path: Path, format: Format) -> Iterator[Row]:
    """Rows of a feed, one after another.

    Args:
        path: of a file in a folder of its own, into which more may be written.

    Raises:
        Invalid: it is damaged, or none of the formats.
    """
    with path.open("rb") as file:
        head = file.read(HEAD).lstrip(BEFORE_TEXT)
    if not head:
        raise Invalid("the feed is empty")
    chosen = _format_of(head) if format == "auto" else format
    yield from {"csv": _csv_rows, "json": _json_rows, "xml": _xml_rows}[chosen](path)


def _format_of(head: bytes) -> Format:
    first = head[:1]
    return "xml" if first == b"<" else "json" if first in (b"{", b"[") else "csv"


def _csv_rows(path: Path) -> Iterator[Row]:
    encoding = encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as text:
            yield from _named_rows(text)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"the feed is no CSV in {encoding}: {error}") from error


def _named_rows(text: IO[str]) -> Iterator[Row]:
    header = text.readline().removeprefix(MARK)
    delimiter = max(DELIMITERS, key=header.count)
    names = next(csv.reader([header], delimiter=delimiter), [])
    names = [name.strip() for name in names]
    for row in csv.DictReader(text, names, delimiter=delimiter):
        yield {key: value for key, value in row.items() if key and value not in (None, "")}


def _json_rows(path: Path) -> Iterator[Row]:
    """Objects a line, or those of a document: its list, or the longest list of objects in it."""
    path = path.rename(path.with_name("feed.json"))
    try:
        members = list(unpacked(path, path.name, path.parent))
    except UnreadableFile as error:
        reason = str(error).removeprefix(f"{path}: ")
        raise Invalid(f"the feed cannot be read: {reason}") from error
    for member in members:
        with member.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if text := line.removeprefix(BOM).strip():
                    yield _object(text, number)


def _object(text: bytes, number: int) -> Row:
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"line {number} of the feed is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise Invalid(f"the feed holds {type(row).__name__} where an item should be")
    return row


def _xml_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        declared = DECLARATION.match(file.read(HEAD))
        file.seek(0)
        encoding = declared[1].decode() if declared else None
        reader = ProductReader(encoding and "utf-8")
        try:
            for chunk in _chunks(file, encoding):
                reader.parser.Parse(chunk, False)
                yield from reader.take()
            reader.parser.Parse(b"", True)
        except (expat.ExpatError, UnicodeError, LookupError) as error:
            raise Invalid(f"the feed is no XML: {error}") from error
        yield from reader.take()


def _chunks(file: IO[bytes], encoding: str | None) -> Iterator[bytes]:
    """The file piece by piece; in UTF-8 where an encoding is declared: expat knows but few.

    Raises:
        LookupError: there is no such encoding of text.
    """
    decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
    "".encode(encoding or "utf-8")  # what is no encoding of text has a decoder, too
    while chunk := file.read(CHUNK):
        yield decoder.decode(chunk).encode() if decoder else chunk
    if decoder:
        yield decoder.decode(b"", final=True).encode()


class ProductReader:
    """Products of RSS or Atom, as they come; names without their namespace.

    A value that comes several times (additional pictures) is a list.

    Args:
        encoding: of the bytes, whatever the document declares; none: as it declares.
    """

    def __init__(self, encoding: str | None = None) -> None:
        self.parser = expat.ParserCreate(encoding, namespace_separator=SEPARATOR)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._rows: list[Row] = []
        self._row: dict[str, object] | None = None
        self._words: list[str] = []
        self._depth = 0

    def take(self) -> list[Row]:
        """Products that are complete, each once."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(SEPARATOR)[2]
        if self._row is None:
            self._row, self._depth = ({}, 0) if local in ENTRIES else (None, 0)
            return
        self._depth += 1
        self._words = [attributes["href"]] if "href" in attributes else []

    def _end(self, name: str) -> None:
        if self._row is None:
            return
        if self._depth == 0:
            self._rows.append(self._row)
            self._row = None
            return
        if self._depth == 1:
            self._keep(name.rpartition(SEPARATOR)[2], "".join(self._words).strip())
        self._depth -= 1
        self._words = []

    def _keep(self, name: str, value: str) -> None:
        assert self._row is not None  # noqa: S101, by who calls
        before = self._row.get(name)
        if not value:
            return
        if before is None:
            self._row[name] = value
        else:
            self._row[name] = [*(before if isinstance(before, list) else [before]), value]

    def _text(self, text: str) -> None:
        self._words.append(text)

    def _refuse_doctype(self, *_: object) -> None:
        raise Invalid("the feed declares entities (DOCTYPE), which are not read")
