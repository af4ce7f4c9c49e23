"""Where the app that keeps lists offers them to training."""

from collections.abc import Callable, Sequence
from typing import Any

from omakase_service.platform.registry import Registry

ListReader = Callable[[int], Sequence[Any]]
"""At most so many of the newest lists that somebody clicked something of, each a `LoggedList`."""

list_readers: Registry[ListReader] = Registry("reader of logged lists")
