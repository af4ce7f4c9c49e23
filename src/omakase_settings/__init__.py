"""The one settings object. Read once, at the two doors (web and command line)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from omakase_settings.all import Settings
from omakase_settings.names import names, nearest, nearest_variable, unknown_names
from omakase_settings.serving import Placement
from omakase_settings.web import TokenSettings, WebSettings

__all__ = [
    "Placement",
    "Settings",
    "TokenSettings",
    "WebSettings",
    "names",
    "nearest",
    "override",
    "reload_settings",
    "settings",
    "unknown_names",
]


@cache
def _read() -> Settings:
    if strange := unknown_names(os.environ):
        words = (name + nearest_variable(name) for name in strange)
        raise ValueError(f"no such settings: {', '.join(words)}")
    return Settings()


_overrides: list[Settings] = []


def settings() -> Settings:
    """The settings in force: read once, unless they are overridden.

    Raises:
        ValueError: a value is not valid, or an OMAKASE_ variable is misspelt.
    """
    return _overrides[-1] if _overrides else _read()


def reload_settings() -> None:
    """Read the settings anew when they are next asked for."""
    _read.cache_clear()


@contextmanager
def override(chosen: Settings) -> Iterator[Settings]:
    """Other settings for this block, in every thread of this process. For tests and notebooks."""
    _overrides.append(chosen)
    try:
        yield chosen
    finally:
        _overrides.remove(chosen)
