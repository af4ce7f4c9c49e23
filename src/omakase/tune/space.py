"""Which knobs of a model are searched, and between which values.

A field of a `Config` may say so itself, by `json_schema_extra={"search": …}`: `{"low", "high"}`
with or without `"log": True`, `{"choices": […]}`, or `False` to leave the knob alone. A knob that
says nothing is searched around its default, within its own bounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from omakase.types import Config

FACTOR: Final = 20.0
"""A number without a declared range is searched from default / 20 to default * 20."""


@dataclass(frozen=True, slots=True)
class Number:
    """A knob that is a number; both ends included."""

    name: str
    low: float
    high: float
    log: bool
    whole: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A knob that is one of a few values."""

    name: str
    values: tuple[str | int | float | bool | None, ...]


Knob = Number | Choice


def space(config_type: type[Config]) -> tuple[Knob, ...]:
    """The knobs that are searched, in the order of the fields; none for a model without knobs."""
    knobs = (_knob(name, field) for name, field in config_type.model_fields.items())
    return tuple(knob for knob in knobs if knob is not None)


def _knob(name: str, field: FieldInfo) -> Knob | None:
    extra = field.json_schema_extra
    declared = extra.get("search") if isinstance(extra, Mapping) else None
    if declared is False:
        return None
    if isinstance(declared, Mapping):
        return _knob_of(name, declared, field)
    return _around_the_default(name, field)


def _knob_of(name: str, search: Mapping[str, Any], field: FieldInfo) -> Knob:
    if "choices" in search:
        return Choice(name, tuple(search["choices"]))
    is_integer = field.annotation is int
    return Number(name, search["low"], search["high"], bool(search.get("log", False)), is_integer)


def _around_the_default(name: str, field: FieldInfo) -> Knob | None:
    kind = field.annotation
    if kind is bool:
        return Choice(name, (False, True))
    if get_origin(kind) is Literal:
        return Choice(name, get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Choice(name, tuple(member.value for member in kind))
    if kind not in (int, float) or not isinstance(field.default, int | float):
        return None
    if field.default > 0:
        return _number_of(name, field, whole=kind is int)
    return _between_bounds(name, field, whole=kind is int)


def _between_bounds(name: str, field: FieldInfo, *, whole: bool) -> Number | None:
    """A default of 0 has no scale: the knob needs both bounds, which are then the range."""
    bounds = {
        end: getattr(m, end) for m in field.metadata for end in ("ge", "le") if hasattr(m, end)
    }
    if len(bounds) < 2:
        return None
    return Number(name, bounds["ge"], bounds["le"], log=False, whole=whole)


def _number_of(name: str, field: FieldInfo, *, whole: bool) -> Number:
    factor = 4.0 if whole else FACTOR
    low, high = field.default / factor, field.default * factor
    for bound in field.metadata:
        low = max(low, getattr(bound, "ge", low), getattr(bound, "gt", low))
        high = min(high, getattr(bound, "le", high))
        high = min(high, getattr(bound, "lt", float("inf")) * 0.999)  # the bound is not allowed
    if whole:
        low, high = max(1, round(low)), round(high)
    return Number(name, low, high, log=True, whole=whole)
