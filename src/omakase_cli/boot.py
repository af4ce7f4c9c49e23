"""The settings and the service, opened for a command; what is wrong with them in plain words."""

from os import environ  # noqa: TID251

from pydantic import ValidationError

from omakase.errors import ConfigError
from omakase_settings import Settings, settings


def read_settings() -> Settings:
    """The settings in force.

    Raises:
        ConfigError: a value is not valid, or a variable is misspelt.
    """
    try:
        return settings()
    except ValidationError as error:
        places = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigError(f"The settings are not valid. {'; '.join(places)}.") from error
    except ValueError as error:
        raise ConfigError(f"The settings are not valid: {error}.") from error


def open_service() -> Settings:
    """Django ready and the tables up to date; the settings in force.

    Raises:
        ConfigError: the settings are not valid, or the database cannot be reached.
    """
    found = read_settings()
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        start_django()
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(f"The database cannot be used: {reason}. See database_url.") from error
    except ValueError as error:
        raise ConfigError(f"The settings are not valid: {error}.") from error
    return found


def start_django() -> None:
    """Django with the service's settings, or with those that were named before."""
    environ.setdefault("DJANGO_SETTINGS_MODULE", "omakase_service.config.django_settings")
    import django

    django.setup()
