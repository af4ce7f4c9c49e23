"""A database of our own beside those of the project."""

from pathlib import Path
from typing import Any

from omakase_service.config.database import database_of
from omakase_settings import settings

SQLITE_TESTS = "test_omakase.sqlite3"
"""The file, in the data folder, in which the project's own tests have our tables."""


def omakase_database() -> dict[str, Any]:
    """For `DATABASES["omakase"]`: what `database_url` names, else SQLite in the data folder.

    The folder is made where it is not there.

    Raises:
        ValueError: the URL is of no database that is known here.
        OSError: the folder cannot be made.
    """
    config = settings()
    config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = database_of(config)
    if config.database_url is None:
        # Tests on SQLite are in memory by Django's default, where connections share one cache and
        # a reader fails at once beside a writer ("database table is locked"): our threads write.
        # In a file it waits, as it does outside tests.
        database["TEST"] = {"NAME": str(Path(database["NAME"]).with_name(SQLITE_TESTS))}
    return database
