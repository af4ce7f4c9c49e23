"""What was live last, in a file: for a process that starts while the database is down."""

import logging
from contextlib import suppress
from os import getpid
from pathlib import Path

import orjson

log = logging.getLogger("omakase.serving")
FILE = "live.json"


def write(folder: Path, name: str, best: str) -> None:
    """Write down which version is live, and which model of it answers."""
    file = folder / FILE
    making = file.with_suffix(f".{getpid()}.making")
    try:
        making.write_bytes(orjson.dumps({"name": name, "best": best}))
        making.replace(file)
    except OSError as error:  # a full disk: what is live answers all the same
        log.warning("a start without the database would not find version %s: %s", name, error)
        with suppress(OSError):
            making.unlink(missing_ok=True)


def read(folder: Path) -> tuple[str, str]:
    """Name of the version that was live last, and of the model that answered.

    Raises:
        OSError: nothing was written down.
        ValueError: what was cannot be read.
    """
    stored = orjson.loads((folder / FILE).read_bytes())
    try:
        return str(stored["name"]), str(stored["best"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{FILE} names no version") from error
