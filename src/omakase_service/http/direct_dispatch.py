"""An operation of the API, called straight: what Ninja makes anew for each request is left out.

The same guard lets in, the same models check, the same function answers, and the same table says
what an error is told as. What was asked and found in order is known again by its bytes: most of
what is asked was asked a moment ago.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from inspect import getclosurevars, unwrap
from typing import Any

from django.http import HttpResponse
from ninja.operation import Operation
from ninja.params.models import BodyModel
from pydantic import BaseModel

from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.resumable import Suspended

LONGEST = 1024
"""Bytes of a question that is remembered."""


class BodyMemo:
    """What questions were found to ask; nothing of who asks it, and no error.

    Args:
        most: questions; with more, all are forgotten.
        seconds: after which all are forgotten, with whoever is named in them.
    """

    def __init__(
        self,
        most: int = 1000,
        seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._known: dict[Any, dict[str, Any]] = {}
        self._until = 0.0

    def __len__(self) -> int:
        return len(self._known)

    def get(self, asked: tuple[str, bytes], check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What a question asks.

        Args:
            asked: its query and its body.
            check: finds it out; what it raises is raised.
        """
        if self._clock() >= self._until or len(self._known) >= self._most:
            self._known.clear()
            self._until = self._clock() + self._seconds
        checked = self._known.get(asked)
        if checked is None:
            checked = check()
            if sum(map(len, asked)) <= LONGEST:
                self._known[asked] = checked
        return checked


class DirectDispatch:
    """What answers at one address to one method.

    Args:
        operation: one with a guard, whose function makes its response itself.
    """

    def __init__(self, operation: Operation) -> None:
        self._operation, self._api = operation, operation.api
        (self._guard,) = operation.auth_callbacks
        self._body = body_schema(operation)
        self.body_memo = BodyMemo()

    def __call__(self, request: ServiceRequest) -> HttpResponse | Suspended:
        """The response, that of what was refused too; what nobody foresaw is raised."""
        try:
            request.auth = self._guard(request)
            return self._operation.view_func(request, **self._arguments(request))
        except Exception as error:  # noqa: BLE001  the API's table says which it knows
            return self._api.on_exception(request, error)

    def gone_on(self, request: ServiceRequest, begun: Suspended) -> HttpResponse | Suspended:
        """What an operation that waited goes on to."""
        try:
            return begun.gone_on()
        except Exception as error:  # noqa: BLE001
            return self._api.on_exception(request, error)

    def _arguments(self, request: ServiceRequest) -> dict[str, Any]:
        if not self._operation.models:
            return {}
        cache_key = (request.META["QUERY_STRING"], request.body)
        return self.body_memo.get(cache_key, lambda: self._check(request))

    def _check(self, request: ServiceRequest) -> dict[str, Any]:
        """A body by its own schema; whatever is wrong with it, Ninja says in its words."""
        if self._body is not None:
            name, schema = self._body
            with suppress(ValueError):
                body = self._api.parser.parse_body(request)
                return {name: schema.model_validate(body, context={"request": request})}
        return self._checked_by_ninja(request)

    def _checked_by_ninja(self, request: ServiceRequest) -> dict[str, Any]:
        return self._operation._get_values(request, {}, HttpResponse())


def body_schema(operation: Operation) -> tuple[str, type[BaseModel]] | None:
    """Name and schema of a body that is all an operation is asked with; None where it is not so."""
    if len(operation.models) != 1 or not issubclass(operation.models[0], BodyModel):
        return None
    (model,) = operation.models
    name: str = getattr(model, "__read_from_single_attr__", "")
    if list(model.model_fields) != [name] or not model.model_fields[name].is_required():
        return None
    schema = model.model_fields[name].annotation
    return (name, schema) if isinstance(schema, type) and issubclass(schema, BaseModel) else None


def direct_dispatch(view: Callable[..., HttpResponse], method: str) -> DirectDispatch:
    """The operation that Ninja's view of an address has for a method."""
    operations = getclosurevars(unwrap(view)).nonlocals["self"].operations
    return DirectDispatch(
        next(operation for operation in operations if method in operation.methods)
    )
