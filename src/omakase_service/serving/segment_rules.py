"""Names of segments in rules: `@cheap` stands for the filter that was saved as `cheap`."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from omakase_service.platform.exceptions import Invalid
from omakase_settings import Placement

PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|@(\w*)')
"""Texts in quotes, which are passed over, and names of segments."""


def names_in(placement: Placement) -> set[str]:
    """Segments that a placement's rules name."""
    return {name for text in _rules(placement) for name in _names(text)}


def spelled_out(placement: Placement, segments: Mapping[str, str]) -> Placement:
    """The placement with each segment's filter in place of its name.

    Args:
        segments: name to filter.

    Raises:
        Invalid: there is no such segment; the nearest name is in the message.
    """
    if not names_in(placement):
        return placement
    rules = {
        field: tuple(_spelled(text, segments) for text in getattr(placement, field))
        for field in ("filters", "boosts")
    }
    return placement.model_copy(update=rules)


def _rules(placement: Placement) -> Iterator[str]:
    yield from placement.filters
    yield from placement.boosts


def _names(text: str) -> Iterator[str]:
    return (found[1] for found in PARTS.finditer(text) if found[1] is not None)


def _spelled(text: str, segments: Mapping[str, str]) -> str:
    def of(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0]
        if name not in segments:
            near = get_close_matches(name, segments, n=1)
            hint = f"; did you mean @{near[0]}?" if near else ""
            raise Invalid(f"no segment @{name}{hint}")
        return f"({segments[name]})"

    return PARTS.sub(of, text)
