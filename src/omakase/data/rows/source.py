"""`open_rows`: the events of a file, a batch at a time."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.data.dataset import EVENT_COLUMNS
from omakase.data.rows.blocks import Block, blocks
from omakase.data.rows.checks import Fault, Rules, check
from omakase.data.rows.columns import EVENT_NAMES
from omakase.data.rows.day_order import Evidence, evidence_in, settle_order
from omakase.data.rows.dialect import Dialect
from omakase.data.rows.meaning import Meaning, meaning_of
from omakase.data.rows.names import guess
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.rejects import Reject
from omakase.data.rows.sample import Sample, sample_of
from omakase.data.rows.seen import Seen
from omakase.data.rows.splitting import LineSplit, split
from omakase.data.rows.table import require_plain, slices
from omakase.errors import MissingColumns

BATCH_ROWS = 50_000
REQUIRED = {name: EVENT_NAMES[name] for name in ("user_id", "item_id")}


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
        name: as its owner knows it.
        format: "csv", "tsv", "jsonl", "dat", "data" or "parquet".
        encoding: of text; empty of Parquet.
        meaning: what its columns are taken for.
        bytes_total: size of the file.
        sample: its first rows, all columns.
    """

    path: Path
    name: str
    format: str
    encoding: str
    meaning: Meaning
    bytes_total: int
    sample: Sample = field(repr=False)
    _dialect: Dialect | None = field(repr=False)
    _rules: Rules
    _now: int
    _after_line: int
    _room: object = field(default=None, repr=False)

    @property
    def columns(self) -> Mapping[str, str]:
        """Our column names to the file's."""
        return self.meaning.columns

    @property
    def guessed(self) -> Mapping[str, str]:
        """Those of the columns that nobody declared."""
        return self.meaning.guessed

    @property
    def timed(self) -> bool:
        """Whether the file says when things happened."""
        return "time" in self.columns

    @property
    def separator(self) -> str:
        """What stands between fields; empty where the format needs none."""
        if self._dialect is None or self.format == "jsonl":
            return ""
        joint = self._dialect.joint or (b" " if self._dialect.spaced else b"")
        return (joint or self._dialect.separator).decode()

    @property
    def named(self) -> bool:
        """Whether the file itself names its columns."""
        return self._dialect is None or self._dialect.named

    def within(self, room: object) -> "RowSource":
        """The same file, which lies in a folder that goes when nobody holds `room` any more."""
        return replace(self, _room=room)

    def after(self, line: int) -> "RowSource":
        """The same file, to be read behind a line."""
        return replace(self, _after_line=line)

    def preview(self, rows: int = 5) -> pl.DataFrame:
        """What is made of the first good rows."""
        first = next(self.batches(), None)
        return pl.DataFrame(schema=EVENT_COLUMNS) if first is None else first.events.head(rows)

    def batches(self, size: int = BATCH_ROWS) -> Iterator[Batch]:
        """All rows after the line where to start, at most `size` events at a time.

        Memory does not grow with the file, but for some 20 bytes an event, by which a duplicate
        is known: the same user, item, kind, value and time. Rows of a file without times are
        never duplicates. Blank lines at the end of the file are not reported.
        """
        seen, before = Seen(), 0
        repeats: Counter[int] = Counter()
        for part, reached in self._parts(size):
            checked = self._after(self._check(part, seen, repeats, reached))
            if checked.last_line > self._after_line:
                yield from _cut(checked, size, before)
            before = reached

    def _parts(self, size: int) -> Iterator[tuple[LineSplit, int]]:
        """Split rows, and how many bytes of the file they reach."""
        if self._dialect is None:
            yield from slices(self.path, self.columns, size)
            return
        blank: list[Fault] = []
        for block, reached in split_file(self.path, self.encoding, self._dialect, self.columns):
            faults = [*blank, *block.faults]
            blank = _blank_at_end(faults, block.last_line)
            yield replace(block, faults=faults[: len(faults) - len(blank)]), reached

    def _check(self, part: LineSplit, seen: Seen, repeats: Counter[int], reached: int) -> Batch:
        """One batch of all of a part."""
        checked = check(
            part.rows, self._rules, now=self._now, kind=self.meaning.kind, meaning=self.meaning
        )
        events, again = checked.events, list[Fault]()
        if self.timed:
            names = [*EVENT_COLUMNS, *(c for c in ("micros", "order_id") if c in events.columns)]
            hashes = events.select(names).hash_rows().to_numpy()
            fresh = seen.first_time(hashes)
            several = ~fresh & self._may_repeat(events)
            if several.any():
                events = events.with_columns(pl.Series("repeat", _count(hashes, several, repeats)))
                fresh |= several
            lines = events.get_column("line").filter(~pl.Series(fresh)).to_list()
            events, again = events.filter(fresh), [Fault(n, "duplicate", {}) for n in lines]
        repeated = {fault.line for fault in again}
        warned = [fault for fault in checked.warnings if fault.line not in repeated]
        return Batch(
            events,
            self._rejects([*part.faults, *checked.faults, *again], part),
            self._rejects(warned, part),
            part.last_line,
            reached,
            self.bytes_total,
        )

    def _may_repeat(self, events: pl.DataFrame) -> NDArray[np.bool_]:
        """(n,) whether the same again is another event: a line of a receipt, a day's purchase."""
        bought = pl.lit(self.meaning.days) & (pl.col("kind") == "purchase")
        if "order_id" in events.columns:
            bought |= pl.col("order_id").fill_null("").str.strip_chars() != ""
        return events.select(bought.alias("b")).to_series().extend_constant(False, 0).to_numpy()

    def _after(self, whole: Batch) -> Batch:
        """Without what an earlier reading dealt with; it was read again to know duplicates."""
        return replace(
            whole,
            events=whole.events.filter(pl.col("line") > self._after_line),
            rejects=[r for r in whole.rejects if r.line > self._after_line],
            warnings=[w for w in whole.warnings if w.line > self._after_line],
        )

    def _rejects(self, faults: list[Fault], part: LineSplit) -> list[Reject]:
        return [
            Reject.of(
                self.name,
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
    encoding: str | None = None,
    start_after_line: int = 0,
    now: int | None = None,
    options: ReadOptions | None = None,
    name: str | None = None,
    sample: Sample | None = None,
) -> RowSource:
    """The events of a file, ready to be read.

    Args:
        path: CSV, JSON Lines, Parquet, or a `.dat` or `.data` file of MovieLens; plain.
        format: a value of `FORMATS`; by itself told by the file's ending.
        mapping: our column names to the file's; what is left out is guessed.
        rules: what is let in.
        encoding: of text without a byte order mark; by itself detected.
        start_after_line: where an earlier reading stopped (`Batch.last_line`).
        now: Unix seconds; times a day later are warned of. By itself the clock's.
        options: what its owner declared beside; `format`, `mapping` and `encoding` outweigh it.
        name: of the file, as its owner knows it, for messages.
        sample: its first rows, where they were read before.

    Raises:
        UnreadableFile: missing, empty, or in a format nobody here reads.
        MissingColumns: no column for the user or for the item.
        AmbiguousData: dates of which nothing tells the order of day and month.
    """
    chosen = _merge_options(options, format, mapping, encoding)
    sample = sample or sample_of(path, chosen)
    row_rules = rules or Rules()
    if chosen.kind is not None and row_rules.kind is None:
        row_rules = row_rules.model_copy(update={"kind": chosen.kind})
    elif row_rules.kind is not None:
        chosen = chosen.model_copy(update={"kind": row_rules.kind})
    label = name or path.name
    stem = Path(label).name.partition(".")[0]
    declared = sample.resolved(chosen.events)
    try:
        meaning = meaning_of(label, stem, sample.rows, chosen, flat=sample.flat, declared=declared)
    except MissingColumns:
        if sample.dialect is None:
            require_plain(path, guess(REQUIRED, sample.rows.columns, declared))
        raise
    if sample.dialect is None:
        require_plain(path, meaning.columns)
    if "time" in meaning.columns and chosen.day_first is None:
        seen = _evidence(path, sample, meaning)
        meaning = settle_order(label, meaning, chosen, seen)
    return RowSource(
        path=path,
        name=label,
        format=sample.format,
        encoding=sample.encoding,
        meaning=meaning,
        bytes_total=path.stat().st_size,
        sample=sample,
        _dialect=sample.dialect,
        _rules=row_rules.on_scale(meaning.scale),
        _now=int(time.time()) if now is None else now,
        _after_line=start_after_line,
    )


def _count(
    hashes: NDArray[np.uint64], several: NDArray[np.bool_], repeats: Counter[int]
) -> NDArray[np.int64]:
    """(n,) how often the same stood before, for the rows that may well be there several times."""
    occurrences = np.zeros(len(hashes), dtype=np.int64)
    for index in np.flatnonzero(several).tolist():
        key = int(hashes[index])
        repeats[key] += 1
        occurrences[index] = repeats[key]
    return occurrences


def _merge_options(
    options: ReadOptions | None,
    format: str | None,
    mapping: Mapping[str, str] | None,
    encoding: str | None,
) -> ReadOptions:
    over = ReadOptions.declaring(format=format, events=mapping, encoding=encoding)
    return over.merged(options or ReadOptions())


def _evidence(path: Path, sample: Sample, meaning: Meaning) -> Evidence:
    """What the first rows say of the order of day and month; the rest where they say nothing."""
    names = {
        field: meaning.columns[field] for field in ("date", "time") if field in meaning.columns
    }
    first = sample.rows.select(pl.col(column).alias(field) for field, column in names.items())
    seen = evidence_in(meaning, first)
    if not seen.either or seen.day_first or seen.month_first or sample.whole:
        return seen
    if sample.dialect is None:
        parts = slices(path, names, BATCH_ROWS)
    else:
        parts = split_file(path, sample.encoding, sample.dialect, names)
    for part, _ in parts:
        seen += evidence_in(meaning, part.rows)
    return seen


def split_file(
    path: Path, encoding: str, dialect: Dialect, columns: Mapping[str, str]
) -> Iterator[tuple[LineSplit, int]]:
    """The rows of a file of text, block by block, and how many bytes they reach.

    A record that a block leaves open goes on with the next one.
    """
    waiting = b""
    previous: Block | None = None
    for block in blocks(path, encoding=encoding, after_line=dialect.header_line):
        if previous is not None:
            found = split(_append_block(waiting, previous), dialect, columns, final=False)
            waiting = found.rest
            yield found, previous.bytes_read
        previous = block
    if previous is not None:
        yield split(_append_block(waiting, previous), dialect, columns), previous.bytes_read


def _append_block(waiting: bytes, block: Block) -> Block:
    """The block behind what waits."""
    if not waiting:
        return block
    first = block.first_line - waiting.count(b"\n")
    return Block(waiting + block.data, first, block.bytes_read)


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
    end = 0
    for n in range(pieces):
        events = whole.events.slice(n * size, size)
        last = whole.last_line if n == pieces - 1 else int(events.get_column("line")[-1])
        yield Batch(
            events,
            [r for r in whole.rejects if end < r.line <= last],
            [w for w in whole.warnings if end < w.line <= last],
            last,
            before + (whole.bytes_read - before) * (n + 1) // pieces,
            whole.bytes_total,
        )
        end = last
