"""The only door of this app to the engine: kinds of events, and rows out of files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any

from omakase.data.clock import latest_time
from omakase.data.readers.description import FileDescription, describe, describe_layout
from omakase.data.readers.load import folder_layout, read_layout
from omakase.data.readers.survey import Survey, survey
from omakase.data.readers.tables import Tables, rating_scale
from omakase.data.readers.tabular import records_of
from omakase.data.rows import Batch, ReadOptions, Records, Reject, RowSource, Rules, write_rejects
from omakase.data.rows.kinds import KIND_MEANINGS
from omakase.data.weighting import DEFAULT_KINDS, KindWeight, Weighting
from omakase.errors import UnreadableFile
from omakase_service.events.contracts import ImportBatch, IncomingRow, KindRule, RowError

KNOWN = ("user_id", "item_id", "kind", "value", "time")
BESIDE = ("session_id", "device", "source", "page", "duration", "request_id", "position")
OURS = {"source": "channel"}
"""The log's names of columns that a reader calls otherwise."""

DIGITS = 6
"""Readers keep values as float32; what lies behind the sixth decimal is not the file's."""


FILE = 1 << 40
"""How far apart the first lines of two files of one import are counted."""

ORDER = 10_000_000
"""The same, where lines stand for times."""


@dataclass(frozen=True)
class OpenImport:
    """A file or a folder that was found readable.

    Attributes:
        layout: which reader knew it.
        guessed: our column names to the file's, where they were guessed.
        reading: how everything is read, for people.
        signature: one text for all that decides what the rows become.
        timed: whether every event says when it happened.
        rating_scale: lowest and highest rating, where there are ratings on a scale of their own.
        items, users: what the data say of them, one mapping a row.
        rejects, warnings: rows of items and users that were left out, or kept in part.
        batches: the events after a line, at most so many at a time.
    """

    layout: str
    guessed: dict[str, str]
    reading: FileDescription
    timed: bool
    rating_scale: tuple[float, float] | None
    items: list[dict[str, Any]]
    users: list[dict[str, Any]]
    batches: Callable[[int, int], Iterator[ImportBatch]]
    rejects: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)

    @property
    def signature(self) -> str:
        return self.reading.signature


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


def latest_credible(now: int, future_seconds: int) -> int:
    """Unix seconds of the latest event that is taken at `now`."""
    return latest_time(now, future_seconds)


def kind_like(name: str) -> str | None:
    """The declared kind that a word of a file counts like, None where nobody knows the word."""
    return KIND_MEANINGS.get(name)


def read_options(
    options: Mapping[str, Any] | None = None,
    *,
    format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    kind: str | None = None,
) -> ReadOptions:
    """What the owner declares of files, from plain values.

    Raises:
        ConfigError: an option that does not exist, or makes no sense.
    """
    fields = {"format": format, "events": mapping, "kind": kind}
    options_given = {name: option for name, option in fields.items() if option is not None}
    return ReadOptions.checked({**(options or {}), **options_given}, "options")


def open_path(
    path: Path,
    options: ReadOptions | None = None,
    limits: Mapping[str, Any] = MappingProxyType({}),
) -> OpenImport:
    """A folder in a known layout, a folder of tables, or one file, ready to be read.

    Events are streamed; items and users are read whole.

    Args:
        limits: of what is believed; fields of the reader's `Rules`.

    Raises:
        UnreadableFile: nothing there, or nothing readable.
        MissingColumns: no column for the user or for the item.
        AmbiguousData: dates of which nothing tells the order of day and month.
        UnknownName: no such format.
    """
    options = options or ReadOptions()
    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file or folder")
    layout = folder_layout(path, options.format, options)
    if layout is not None:
        folder = path.parent if path.is_file() else path
        return _of_layout(layout.name, read_layout(layout, folder))
    return _of_survey(survey(path, options, Rules(longest_id=255, **limits)))


def keep_rejects(file: Path, rejects: Sequence[RowError]) -> None:
    """Append rejects to a file of JSON Lines."""
    write_rejects(file, (Reject(**asdict(row_error)) for row_error in rejects))


