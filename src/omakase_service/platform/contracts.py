"""What this app tells others. No Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Scope(StrEnum):
    """What a key may do. Each is named on its own: admin alone does not read."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking.

    Attributes:
        name: of the key or of the member of staff, for logs.
        scopes: what may be done.
    """

    name: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. The secret is shown this once and kept nowhere.

    Attributes:
        secret: what the client sends, "omk_<prefix>_<random>".
        prefix: the part that lists and logs show.
    """

    name: str
    prefix: str
    secret: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A living key, as it is kept."""

    prefix: str
    caller: Caller
    last_used: datetime | None


class Hears(Protocol):
    """Hears how far long work has come. May raise to stop it."""

    def __call__(self, done: int, total: int, step: str) -> None:
        """`done` of `total`; `step` is what comes next, in words."""
        ...


def nobody(done: int, total: int, step: str) -> None:
    """The default listener."""
