"""A database of our own beside those of the project."""

from typing import Any

from omakase_service.config.database import database_of
from omakase_settings import settings


def omakase_database() -> dict[str, Any]:
    """For `DATABASES["omakase"]`: what `database_url` names, else SQLite in the data folder.

    The folder is made where it is not there.

    Raises:
        ValueError: the URL is of no database that is known here.
        OSError: the folder cannot be made.
    """
    config = settings()
    config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return database_of(config)
