"""What the demo shows: MovieLens 100K, or a made-up cinema where it cannot be had."""

from dataclasses import dataclass
from pathlib import Path

from omakase.errors import ConfigError, DataError
from omakase_cli.console import progress, remark
from omakase_cli.data.fetch import SAID, fetched_to

CINEMA = {"users": 1_000, "items": 1_700, "events": 100_000}
MARK = "demo"
"""A file of this name says that the events in a data folder are the demo's."""


@dataclass(frozen=True)
class DemoData:
    """A folder of data: its name, where it lies, and where it is from in words."""

    name: str
    folder: Path
    said: str


def obtain(data_folder: Path) -> DemoData:
    """MovieLens 100K, fetched unless it is there; else a cinema of about that size."""
    try:
        fetched = fetched_to("movielens-100k", data_folder / "data")
        return DemoData("movielens-100k", fetched.folder, f"MovieLens 100K, {SAID[fetched.source]}")
    except DataError as error:
        remark(f"{error}. A made-up cinema stands in.")
        return DemoData("cinema", _cinema(data_folder / "data" / "cinema"), "a made-up cinema")


def _cinema(folder: Path) -> Path:
    from omakase.synthetic import make, write

    if not folder.is_dir():
        with progress("making the cinema") as hear:
            write(make("cinema", **CINEMA), folder, progress=hear)
    return folder


def require_room(data_folder: Path) -> None:
    """The event store is empty, or holds an earlier demo.

    Raises:
        ConfigError: it holds somebody's own events, with which the demo's would be mixed.
    """
    from omakase_service.events.selectors import newest_seq

    mark = data_folder / MARK
    if newest_seq() and not mark.exists():
        raise ConfigError(
            f"{data_folder} holds events of your own; give the demo a folder of its own: "
            "OMAKASE_DATA_FOLDER=var/demo"
        )
    data_folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
