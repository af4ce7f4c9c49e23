"""Well-known data sets and exports, out of `sets.toml`: how their files are to be read."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files

from omakase.data.rows import ReadOptions

OPTIONS = (
    *("kind", "kinds", "rating_scale", "events", "items", "users", "separator", "columns"),
    *("day_first", "date_format", "encoding", "format"),
)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file of a well-known set.

    Attributes:
        name: of the set.
        about: one line for people.
        files: patterns of its name, in lower case.
        has: columns by which it is known.
        options: how it is to be read.
    """

    name: str
    about: str
    files: tuple[str, ...]
    has: tuple[str, ...]
    options: ReadOptions

    def fits_name(self, name: str) -> bool:
        """Whether a file of that name is one of these, its packing aside."""
        lower = name.lower()
        bare = lower.removesuffix(".gz").removesuffix(".zip").removesuffix(".xz")
        return any(fnmatch(lower, pattern) or fnmatch(bare, pattern) for pattern in self.files)

    def fits_columns(self, columns: Iterable[str]) -> bool:
        """Whether a file with these columns is one of these."""
        return bool(self.has) and set(self.has) <= set(columns)


@cache
def known_files() -> tuple[KnownFile, ...]:
    """All files of all sets, in the order of the table."""
    text = files("omakase.data.readers").joinpath("sets.toml").read_text(encoding="utf-8")
    return tuple(_parse_entry(entry) for entry in tomllib.loads(text)["set"])


def _parse_entry(entry: dict[str, object]) -> KnownFile:
    options = {name: entry[name] for name in OPTIONS if name in entry}
    if "columns" in options:
        options["header"] = False
    return KnownFile(
        name=str(entry["name"]),
        about=str(entry["about"]),
        files=tuple(_texts(entry.get("files", ()))),
        has=tuple(_texts(entry.get("has", ()))),
        options=ReadOptions.model_validate(options),
    )


def _texts(entry: object) -> list[str]:
    return [str(text) for text in entry] if isinstance(entry, list | tuple) else []


def by_name(name: str, layout: str | None = None) -> KnownFile | None:
    """The known file without a header that is called so; of one set only, where it is named."""
    return next((f for f in _of_set(layout) if f.fits_name(name)), None)


def by_columns(columns: Sequence[str], layout: str | None = None) -> KnownFile | None:
    """The known file that has these columns."""
    return next((f for f in _of_set(layout) if f.fits_columns(columns)), None)


def headless(layout: str, width: int) -> KnownFile | None:
    """The file of a named set that has no header and so many columns."""
    return next((f for f in _of_set(layout) if len(f.options.columns) == width), None)


def _of_set(layout: str | None) -> Sequence[KnownFile]:
    return [f for f in known_files() if layout is None or f.name == layout]


def set_names() -> tuple[str, ...]:
    """The names of all sets."""
    return tuple(dict.fromkeys(layout.name for layout in known_files()))
