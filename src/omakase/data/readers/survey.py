"""What lies in a file or a folder: events, items, people, tables to be joined, and what is none."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from omakase.data.readers.found import Found
from omakase.data.readers.impressions import clicks, holds_impressions
from omakase.data.readers.joining import joined_events
from omakase.data.readers.known import by_columns, by_name
from omakase.data.rows import ReadOptions, RowSource, Rules, open_rows
from omakase.data.rows.columns import ITEM_NAMES, USER_NAMES
from omakase.data.rows.dialect import FORMATS, readable
from omakase.data.rows.names import guess, plain
from omakase.data.rows.packing import COMPRESSED, WORKBOOKS, Member, is_stray, unpacked
from omakase.data.rows.sample import Sample, sample_of
from omakase.errors import AmbiguousData, DataError, MissingColumns, UnreadableFile

ENDINGS = (*FORMATS, *COMPRESSED, *WORKBOOKS, ".zip", ".tar", ".tgz")
PEOPLE = ("user", "users", "customer", "customers", "member", "members", "people", "회원", "고객")
REPEATED = 1.5
"""From so many rows an id on, a table does not describe its ids one by one."""


@dataclass(frozen=True)
class Survey:
    """What was found.

    Attributes:
        events: files of events, in the order of their names.
        items, users: files that describe them.
        aside: names of files that are not read, and why.
        notes: what was detected of the whole.
        layout: the well-known set, or "tables".
        room: where packed files were unpacked; goes when this goes.
    """

    events: tuple[RowSource, ...] = ()
    items: tuple[Found, ...] = ()
    users: tuple[Found, ...] = ()
    aside: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    layout: str = "tables"
    room: TemporaryDirectory[str] | None = field(default=None, repr=False)


def survey(path: Path, options: ReadOptions, rules: Rules | None = None) -> Survey:
    """Look at every file, and tell what each is.

    Raises:
        UnreadableFile: nothing readable there.
        MissingColumns: no file with both a user and an item, and none to be joined to such.
        AmbiguousData: dates of which nothing tells the order of day and month.
    """
    room = TemporaryDirectory(prefix="omakase-")
    aside: dict[str, str] = {}
    if path.is_file():
        readable(path)
        members = list(unpacked(path, path.name, Path(room.name)))
    else:
        members = list(_members(path, Path(room.name), aside))
    alone = len(members) == 1
    candidates = list(_looked_at(members, options, aside, alone=alone))
    candidates = [_with_clicks(candidate, Path(room.name)) for candidate in candidates]
    events, rest = _events(candidates, options, rules, alone=alone and path.is_file())
    joined_tables, notes = joined_events(rest, options, rules, Path(room.name))
    joined = {name for source in joined_tables for name in source.name.split(" + ")}
    events += joined_tables
    items, users, unsorted = _sort_files([f for f in rest if f.member.name not in joined])
    if not events:
        _refuse(path, candidates, options, aside)
    aside |= {f.member.name: _why(f) for f in unsorted}
    names = [f.known.name for f in candidates if f.known]
    return Survey(
        events=tuple(source.within(room) for source in events),
        items=tuple(items),
        users=tuple(users),
        aside=dict(sorted(aside.items())),
        notes=notes,
        layout=names[0] if names else "tables",
        room=room,
    )


def _members(folder: Path, room: Path, aside: dict[str, str]) -> Iterator[Member]:
    """The plain files of a folder; what is passed over is told."""
    readable_endings = 0
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        name = str(file.relative_to(folder))
        if is_stray(Path(name)):
            aside[name] = "a leftover or a note, no data"
        elif not file.stat().st_size:
            aside[name] = "it is empty"
        elif file.suffix.lower() not in ENDINGS:
            aside[name] = f"files ending in {file.suffix or 'nothing'!r} are not read"
        else:
            readable_endings += 1
            yield from unpacked(file, name, room)
    if not readable_endings:
        raise UnreadableFile(
            f"{folder}: no CSV, JSON Lines, Parquet or other readable file in this folder"
        )


def _looked_at(
    members: list[Member], options: ReadOptions, aside: dict[str, str], *, alone: bool
) -> Iterator[Found]:
    """Each file with how it is to be read; one among several that cannot be read is left aside."""
    for member in members:
        try:
            yield look_at(member, options)
        except DataError as error:
            if alone:
                raise
            aside[member.name] = str(error).partition(": ")[2] or str(error)


def _with_clicks(found: Found, room: Path) -> Found:
    """A table of what was shown as one of what was clicked."""
    if not holds_impressions(found.sample):
        return found
    name = f"clicks-{sum(1 for _ in room.iterdir())}.parquet"
    file = clicks(found.member.path, found.sample, room / name)
    options = found.options.model_copy(update={"format": None, "columns": ()})
    return Found(Member(file, found.member.name), options, sample_of(file, options), found.known)


def look_at(member: Member, options: ReadOptions) -> Found:
    """A plain file, its first rows, and the well-known file that it is.

    Raises:
        UnreadableFile: it is in a format nobody here reads.
    """
    chosen = options
    public_set = None
    if not options.columns and options.header is not True:
        public_set = by_name(Path(member.name).name, options.layout)
    if public_set is not None:
        chosen = options.merged(public_set.options)
        with suppress(UnreadableFile):  # so many fields as that set has, or it is another file
            sample = sample_of(member.path, chosen)
            if not _names_itself(member, options):
                return Found(member, chosen, sample, public_set)
    sample = sample_of(member.path, options)
    public_set = by_columns(sample.rows.columns, options.layout)
    chosen = options if public_set is None else options.merged(_present(public_set.options, sample))
    return Found(member, chosen, sample, public_set)


def _present(options: ReadOptions, sample: Sample) -> ReadOptions:
    """Without the columns that this edition of a set does not have."""
    columns = sample.rows.columns
    events = {o: c for o, c in options.events.items() if not c or c in columns}
    return options.model_copy(update={"events": events}) if options.events else options


def _names_itself(member: Member, options: ReadOptions) -> bool:
    """Whether a file that usually has no header has one all the same."""
    dialect = sample_of(member.path, options).dialect
    return dialect is not None and dialect.named


def _events(
    found: list[Found], options: ReadOptions, rules: Rules | None, *, alone: bool
) -> tuple[list[RowSource], list[Found]]:
    """Files of events, and the others."""
    events: list[RowSource] = []
    rest: list[Found] = []
    for candidate in found:
        try:
            source = open_source(candidate, rules)
        except (MissingColumns, UnreadableFile) as error:
            if alone:
                raise
            if isinstance(error, UnreadableFile) and not _describes(candidate, ITEM_NAMES):
                raise
            rest.append(candidate)
            continue
        if not alone and _is_catalog(candidate, source):
            rest.append(candidate)
        else:
            events.append(source)
    return events, rest


def open_source(found: Found, rules: Rules | None = None) -> RowSource:
    """A file as events.

    Raises:
        MissingColumns: no column for the user or for the item.
    """
    return open_rows(
        found.member.path,
        rules=rules,
        options=found.options,
        name=found.member.name,
        sample=found.sample,
    )


def _is_catalog(found: Found, source: RowSource) -> bool:
    """Whether rows with somebody's id describe items all the same: a title, an item a row."""
    columns = guess(ITEM_NAMES, found.sample.flat)
    if "title" not in columns or source.timed or "value" in source.columns:
        return False
    ids = found.sample.rows.get_column(source.columns["item_id"])
    return bool(ids.len() > 1 and ids.n_unique() == ids.len())


