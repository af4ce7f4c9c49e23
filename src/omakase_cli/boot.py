"""The settings and the service, opened for a command; what is wrong with them in plain words."""

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