def _of_survey(found: Survey) -> OpenImport:
    items, users = records_of(found)

    def batches(after: int, size: int) -> Iterator[ImportBatch]:
        total = sum(source.bytes_total for source in found.events)
        done = 0
        for number, source in enumerate(found.events):
            line = max(0, after - number * FILE)
            if line < FILE:
                for batch in source.after(line).batches(size):
                    yield _incoming(batch, source, number, (done, total))
            done += source.bytes_total

    both = (*items, *users)
    return OpenImport(
        layout=found.events[0].format if found.layout == "tables" else found.layout,
        guessed={o: c for source in found.events for o, c in source.guessed.items()},
        reading=describe(found, items, users),
        timed=all(source.timed for source in found.events),
        rating_scale=rating_scale(found.events),
        items=_dicts(items),
        users=_dicts(users),
        batches=batches,
        rejects=_faulty([r for records in both for r in records.rejects]),
        warnings=_faulty([r for records in both for r in records.warnings]),
    )


def _dicts(records: Sequence[Records]) -> list[dict[str, Any]]:
    return [row for record in records for row in record.typed_table.to_dicts()]


def _incoming(
    batch: Batch, source: RowSource, number: int, progress: tuple[int, int]
) -> ImportBatch:
    lines = batch.events.get_column("line").to_list()
    numbers = None if source.timed else [number * ORDER + line for line in lines]
    rows, columns = _rows(batch.events, numbers)
    return ImportBatch(
        rows=rows,
        columns=columns,
        rejects=_faulty(batch.rejects),
        warnings=_faulty(batch.warnings),
        last_line=number * FILE + batch.last_line,
        done=progress[0] + batch.bytes_read,
        total=progress[1],
    )


def _of_layout(name: str, tables: Tables) -> OpenImport:
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
        reading=describe_layout(name, tables),
        timed=tables.timed,
        rating_scale=None,
        items=[] if tables.items is None else tables.items.to_dicts(),
        users=[] if tables.users is None else tables.users.to_dicts(),
        batches=batches,
    )


def _rows(events: Any, places: list[int] | None) -> tuple[list[IncomingRow], tuple[str, ...]]:
    """Rows for the log, and the names of their columns.

    An event of a file has no id of its own: it gets one made of what it says, so that the same
    file twice is the same events. Where a file knows no times, its line numbers stand for them.
    """
    users, items, kinds, values, times = (events.get_column(name).to_list() for name in KNOWN)
    times = times if places is None else places
    values = [value if value is None else round(value, DIGITS) for value in values]
    exact = _exact(events, times)
    ids = map(_event_id, users, items, kinds, values, exact)
    beside = [name for name in BESIDE if name in events.columns]
    extra_columns = [_column(name, events.get_column(name).to_list()) for name in beside]
    rows = list(zip(ids, users, items, kinds, values, times, *extra_columns, strict=True))
    return rows, ("event_id", *KNOWN, *(OURS.get(name, name) for name in beside))


def _exact(events: Any, times: list[int]) -> list[int] | list[str]:
    """What tells two events of one second apart: its fraction, the receipt, the how-manieth."""
    if not {"micros", "order_id", "repeat"} & set(events.columns):
        return times
    exact = [str(time) for time in times]
    if "micros" in events.columns:
        micros = events.get_column("micros").to_list()
        exact = [f"{e}.{m:06d}" if m else e for e, m in zip(exact, micros, strict=True)]
    if "order_id" in events.columns:
        orders = events.get_column("order_id").to_list()
        exact = [f"{e} {order}" if order else e for e, order in zip(exact, orders, strict=True)]
    if "repeat" in events.columns:
        repeats = events.get_column("repeat").to_list()
        exact = [f"{e} #{n}" if n else e for e, n in zip(exact, repeats, strict=True)]
    return exact


def _event_id(user: str, item: str, kind: str, value: float | None, time: int | str) -> str:
    """The time and a digest: ids of one time lie together in an index, which saves writes."""
    text = f"{user}\x1f{item}\x1f{kind}\x1f{value}\x1f{time}"
    digest = blake2b(text.encode(), digest_size=12).hexdigest()
    seconds = time if isinstance(time, int) else int(time.partition(" ")[0].partition(".")[0])
    return f"{seconds:010x}{digest}"


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
