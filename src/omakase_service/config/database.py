"""From one URL, or none, to Django's DATABASES."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from omakase_settings import Settings

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-8192",  # KiB, each connection; the system keeps the file for all
    "PRAGMA mmap_size=67108864",  # and this much of it lies in each connection's memory
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten, not only given free
)

UNREADABLE = (
    "database_url cannot be read; it is postgresql://user:password@host:port/name, where signs "
    "such as @ / : # ? [ in a password are written as %40 %2F %3A %23 %3F %5B"
)


def database_of(settings: Settings) -> dict[str, Any]:
    """The default database: PostgreSQL by its URL, else SQLite in the data folder.

    Raises:
        ValueError: the URL is of no database that is known here.
    """
    if settings.database_url is None:
        return _sqlite(settings)
    return _postgresql(settings.database_url.get_secret_value(), settings.database.keep_seconds)


def _sqlite(settings: Settings) -> dict[str, Any]:
    durability = "FULL" if settings.database.durable else "NORMAL"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path(settings.data_folder).absolute() / "omakase.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": settings.database.busy_seconds,
            # A transaction that reads first and writes later would fail at the write
            # if another wrote between; taking the lock at its start makes it wait instead.
            "transaction_mode": "IMMEDIATE",
            "init_command": ";".join((*SQLITE_PRAGMAS, f"PRAGMA synchronous={durability}")),
        },
    }


def _postgresql(url: str, keep_seconds: int) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(UNREADABLE) from None  # its own words may hold a piece of the password
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"database_url: {parts.scheme}:// is not known; use postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if parts.fragment or not name:
        raise ValueError(UNREADABLE)
    options = {"connect_timeout": "3", **dict(parse_qsl(parts.query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # libpq takes the folder of a socket as ?host=
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(port or options.pop("port", "")),
        "CONN_MAX_AGE": keep_seconds,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
