"""`omakase init`"""

import json as jsons
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, Any

import typer

from omakase.errors import ConfigError
from omakase_cli.console import remark

FILE = Path("omakase.toml")


def init(
    force: Annotated[bool, typer.Option(help="overwrite the one that is there")] = False,
) -> None:
    """Write omakase.toml here: every setting, explained, at its default.

    Example: `omakase init`
    """
    if FILE.exists() and not force:
        raise ConfigError(f"{FILE} is here already; --force overwrites it.")
    FILE.write_text("\n".join(lines()), encoding="utf-8")
    remark(f"{FILE} is written: take the # away from what you want to change.")


def lines() -> Iterator[str]:
    """The file, line by line: settings without a topic first, as TOML wants it."""
    from pydantic import BaseModel

    from omakase_settings import Settings

    yield "# Settings of Omakase. A line that begins with # says the default."
    topics: list[tuple[str, type[BaseModel]]] = []
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            topics.append((name, field.annotation))
        else:
            yield from _setting(name, field)
    for name, topic in topics:
        docstring = cleandoc(topic.__doc__ or "").splitlines()
        yield from ("", *(f"# {line}".rstrip() for line in docstring), f"[{name}]")
        for key, field in topic.model_fields.items():
            yield from _setting(key, field)
    yield ""


def _setting(name: str, field: Any) -> Iterator[str]:
    default = field.get_default(call_default_factory=True)
    yield f"# {field.description}"
    yield f"# {name} = {_toml(default)}"


def _toml(value: Any) -> str:
    """A value as TOML writes it, which for all but tables is as JSON does."""
    from pydantic import SecretStr

    if value is None or isinstance(value, SecretStr):
        return '""'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{jsons.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    return jsons.dumps(value, default=str, ensure_ascii=False)
