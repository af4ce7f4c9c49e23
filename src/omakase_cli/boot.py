"""The settings and the service, opened for a command; what is wrong with them in plain words."""

import os
from errno import ENOSPC
from getpass import getuser
from os import environ  # noqa: TID251
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from omakase.errors import ConfigError

if TYPE_CHECKING:
    from omakase_settings import Settings


_are_tables_kept = False


def keep_tables() -> None:
    """From now on no command changes a table: a project that we are installed in does it itself."""
    global _are_tables_kept
    _are_tables_kept = True


def read_settings() -> "Settings":
    """The settings in force.

    Raises:
        ConfigError: a value is not valid, or a variable is misspelt.
    """
    from pydantic import ValidationError

    from omakase_settings import settings

    try:
        return settings()
    except ValidationError as error:
        wrong = "; ".join(_message(".".join(map(str, e["loc"])), e) for e in error.errors())
        raise ConfigError(f"The settings are not valid. {wrong}.") from error
    except ValueError as error:
        raise ConfigError(f"The settings are not valid: {error}.") from error


def _message(place: str, error: Any) -> str:
    from omakase_settings import names, nearest

    if error["type"] == "extra_forbidden":
        return f"{place}: there is no such setting{nearest(place, names())}"
    return f"{place}: {error['msg']}"


def open_service() -> "Settings":
    """Django ready and the tables up to date; the settings in force.

    Raises:
        ConfigError: the settings are not valid, or the database cannot be reached.
    """
    loaded = read_settings()
    require_writable(loaded.data_folder)
    from django.db import DatabaseError

    try:
        start_django()
        if not _are_tables_kept:
            _bring_tables_up_to_date(loaded.data_folder)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(f"The database cannot be used: {reason}. See database_url.") from error
    except ValueError as error:
        raise ConfigError(f"The settings are not valid: {error}.") from error
    return loaded


def require_writable(folder: Path) -> None:
    """The data folder is there, for its owner alone where it is made now, and can be written to.

    Raises:
        ConfigError: it cannot be made, or not be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if error.errno == ENOSPC:  # what is there can still be shown
            return
        raise ConfigError(
            f"The data folder {folder.absolute()} cannot be written to by {_who()}: "
            f"{error.strerror}. Give this user the right to, or set another data_folder."
        ) from error


def _who() -> str:
    """The user of this process, for whoever has to give them rights."""
    if not hasattr(os, "getuid"):
        return getuser()
    try:
        return f"{getuser()} (uid {os.getuid()})"
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _bring_tables_up_to_date(folder: Path) -> None:
    """One command at a time: two that make the same table at once would both stumble."""
    from django.core.files import locks
    from django.core.management import call_command

    with (folder / "tables.lock").open("a") as handle:
        locks.lock(handle, locks.LOCK_EX)
        call_command("migrate", verbosity=0, interactive=False)


def open_site() -> None:
    """The demo site from now on, in this process and in those it starts."""
    environ["OMAKASE_STOREFRONT__OPEN"] = "true"
    from omakase_settings import reload_settings

    reload_settings()


def start_django() -> None:
    """Django with the service's settings, or with those that were named before."""
    environ.setdefault("DJANGO_SETTINGS_MODULE", "omakase_service.config.django_settings")
    import django

    django.setup()
