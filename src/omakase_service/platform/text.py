"""Text as requests may bring it: what every store can keep."""

import json
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, BeforeValidator, Field


def storable(text: str) -> str:
    """The text itself.

    Raises:
        ValueError: it holds a NUL, which PostgreSQL cannot store.
    """
    if "\x00" in text:
        raise ValueError("text must not hold a NUL character")
    return text


def trimmed(text: str) -> str:
    """The text without blanks at its ends.

    Raises:
        ValueError: nothing is left, or it holds control characters.
    """
    text = text.strip()
    if not text:
        raise ValueError("an id must not be empty")
    if not text.isprintable():
        raise ValueError("an id must not hold control characters")
    return text


def digits(value: Any) -> Any:
    """A whole number as its text; anything else as it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(digits), AfterValidator(trimmed), Field(max_length=255)]
"""An owner's own id. A number is taken as its digits, so 1 and "1" are one id."""

Word = Annotated[str, Field(max_length=255), AfterValidator(storable)]
"""A short text."""

Text = Annotated[str, Field(max_length=100_000), AfterValidator(storable)]
"""A long text."""


DEEPEST = 50
"""Lists and objects within each other: what is written, stored and answered again is in others."""


def is_deep(value: Any, most: int = DEEPEST) -> bool:
    """Whether lists and objects lie deeper within each other than so; looks at no more levels."""
    level = [value]
    for _ in range(most):
        lists = [node for node in level if isinstance(node, list | tuple)]
        objects = [node for node in level if isinstance(node, dict)]
        level = [part for node in lists for part in node]
        level += [part for node in objects for part in node.values()]
        if not level:
            return False
    return any(isinstance(node, list | tuple | dict) for node in level)


def storable_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts themselves.

    Raises:
        ValueError: a text somewhere in them holds a NUL, a number is not finite or beyond 64 bits,
            they are nested too deeply, or too long.
    """
    if is_deep(facts):
        raise ValueError(f"lists and objects lie within each other at most {DEEPEST} deep")
    try:
        written = orjson.dumps(facts)
        if b"null" in written:  # as which NaN and infinity are written, too
            json.dumps(facts, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"this cannot be kept as JSON: {error}") from error
    if b"\\u0000" in written.replace(b"\\\\", b""):  # a backslash itself is no escape
        raise ValueError("text must not hold a NUL character")
    if len(written) > 100_000:
        raise ValueError("at most 100000 bytes of JSON")
    return facts


Facts = Annotated[dict[str, Any], AfterValidator(storable_facts)]
"""Whatever an owner knows beside, as JSON."""
