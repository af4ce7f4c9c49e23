"""Registries by which apps offer their parts to the house: an app is its folder and one line.

Each app registers in its `AppConfig.ready()`; what is registered twice is refused at the start,
so that a mistake is seen then and not at the first request.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Parts by name, in the order in which they were registered.

    Args:
        part: what is registered, in words ("health part").
    """

    def __init__(self, part: str) -> None:
        self._part = part
        self._entries: dict[str, T] = {}

    def register(self, name: str, entry: T) -> T:
        """Add a part. The same part under the same name again changes nothing.

        Raises:
            ValueError: another part has this name already.
        """
        if self._entries.setdefault(name, entry) != entry:
            raise ValueError(f"the {self._part} {name!r} is registered twice")
        return entry

    def unregister(self, name: str) -> None:
        """Remove a part, if there is one of this name."""
        self._entries.pop(name, None)

    def get(self, name: str) -> T | None:
        """The part of this name, if there is one."""
        return self._entries.get(name)

    def items(self) -> Iterator[tuple[str, T]]:
        """Names and parts, in the order of registration."""
        yield from tuple(self._entries.items())

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True, slots=True)
class Route:
    """A router of the API.

    Attributes:
        prefix: of its paths, below /api.
        router: where it is, "package.module:name"; imported with the URLs, not at the start.
        order: of its paths among all: lower ones are matched first. `/items/{id}/similar` must
            come before `/items/{id}`, whose id may hold a slash.
    """

    prefix: str
    router: str
    order: int = 50

    def load(self) -> Any:
        """The router itself."""
        module, _, name = self.router.partition(":")
        return getattr(import_module(module), name)


DEGRADED = "degraded"
"""How the state of a part begins that goes on working with something amiss."""


@dataclass(frozen=True, slots=True)
class HealthPart:
    """One part of the service's health.

    Attributes:
        check: its state in words; "ok" where all is well, "degraded: …" where it goes on working.
            Never raises.
        essential: nothing can be answered while it is neither.
    """

    check: Callable[[], str]
    essential: bool = False


Eraser = Callable[[str, Collection[str]], int]
"""Erases what one app stores of a user (id) and of their own sessions (ids); how many rows went.
Called within one transaction for all apps."""

Exporter = Callable[[str], Any]
"""All that one app stores of one user by id, as plain values; None or empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Pruner:
    """A kind of rows that is kept for some time.

    Attributes:
        title: what it is, in words.
        days: how long it is kept; 0: for ever.
        count: of before a moment (Unix seconds): all, and those that nothing needs any more.
        prune: removes at most so many of these, in one transaction; how many went, 0 at the end.
    """

    title: str
    days: Callable[[], float]
    count: Callable[[int], tuple[int, int]]
    prune: Callable[[int, int], int]


@dataclass(frozen=True, slots=True)
class LogReader:
    """Something that reads a log by number, and comes back for what is behind it.

    Attributes:
        log: "events" or "answers".
        position: number up to which it has read; None where it does not read at present.
    """

    log: str
    position: Callable[[], int | None]


NOBODY_READS = 2**62
"""Beyond every number of a row."""

pruners: Registry[Pruner] = Registry("pruner")
log_readers: Registry[LogReader] = Registry("log reader")


def read_by_all(log: str) -> int:
    """Number up to which everything that reads a log has read it."""
    positions = [reader.position() for _, reader in log_readers.items() if reader.log == log]
    return min((position for position in positions if position is not None), default=NOBODY_READS)


health_parts: Registry[HealthPart] = Registry("health part")
gauges: Registry[tuple[str, Callable[[], float]]] = Registry("gauge")
erasers: Registry[Eraser] = Registry("eraser")
exporters: Registry[Exporter] = Registry("exporter")
forgetting: Registry[Callable[[str], Any]] = Registry("way to forget a person")
"""How a whole person (user id) is forgotten, under the name `person`: offered by the app that knows
of all others, for those below it."""

daily_counts: Registry[Callable[[int, int], Mapping[str, int]]] = Registry("count of a day")
"""What an app counts of some time (Unix seconds, the end not included), by the name of the figure:
for the daily figures of the app that keeps them, below it."""

routes: Registry[Route] = Registry("route")
