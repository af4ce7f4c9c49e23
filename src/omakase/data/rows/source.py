"""`open_rows`: the events of a file, a batch at a time."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from omakase.data.dataset import EVENT_COLUMNS
from omakase.data.rows.blocks import blocks
from omakase.data.rows.checks import Fault, Rules, check, default_kind
from omakase.data.rows.columns import event_columns
from omakase.data.rows.dialect import Dialect, dialect_of, format_of, readable
from omakase.data.rows.rejects import Reject
from omakase.data.rows.seen import Seen
from omakase.data.rows.splitting import Split, split
from omakase.data.rows.table import require_plain, slices, table_columns

BATCH_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive rows of a file.

    Attributes:
        events: the good ones, in the file's order: `line`, the columns of `EVENT_COLUMNS` (`time`
            null where the file has none), then `session_id`, `device`, … as text, where there.
        rejects: the rows that were left out, by line.
        warnings: what is odd about rows that were kept, by line.
        last_line: the last line dealt with; reading goes on after it.
        bytes_read: how far into the file that is.
        bytes_total: size of the file.
    """

    events: pl.DataFrame
    rejects: list[Reject]
    warnings: list[Reject]
    last_line: int
    bytes_read: int
    bytes_total: int


@dataclass(frozen=True)
class RowSource:
    """A file that was found readable and whose columns are known.

    Attributes:
        path: the file.
        format: "csv", "tsv", "jsonl", "dat", "data" or "parquet".
        columns: our column names to the file's.
        guessed: those of them that nobody told.
        bytes_total: size of the file.
    """

    path: Path
    format: str
    columns: Mapping[str, str]
    guessed: Mapping[str, str]
    bytes_total: int
    _dialect: Dialect | None = field(repr=False)
    _encoding: str
    _rules: Rules
    _now: int
    _after_line: int

    @property
    def timed(self) -> bool:
        """Whether the file says when things happened."""
        return "time" in self.columns

    def batches(self, size: int = BATCH_ROWS) -> Iterator[Batch]:
        """All rows after the line where to start, at most `size` events at a time.

        Memory does not grow with the file, but for some 20 bytes an event, by which a duplicate
        is known: the same user, item, kind, value and time. Rows of a file without times are
        never duplicates. Blank lines at the end of the file are not reported.
        """
        seen, before = Seen(), 0
        for part, reached in self._parts(size):
            whole = self._after(self._checked(part, seen, reached))
            if whole.last_line > self._after_line:
                yield from _cut(whole, size, before)
            before = reached

    def _parts(self, size: int) -> Iterator[tuple[Split, int]]:
        """Split rows, and how many bytes of the file they reach."""
        if self._dialect is None:
            yield from slices(self.path, self.columns, size)
            return
        blank: list[Fault] = []
        for block in blocks(
            self.path, encoding=self._encoding, after_line=self._dialect.header_line
        ):
            found = split(block, self._dialect, self.columns)
            known = [*blank, *found.faults]
            blank = _blank_at_end(known, found.last_line)
            yield (
                Split(found.rows, known[: len(known) - len(blank)], found.raw, found.last_line),
                block.bytes_read,
            )

    def _checked(self, part: Split, seen: Seen, reached: int) -> Batch:
        """One batch of all of a part."""
        found = check(part.rows, self._rules, now=self._now, kind=self._kind)
        events, again = found.events, list[Fault]()
        if self.timed:
            fresh = seen.first_time(events.select(list(EVENT_COLUMNS)).hash_rows().to_numpy())
            lines = events.get_column("line").filter(~pl.Series(fresh)).to_list()
            events, again = events.filter(fresh), [Fault(n, "duplicate", {}) for n in lines]
        repeated = {fault.line for fault in again}
        warned = [fault for fault in found.warnings if fault.line not in repeated]
        return Batch(
            events,
            self._rejects([*part.faults, *found.faults, *again], part),
            self._rejects(warned, part),
            part.last_line,
            reached,
            self.bytes_total,
        )

    def _after(self, whole: Batch) -> Batch:
        """Without what an earlier reading dealt with; it was read again to know duplicates."""
        return replace(
            whole,
            events=whole.events.filter(pl.col("line") > self._after_line),
            rejects=[r for r in whole.rejects if r.line > self._after_line],
            warnings=[w for w in whole.warnings if w.line > self._after_line],
        )

    @property
    def _kind(self) -> str:
        return self._rules.kind or default_kind(self.columns)

    def _rejects(self, faults: list[Fault], part: Split) -> list[Reject]:
        return [
            Reject.of(
                self.path.name,
                fault.line,
                fault.reason,
                "" if fault.reason == "blank_line" else part.raw(fault.line),
                **fault.facts,
            )
            for fault in sorted(faults, key=lambda fault: fault.line)
        ]


def open_rows(
    path: Path,
    *,
    format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    encoding: str = "utf-8",
    start_after_line: int = 0,
    now: int | None = None,
) -> RowSource:
    """The events of a file, ready to be read.

    Args:
        path: CSV, JSON Lines, Parquet, or a `.dat` or `.data` file of MovieLens.
        format: a value of `FORMATS`; by itself told by the file's ending.
        mapping: our column names to the file's; what is left out is guessed.
        rules: what is let in.
        encoding: of text without a byte order mark.
        start_after_line: where an earlier reading stopped (`Batch.last_line`).
        now: Unix seconds; times a day later are warned of. By itself the clock's.

    Raises:
        UnreadableFile: missing, empty, or in a format nobody here reads.
        MissingColumns: no column for the user or for the item.
    """
    readable(path)
    found = format_of(path, format)
    dialect = None if found == "parquet" else dialect_of(path, found, encoding)
    present = table_columns(path) if dialect is None else dialect.columns
    columns = event_columns(path.name, present, mapping)
    if dialect is None:
        require_plain(path, columns)
    return RowSource(
        path=path,
        format=found,
        columns=columns,
        guessed={ours: c for ours, c in columns.items() if ours not in (mapping or {})},
        bytes_total=path.stat().st_size,
        _dialect=dialect,
        _encoding=encoding,
        _rules=rules or Rules(),
        _now=int(time.time()) if now is None else now,
        _after_line=start_after_line,
    )


def _blank_at_end(faults: list[Fault], last_line: int) -> list[Fault]:
    """The blank lines that end a block: they are faults only if something follows."""
    count = 0
    for fault in reversed(faults):
        if fault.reason != "blank_line" or fault.line != last_line - count:
            break
        count += 1
    return faults[len(faults) - count :]


def _cut(whole: Batch, size: int, before: int) -> Iterator[Batch]:
    """A batch in pieces of at most `size` events; a reject goes with the events around it."""
    pieces = max(1, -(-whole.events.height // size))
    after = 0
    for n in range(pieces):
        events = whole.events.slice(n * size, size)
        last = whole.last_line if n == pieces - 1 else int(events.get_column("line")[-1])
        yield Batch(
            events,
            [r for r in whole.rejects if after < r.line <= last],
            [w for w in whole.warnings if after < w.line <= last],
            last,
            before + (whole.bytes_read - before) * (n + 1) // pieces,
            whole.bytes_total,
        )
        after = last
