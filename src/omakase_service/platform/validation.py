"""What is wrong with values that somebody gave, in their words: where, what, and what was meant."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo

LONGEST = 100
"""Characters of a name that are told."""

PREFIXES = ("Value error, ", "Assertion failed, ")
"""Pydantic's own, before the words of a check."""


def unknown_name(name: str, known: Sequence[str]) -> str:
    """A field that there is not, and the nearest that there is, or all of them."""
    name_shown = name[:LONGEST]
    near = get_close_matches(name_shown, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
    return f"no field `{name_shown}`; {hint}" if known else f"no field `{name_shown}`"


def messages(error: ValidationError, model: Any) -> list[str]:
    """What is wrong, of each error in its order.

    Args:
        model: what the value was checked against, a model or a type of them.
    """
    return [_message(line, model) for line in error.errors(include_url=False, include_input=False)]


def refusals(error: ValidationError, model: Any) -> list[dict[str, str]]:
    """The same with the place of each in the value: `attributes.colour`."""
    lines = error.errors(include_url=False, include_input=False, include_context=False)
    return [
        {"place": ".".join(map(str, line["loc"])), "message": message}
        for line, message in zip(lines, messages(error, model), strict=True)
    ]


def reason_of(error: ValidationError, model: Any) -> str:
    """The same in a line."""
    return in_a_line(refusals(error, model))


def in_a_line(lines: Iterable[Mapping[str, str]]) -> str:
    """Refusals one after the other; what is wrong with the whole has no place to be told."""
    words = (": ".join(filter(None, (line["place"], line["message"]))) for line in lines)
    return "; ".join(words)


def public_name(name: str, field: FieldInfo) -> str:
    """What people write for a field: its first alias, or else its name."""
    alias = field.validation_alias
    first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
    return first if isinstance(first, str) else name


def _message(line: Any, model: Any) -> str:
    if line["type"] == "extra_forbidden":
        names = _names(_inner([model], line["loc"][:-1]))
        return unknown_name(str(line["loc"][-1]), names)
    message = str(line["msg"])
    for prefix in PREFIXES:
        message = message.removeprefix(prefix)
    return message


def _inner(kinds: Iterable[Any], place: Sequence[str | int]) -> list[type[BaseModel]]:
    """The models that a value at a place may be of."""
    models = [model for kind in kinds for model in _models(kind)]
    for part in place:
        fields = [_field(model, part) for model in models if isinstance(part, str)]
        deeper = [model for field in fields if field for model in _models(field.annotation)]
        members = [model for model in models if _is_called(model, part)]
        models = deeper or members or models  # the last: a place in a list
    return models


def _is_called(model: type[BaseModel], part: str | int) -> bool:
    """Whether a model is the member of a union that goes by this name."""
    return any(part in get_args(field.annotation) for field in model.model_fields.values())


def _models(kind: Any) -> list[type[BaseModel]]:
    """The models in a type: of `list[Item] | None` it is `Item`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in get_args(kind) for model in _models(part)]


def _field(model: type[BaseModel], part: str) -> FieldInfo | None:
    fields = model.model_fields
    if part in fields:
        return fields[part]
    return next((field for name, field in fields.items() if public_name(name, field) == part), None)


def _names(models: Iterable[type[BaseModel]]) -> list[str]:
    names = {public_name(n, field) for model in models for n, field in model.model_fields.items()}
    return sorted(names)
