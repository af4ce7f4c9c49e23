"""The one settings object. Read once, at the two doors (web and command line)."""

import os
from functools import cache

from omakase_settings.all import Settings
from omakase_settings.names import names, nearest, unknown_names, variables
from omakase_settings.serving import Placement
from omakase_settings.web import TokenSettings, WebSettings

__all__ = [
    "Placement",
    "Settings",
    "TokenSettings",
    "WebSettings",
    "names",
    "nearest",
    "settings",
    "unknown_names",
]


@cache
def settings() -> Settings:
    """Read once. A test that needs other values builds its own Settings and passes it in.

    Raises:
        ValueError: a value is not valid, or an OMAKASE_ variable is misspelt.
    """
    if strange := unknown_names(os.environ):
        said = (name + nearest(name.upper(), variables()) for name in strange)
        raise ValueError(f"no such settings: {', '.join(said)}")
    return Settings()
