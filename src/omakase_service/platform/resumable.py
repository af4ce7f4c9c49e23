"""Endpoints that wait for something in the middle, written once and run in two ways.

Such an endpoint is a generator: it yields what it waits for, and goes on when that is done. A
thread waits with it; the event loop, which must not wait, takes it up again when it hears of it.
"""

from collections.abc import Callable, Generator
from functools import wraps
from typing import Any, Protocol, TypeAlias, TypeVar

from django.http import HttpRequest

T = TypeVar("T")


class Awaitable(Protocol):
    """Something under way. One of the two is called, once."""

    def wait(self) -> None:
        """Return when it is done. Does not raise what went wrong: whoever yielded it asks."""
        ...

    def call(self, heard: Callable[[], None]) -> None:
        """Have `heard` called, in any thread, when it is done."""
        ...


Steps: TypeAlias = Generator[Awaitable, None, T]
"""What it waits for, one after another, and at the end its result."""


class Suspended:
    """No answer yet: an endpoint that has come to where it waits.

    Attributes:
        awaited: what it waits for.
    """

    def __init__(self, steps: Steps[Any], awaited: Awaitable) -> None:
        self._steps, self.awaited = steps, awaited

    def gone_on(self) -> Any:
        """What the endpoint answers, now that the wait is over.

        Raises:
            Exception: whatever the endpoint raises.
        """
        try:
            self.awaited = next(self._steps)
        except StopIteration as end:
            return end.value
        return self


def run_to_end(steps: Steps[T]) -> T:
    """The result, waited for in this thread."""
    while True:
        try:
            awaited = next(steps)
        except StopIteration as end:
            return end.value
        awaited.wait()


def in_steps(view: Callable[..., Steps[Any]]) -> Callable[..., Any]:
    """An endpoint for Ninja; a request with `in_steps` gets a `Begun`, which its caller goes on."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **named: Any) -> Any:
        steps = view(request, *args, **named)
        if not getattr(request, "in_steps", False):
            return run_to_end(steps)
        try:
            return Suspended(steps, next(steps))
        except StopIteration as end:
            return end.value

    return run
