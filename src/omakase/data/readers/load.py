"""`load`: a path becomes a dataset."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from omakase.data.readers import known, movielens, restaurants, retail, sequences
from omakase.data.readers.tables import Layout, LoadedData, Tables
from omakase.data.readers.tabular import read_files
from omakase.data.rows import ReadOptions, Rules
from omakase.data.rows.dialect import FORMATS
from omakase.data.rows.kinds import KIND_MEANINGS
from omakase.data.weighting import DEFAULT_KINDS, Weighting
from omakase.errors import UnknownName, UnreadableFile

LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        *movielens.LAYOUTS,
        *sequences.LAYOUTS,
        *retail.LAYOUTS,
        *restaurants.LAYOUTS,
    )
}
FOREIGN = (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration)
"""What readers of a fixed layout raise where a file is of another shape."""

KEY_FILES = (".data", ".dat", ".inter")
"""Endings of files that name a layout: the folder around them is meant."""


def load(
    path: Path | str,
    *,
    format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    weighting: Weighting | None = None,
    rules: Rules | None = None,
    encoding: str | None = None,
    options: ReadOptions | None = None,
) -> LoadedData:
    """Everything in a file or a folder.

    Args:
        path: a folder in one of `LAYOUTS`, or a file or folder of CSV, JSON Lines, Parquet.
        format: a name of `LAYOUTS`, or "csv", "tsv", "jsonl", "parquet"; by itself recognised.
        mapping: our column names (user_id, item_id, kind, value, time) to the file's.
        weighting: what events count.
        rules: what rows of a table are let in (the scale of ratings, declared kinds, …).
        encoding: of tables without a byte order mark; by itself detected.
        options: what the owner declared beside.

    Raises:
        UnreadableFile: nothing there, or nothing readable.
        MissingColumns: no column for the user or for the item.
        UnknownName: no such format.
        EmptyData: no usable event.
    """
    path = Path(path)
    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file or folder")
    over = ReadOptions.declaring(events=mapping, encoding=encoding)
    chosen = over.merged(options or ReadOptions())
    layout = folder_layout(path, format, chosen)
    if layout is not None:
        folder = path.parent if path.is_file() else path
        return LoadedData.of(read_layout(layout, folder), layout.name, weighting)
    tables = read_files(path, format=format, rules=rules, options=chosen)
    return LoadedData.of(tables, "tables", understood(weighting or Weighting(), tables.scale))


def understood(weighting: Weighting, scale: tuple[float, float] | None = None) -> Weighting:
    """With the words of files that mean one of the kinds that are weighed, and ratings on a scale.

    The best rating of a scale counts as much as five stars do, where nobody declared otherwise.
    """
    kinds = dict(weighting.kinds)
    rating = kinds.get("rating")
    if scale is not None and rating == DEFAULT_KINDS["rating"] and scale[1] != rating.highest:
        low, high = scale
        weight = rating.weight * rating.highest / high
        rule_fields = {"lowest": low, "highest": high, "weight": weight}
        kinds["rating"] = rating.model_copy(update=rule_fields)
    implied = {
        word: kinds[meaning]
        for word, meaning in KIND_MEANINGS.items()
        if word not in kinds and meaning in kinds
    }
    return weighting.model_copy(update={"kinds": {**implied, **kinds}})


def folder_layout(path: Path, format: str | None, options: ReadOptions) -> Layout | None:
    """The layout of a folder as it was published, named or recognised; none: these are tables.

    Raises:
        UnknownName: no such format or layout.
    """
    if options.layout is not None and options.layout in LAYOUTS:
        return LAYOUTS[options.layout]
    if options.layout is not None and options.layout not in known.set_names():
        raise UnknownName("layout", options.layout, (*LAYOUTS, *known.set_names()))
    if options.layout is not None or options.model_fields_set & COLUMN_OPTIONS:
        return None
    return _layout(path, format)


COLUMN_OPTIONS = {"events", "columns", "header", "separator"}
"""What an owner declares of tables, and never of a folder as it was published."""


def recognise(path: Path) -> Layout | None:
    """The layout of a folder, or of the folder around a file that only one layout has."""
    if path.is_file() and path.suffix not in KEY_FILES:
        return None
    folder = path.parent if path.is_file() else path
    return next((layout for layout in LAYOUTS.values() if layout.matches(folder)), None)


def read_layout(layout: Layout, folder: Path) -> Tables:
    """The rows of a folder that is laid out as it was published.

    Raises:
        UnreadableFile: something else lies there; in one sentence.
    """
    try:
        return layout.read(folder)
    except (*FOREIGN, pl.exceptions.PolarsError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise UnreadableFile(
            f"{folder}: not what a folder of {layout.name} holds ({reason})"
        ) from error


def _layout(path: Path, format: str | None) -> Layout | None:
    if format is None:
        return recognise(path)
    if format in LAYOUTS:
        return LAYOUTS[format]
    if format not in FORMATS.values():
        raise UnknownName("format", format, (*LAYOUTS, *FORMATS.values()))
    return None
