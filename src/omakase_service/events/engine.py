"""The only door of this app to the engine: kinds of events, and rows out of files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omakase.data.clock import latest_time
from omakase.data.readers.load import LAYOUTS, read_layout, recognise
from omakase.data.readers.tables import Tables
from omakase.data.readers.tabular import read_files
from omakase.data.rows import Batch, Reject, RowSource, Rules, open_rows, write_rejects
from omakase.data.weighting import DEFAULT_KINDS, KindWeight, Weighting
from omakase.errors import UnreadableFile
from omakase_service.events.contracts import ImportBatch, IncomingRow, KindRule, RowError

KNOWN = ("user_id", "item_id", "kind", "value", "time")
BESIDE = ("session_id", "device", "source", "page", "duration", "request_id", "position")
OURS = {"source": "channel"}
"""The log's names of columns that a reader calls otherwise."""

DIGITS = 6
"""Readers keep values as float32; what lies behind the sixth decimal is not the file's."""


@dataclass(frozen=True)
class OpenImport:
    """A file or a folder that was found readable.

    Attributes:
        layout: which reader knew it.
        guessed: our column names to the file's, where they were guessed.
        items, users: what the data say of them, one mapping a row.
        batches: the events after a line, at most so many at a time.
    """

    layout: str
    guessed: dict[str, str]
    items: list[dict[str, Any]]
    users: list[dict[str, Any]]
    batches: Callable[[int, int], Iterator[ImportBatch]]


def default_kinds() -> dict[str, KindRule]:
    """The kinds that the engine weighs without being told."""
    return {name: KindRule(name, **dict(kind)) for name, kind in DEFAULT_KINDS.items()}


def weighting_of(kinds: Mapping[str, KindRule], fade_days: float | None = None) -> Weighting:
    """The engine's weighting by these rules.

    Raises:
        ConfigError: a rule makes no sense, such as a scale that ends before it begins.
    """
    checked = {name: KindWeight.checked(rule.facts, name) for name, rule in kinds.items()}
    return Weighting(kinds=checked, fade_days=fade_days)


def latest_believed(now: int, future_seconds: int) -> int:
    """Unix seconds of the latest event that is taken at `now`."""
    return latest_time(now, future_seconds)


def open_path(
    path: Path,
    *,
    format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    kind: str | None = None,
    limits: Mapping[str, Any] = MappingProxyType({}),
) -> OpenImport:
    """A folder in a known layout, a folder of tables, or one file of events, ready to be read.

    A file is streamed; a folder, which brings items and users along, is read whole.

    Args:
        limits: of what is believed; fields of the reader's `Rules`.

    Raises:
        UnreadableFile: nothing there, or nothing readable.
        MissingColumns: no column for the user or for the item.
        UnknownName: no such format.
    """
    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file or folder")
    layout = LAYOUTS.get(format or "") or (recognise(path) if mapping is None else None)
    if layout is not None:
        folder = path.parent if path.is_file() else path
        return _of_tables(layout.name, read_layout(layout, folder), path)
    if path.is_dir():
        tables = read_files(path, mapping=mapping, format=format, rules=Rules(kind=kind, **limits))
        return _of_tables("tables", tables, path)
    return _of_file(path, format, mapping, Rules(kind=kind, longest_id=255, **limits))


def keep_rejects(file: Path, rejects: Sequence[RowError]) -> None:
    """Append rejects to a file of JSON Lines."""
    write_rejects(file, (Reject(**asdict(each)) for each in rejects))


def _of_file(
    path: Path, format: str | None, mapping: Mapping[str, str] | None, rules: Rules
) -> OpenImport:
    def opened(after: int) -> RowSource:
        return open_rows(path, format=format, mapping=mapping, rules=rules, start_after_line=after)

    def batches(after: int, size: int) -> Iterator[ImportBatch]:
        source = opened(after)
        return (_incoming(batch, timed=source.timed) for batch in source.batches(size))

    first = opened(0)
    return OpenImport(first.format, dict(first.guessed), [], [], batches)


def _incoming(batch: Batch, *, timed: bool) -> ImportBatch:
    lines = batch.events.get_column("line").to_list()
    rows, columns = _rows(batch.events, None if timed else lines)
    return ImportBatch(
        rows=rows,
        columns=columns,
        rejects=_faulty(batch.rejects),
        warnings=_faulty(batch.warnings),
        last_line=batch.last_line,
        done=batch.bytes_read,
        total=batch.bytes_total,
    )


def _of_tables(name: str, tables: Tables, path: Path) -> OpenImport:
    def batches(after: int, size: int) -> Iterator[ImportBatch]:
        total = tables.events.height
        for at in range(after, max(total, 1), size):
            part = tables.events.slice(at, size)
            rows, columns = _rows(part, None)
            rejects = _faulty(tables.rejects) if at == 0 else []
            end = at + part.height
            yield ImportBatch(rows, columns, rejects, [], end, end, total)

    return OpenImport(
        layout=name,
        guessed=dict(tables.guessed),
        items=[] if tables.items is None else tables.items.to_dicts(),
        users=[] if tables.users is None else tables.users.to_dicts(),
        batches=batches,
    )


def _rows(events: Any, lines: list[int] | None) -> tuple[list[IncomingRow], tuple[str, ...]]:
    """Rows for the log, and the names of their columns.

    An event of a file has no id of its own: it gets one made of what it says, so that the same
    file twice is the same events. Where a file knows no times, its line numbers stand for them.
    """
    users, items, kinds, values, times = (events.get_column(name).to_list() for name in KNOWN)
    times = times if lines is None else lines
    values = [value if value is None else round(value, DIGITS) for value in values]
    ids = map(_event_id, users, items, kinds, values, times)
    beside = [name for name in BESIDE if name in events.columns]
    more = [_column(name, events.get_column(name).to_list()) for name in beside]
    rows = list(zip(ids, users, items, kinds, values, times, *more, strict=True))
    return rows, ("event_id", *KNOWN, *(OURS.get(name, name) for name in beside))


def _event_id(user: str, item: str, kind: str, value: float | None, time: int) -> str:
    text = f"{user}\x1f{item}\x1f{kind}\x1f{value}\x1f{time}"
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _column(name: str, texts: list[str | None]) -> list[Any]:
    """Texts as the log keeps them; a number that is none is left out."""
    texts = [text and text.replace("\x00", "") for text in texts]  # PostgreSQL keeps no NUL
    match name:
        case "duration" | "position":
            return [_number(text, whole=name == "position") for text in texts]
        case "session_id" | "request_id":
            return [text[: 64 if name == "request_id" else 255] if text else None for text in texts]
    return [(text or "")[:255] for text in texts]


def _number(text: str | None, *, whole: bool) -> float | int | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    if not 0 <= number <= 1e9:
        return None
    return int(number) if whole else number


def _faulty(rejects: Sequence[Reject]) -> list[RowError]:
    return [RowError(r.file, r.line, r.reason, r.detail, r.raw) for r in rejects]
