"""What settings are called, and what was meant by a name that none has."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from pydantic import BaseModel

from omakase_settings.all import Settings


def names() -> tuple[str, ...]:
    """Every setting, as omakase.toml has it: "data_folder", "web", "web.port", …"""
    return tuple(_names(Settings))


def _names(cls: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in cls.model_fields.items():
        yield prefix + name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _names(field.annotation, f"{prefix}{name}.")


PREFIX = "OMAKASE_"
"""Of every environment variable that is ours."""


def nearest(name: str, known: Iterable[str]) -> str:
    """ " (did you mean …?)", empty where nothing is near."""
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def nearest_variable(name: str) -> str:
    """The same of an environment variable; the prefix, which all have, makes none of them near."""
    endings = (variable.removeprefix(PREFIX) for variable in variables())
    hint = nearest(name.upper().removeprefix(PREFIX), endings)
    return hint.replace("(did you mean ", f"(did you mean {PREFIX}")


def variables() -> set[str]:
    """Every environment variable that a setting answers to: "OMAKASE_WEB__PORT", …"""
    return {f"{PREFIX}{name.upper().replace('.', '__')}" for name in names()}


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """OMAKASE_ variables that no setting answers to; pydantic-settings ignores most in silence."""
    prefixed = (name for name in environ if name.upper().startswith(PREFIX))
    return sorted(name for name in prefixed if name.upper() not in variables())
