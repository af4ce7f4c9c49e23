"""A placement as the fields of a form, and back."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.numbers import number_text
from omakase_service.platform.validation import refusals
from omakase_settings import Placement

FIELDS = (
    "model", "strategy", "filters", "boosts", "include", "exclude", "pins", "diversity", "caps",
    "seen", "wishes",
)  # fmt: skip
"""Of the form; a pipeline of its own is kept as it is."""

BESIDE = ("seen_days", "shown_days")
"""What a placement may say beside the form's fields: it stays as it is."""

FORMS = {
    "pins": "no place; write a whole number from 1, as in '1: item-7'",
    "caps": "no share; write a number above 0 and up to 1, as in 'category: 0.4'",
    "diversity": "no share; write a number from 0 to 1",
}
"""What is wrong with a number of a field, and what to write there."""


def fields_of(placement: Placement) -> dict[str, str]:
    """The texts that the form shows: one rule or item a line."""
    diversity = placement.diversity
    return {
        "model": placement.model,
        "strategy": placement.strategy,
        "filters": "\n".join(placement.filters),
        "boosts": "\n".join(placement.boosts),
        "include": "\n".join(placement.include or ()),
        "exclude": "\n".join(placement.exclude),
        "pins": "\n".join(f"{place}: {item}" for place, item in sorted(placement.pins.items())),
        "diversity": "" if diversity is None else number_text(diversity),
        "caps": "\n".join(
            f"{column}: {number_text(share)}" for column, share in placement.caps.items()
        ),
        "seen": placement.seen or "",
        "wishes": "yes" if placement.wishes else "",
    }


def placement_of(fields: Mapping[str, str], usual: Placement) -> Placement:
    """The placement that a form describes; fields that are left empty say nothing.

    Args:
        usual: what holds there now; what the form has no field for is kept of it, its pipeline
            where neither a model nor a strategy is named.

    Raises:
        Invalid: a field that cannot be read, with its name and what to write.
    """
    values: dict[str, Any] = {
        name: fields[name] for name in ("model", "strategy", "seen") if fields.get(name)
    }
    values |= {name: getattr(usual, name) for name in BESIDE if name in usual.model_fields_set}
    for name in ("filters", "boosts", "include", "exclude"):
        if lines := _lines(fields.get(name, "")):
            values[name] = tuple(lines)
    if pins := _pairs(fields.get("pins", ""), "pins", "1: item-7"):
        values["pins"] = pins
    if caps := _pairs(fields.get("caps", ""), "caps", "category: 0.4"):
        values["caps"] = caps
    if fields.get("diversity", "") != "":
        values["diversity"] = fields["diversity"]
    if fields.get("wishes") != "yes":
        values["wishes"] = False
    if usual.pipeline and not (values.get("model") or values.get("strategy")):
        values["pipeline"] = usual.pipeline
    return _validate(values)


def _validate(values: Mapping[str, Any]) -> Placement:
    try:
        return Placement(**values)
    except ValidationError as error:
        words = dict.fromkeys(
            _refusal(*wrong)
            for wrong in zip(error.errors(), refusals(error, Placement), strict=True)
        )
        raise Invalid("; ".join(words)) from error


def _refusal(wrong: Mapping[str, Any], told: Mapping[str, str]) -> str:
    """What cannot be read, and what to write instead."""
    field, *inside = wrong["loc"] or ("model",)
    if field not in FORMS:
        return f"{field}: {told['message']}"
    text = inside[0] if field == "pins" else wrong["input"]
    return f"{field}: {str(text)!r} is {FORMS[field]}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pairs(text: str, field: str, example: str) -> dict[str, str]:
    """Lines of "key: value"; an item's id may hold further colons.

    Raises:
        Invalid: a line without a colon.
    """
    pairs = {}
    for line in _lines(text):
        key, colon, value = line.partition(":")
        if not colon or not value.strip():
            raise Invalid(f"{field}: {line!r} is not of the form {example!r}")
        pairs[key.strip()] = value.strip()
    return pairs
