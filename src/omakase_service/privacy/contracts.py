"""What a person is told of themselves. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

TIDYING = "tidy_database"
"""The kind of job."""


PURGE = "purge"
"""Likewise."""

CONFIRMATION = "delete all {of}"
"""What is written by whoever means it."""


class PurgeParameters(BaseModel, extra="forbid"):
    """What a purge deletes."""

    of: Literal["items", "users", "events"]
    confirm: str = Field(description='"delete all items", "delete all users", "delete all events"')
    author: str = Field(default="", description="who asked")

    @model_validator(mode="after")
    def _is_meant(self) -> Self:
        if self.confirm != (words := CONFIRMATION.format(of=self.of)):
            raise ValueError(f"write confirm as {words!r}: nothing brings them back")
        return self


@dataclass(frozen=True, slots=True)
class UserStats:
    """A person in numbers.

    Attributes:
        kinds: how many events of each kind.
        first, last: Unix seconds of their first and last event; none where there is none.
        items: different ones they had to do with.
        rating: mean of what they gave.
        categories: of the items they chose last, most frequent first, with how many.
        answers: lists they were given.
    """

    events: int
    kinds: Mapping[str, int]
    first: int | None
    last: int | None
    items: int
    rating: float | None
    categories: Sequence[tuple[str, int]]
    answers: int


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """What was removed of a person.

    Attributes:
        number: of the erasure; kept with the time and a hash of the id that only the secret key of
            this installation makes, and with nothing else.
        rows: how many rows of each table.
        time: Unix seconds.
        pending: where something is left for now, each with its date.
    """

    number: int
    user_id: str
    time: int
    rows: Mapping[str, int]
    at_hand: int
    pending: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All that is stored of a person, as plain values; `further`: by each app beside these."""

    user: Mapping[str, Any] | None
    events: Sequence[Mapping[str, Any]]
    answers: Sequence[Mapping[str, Any]]
    further: Mapping[str, Any] = field(default_factory=dict)


class TidyingParameters(BaseModel, extra="forbid"):
    """Parameters of the job."""

    full: bool = Field(
        default=False,
        description="write PostgreSQL's tables anew, too; who reads them waits meanwhile",
    )