def _sort_files(rest: list[Found]) -> tuple[list[Found], list[Found], list[Found]]:
    """Files of items, files of people, and what is neither."""
    items: list[Found] = []
    users: list[Found] = []
    unsorted: list[Found] = []
    for candidate in rest:
        words = "".join(c if c.isalnum() else " " for c in candidate.member.name.lower()).split()
        person = any(word in PEOPLE for word in words) and _describes(candidate, USER_NAMES)
        if _describes(candidate, ITEM_NAMES) and not person:
            items.append(candidate)
        elif _describes(candidate, USER_NAMES):
            users.append(candidate)
        else:
            unsorted.append(candidate)
    return items, users, unsorted


def _describes(found: Found, names: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the file says something of its ids, one row each."""
    told = found.options.items if names is ITEM_NAMES else found.options.users
    declared = {
        field: column for field, column in told.items() if column in found.sample.rows.columns
    }
    columns = guess(names, found.sample.flat, declared)
    key = next(iter(names))
    if key not in columns or len(found.sample.rows.columns) < 2:
        return False
    if names is USER_NAMES and any("order" in plain(c) for c in found.sample.rows.columns):
        return False
    ids = found.sample.rows.get_column(columns[key])
    return ids.len() <= max(1, REPEATED * ids.n_unique())


def _why(found: Found) -> str:
    columns = ", ".join(found.sample.rows.columns[:8])
    return f"neither events nor a description of items or people; it has: {columns}"


def _refuse(path: Path, found: list[Found], options: ReadOptions, aside: Mapping[str, str]) -> None:
    """Say which file lacks what.

    Raises:
        MissingColumns: always.
    """
    missing = list(options.events.values()) or ["user_id", "item_id"]
    present = [name for candidate in found for name in candidate.sample.rows.columns]
    if len(found) < 2:
        raise MissingColumns(str(path), missing, present)
    lines = "; ".join(
        f"{candidate.member.name} has {', '.join(candidate.sample.rows.columns[:12])}"
        for candidate in found[:6]
    )
    raise MissingColumns(
        f"{path} (no file holds both a user and an item: {lines})", missing, present
    )


__all__ = ["AmbiguousData", "Found", "Survey", "look_at", "open_source", "replace", "survey"]
