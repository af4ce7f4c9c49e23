"""Rows of a feed: CSV, JSON, or XML as Google Merchant Center takes it. No Django."""

import codecs
import csv
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from xml.parsers import expat

import orjson

from omakase_service.feeds.contracts import Format, Row
from omakase_service.feeds.engine import UnreadableFile, encoding_of, unpacked
from omakase_service.platform.exceptions import Invalid

CHUNK = 1 << 16
HEAD = 4096
BOM, MARK = b"\xef\xbb\xbf", "\ufeff"
DELIMITERS = "\t;,|"
ENTRIES = ("item", "entry")
"""Elements of RSS and Atom that are one product."""

DECLARATION = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
SEPARATOR = "|"
"""Between namespace and name, as expat gives them."""


def rows_of(file: IO[bytes], format: Format) -> Iterator[Row]:
    """Rows of a feed at its beginning, one after another.

    Raises:
        Invalid: it is damaged, or none of the formats.
    """
    head = file.read(HEAD).removeprefix(BOM).lstrip()
    file.seek(0)
    if not head:
        raise Invalid("the feed is empty")
    chosen = _format_of(head) if format == "auto" else format
    if chosen == "xml":
        yield from _xml_rows(file)
        return
    with TemporaryDirectory(prefix="omakase-feed-") as folder:
        path = Path(folder) / f"feed.{chosen}"
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        yield from _csv_rows(path) if chosen == "csv" else _json_rows(path)


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
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"line {number} of the feed is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise Invalid(f"the feed holds {type(value).__name__} where an item should be")
    return value


def _xml_rows(file: IO[bytes]) -> Iterator[Row]:
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
    if encoding is None:
        yield from iter(partial(file.read, CHUNK), b"")
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    "".encode(encoding)
    while chunk := file.read(CHUNK):
        yield decoder.decode(chunk).encode()
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
