"""The key that signs cookies and API keys, where the operator names none."""

import secrets
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from django.core.files import locks

from omakase_settings import Settings


def secret_of(settings: Settings) -> str:
    """The operator's own key, or one made once and kept in the data folder for its owner only."""
    if settings.web.secret_key is not None:
        return settings.web.secret_key.get_secret_value()
    return _read_or_create(Path(settings.data_folder) / "secret_key")


def _read_or_create(file: Path) -> str:
    """The first process writes it; one that comes at the same moment waits and reads.

    Raises:
        ValueError: it is lost, and a new one would end every key that was made with it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    with file.open("r+") as handle:
        locks.lock(handle, locks.LOCK_EX)
        stored = handle.read().strip()
        if not stored:
            _require_no_keys(file)
            stored = secrets.token_urlsafe(48)
            handle.write(stored)
        return stored


def _require_no_keys(file: Path) -> None:
    """No server key in the database beside it was made with the key that is missing.

    Raises:
        ValueError: one was.
    """
    database = file.with_name("omakase.sqlite3")
    if not database.exists():
        return
    address, keys = f"{database.absolute().as_uri()}?mode=ro", 0
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as line:
        (keys,) = line.execute("SELECT count(*) FROM omakase_platform_apikey").fetchone()
    if keys:
        raise ValueError(
            f"{file} is empty or lost, and {keys} server keys in the database were made with it: "
            "put it back from a backup, or name another in web.secret_key and make new server keys"
        )
