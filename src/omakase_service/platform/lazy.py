"""Functions by their address, imported when they are called.

What an app offers is registered at the start of every process, also of one that only looks for
jobs; the engine's libraries, which take more memory than all the rest, come with the first call.
"""

from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string


def lazy(address: str) -> Callable[..., Any]:
    """A function that calls the one at "package.module.name".

    Raises:
        ImportError: at the call, where there is none.
    """

    def call(*args: Any, **named: Any) -> Any:
        return import_string(address)(*args, **named)

    call.__name__ = call.__qualname__ = address.rpartition(".")[2]
    return call
