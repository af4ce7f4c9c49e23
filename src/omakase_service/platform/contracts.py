"""What this app tells others. No Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Scope(StrEnum):
    """What a key may do. Each is named on its own: admin alone does not read.

    A key that is public lies in pages, where anybody reads it: it makes tokens of new sessions and
    does nothing else.
    """

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"
    PUBLIC = "public"


ALL_SCOPES = frozenset(Scope)

PUBLIC_SCOPES = frozenset((Scope.PUBLIC,))
"""What a key in a page may do."""


OWN_SCOPES = frozenset((Scope.READ, Scope.WRITE))
"""What a token may do, with what is its person's own."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: a user, or a session of somebody without an account, or a user in a session."""

    user_id: str | None = None
    session_id: str | None = None

    def __str__(self) -> str:
        if self.user_id is not None:
            return f"user {self.user_id}"
        return "nobody" if self.session_id is None else f"session {self.session_id}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking.

    Attributes:
        name: of the key, of the member of staff, or of the token's person, for logs.
        scopes: what may be done.
        person: whose token it is, who may only do it with what is their own; none for keys and
            staff, who may do it with everybody's.
        id: what requests are counted under.
    """

    name: str
    scopes: frozenset[Scope]
    person: Person | None = None
    id: str = ""


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
class NewToken:
    """A token just made.

    Attributes:
        secret: what the page sends.
        expires: Unix seconds.
    """

    secret: str
    person: Person
    expires: int


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token says, whose signature is good.

    Attributes:
        issued: Unix seconds.
        is_public: whether a page got it by a public key, and may have another for its session.
    """

    person: Person
    issued: float
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A living key, as it is kept."""

    prefix: str
    caller: Caller
    last_used: datetime | None


class ProgressCallback(Protocol):
    """Hears how far long work has come. May raise to stop it."""

    def __call__(self, done: int, total: int, step: str) -> None:
        """`done` of `total`; `step` is what comes next, in words."""
        ...


def nobody(done: int, total: int, step: str) -> None:
    """The default listener."""
