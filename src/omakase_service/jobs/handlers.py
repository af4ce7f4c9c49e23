"""Handlers by kind. Apps register theirs when Django starts."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from omakase_service.jobs.contracts import JobHandler
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.registry import Registry
from omakase_service.platform.validation import reason_of, refusals

HANDLERS: Registry[JobHandler] = Registry("job handler")


def register(handler: JobHandler) -> JobHandler:
    """Offer a kind of job.

    Raises:
        ValueError: another handler has this kind.
    """
    return HANDLERS.register(handler.kind, handler)


def all_handlers() -> Iterator[JobHandler]:
    """Every handler, in the order of registration."""
    return (handler for _, handler in HANDLERS.items())


def handler_of(kind: str) -> JobHandler:
    """The handler of a kind.

    Raises:
        Invalid: there is none; the nearest names are in the message.
    """
    handler = HANDLERS.get(kind)
    if handler is None:
        kinds = [name for name, _ in HANDLERS.items()]
        near = get_close_matches(kind, kinds, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(kinds)}"
        raise Invalid(f"no kind of job {kind!r}; {hint}")
    return handler


def checked_parameters(handler: JobHandler, parameters: Mapping[str, Any]) -> BaseModel:
    """The parameters as the handler wants them.

    Raises:
        Invalid: one is unknown, missing or of the wrong type.
    """
    try:
        return handler.parameters.model_validate(dict(parameters))
    except ValidationError as error:
        words = reason_of(error, handler.parameters)
        errors = refusals(error, handler.parameters)
        raise Invalid(f"parameters of {handler.kind}: {words}", errors) from error
