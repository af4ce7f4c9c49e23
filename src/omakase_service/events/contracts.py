"""What the log takes from and tells other apps. No Django."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from omakase_service.online_store.contracts import session_key, user_key
from omakase_service.platform.numbers import is_finite, number_text
from omakase_service.platform.text import Id, Text, Word

FIRST_YEAR, LAST_YEAR = 1900, 2200


def seconds(value: Any) -> Any:
    """Whole Unix seconds of an ISO 8601 time, or of a number, which is in Unix seconds already.

    Raises:
        ValueError: neither a time nor a number, or a time without its zone.
    """
    if isinstance(value, bool):
        raise ValueError("a time is a text or a number")
    if isinstance(value, float) and is_finite(value):
        return int(value)
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value.strip())
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone: 2026-01-31T12:00:00Z")
    return int(moment.timestamp())


def plausible(value: int) -> int:
    """The time itself.

    Raises:
        ValueError: it lies outside of the years that people shop in; milliseconds, likely.
    """
    low, high = (datetime(y, 1, 1, tzinfo=UTC).timestamp() for y in (FIRST_YEAR, LAST_YEAR))
    if not low <= value <= high:
        raise ValueError(f"{value} Unix seconds is not between {FIRST_YEAR} and {LAST_YEAR}")
    return value


Time = Annotated[int, BeforeValidator(seconds), AfterValidator(plausible)]
LONGEST_KIND = 50
"""Characters of a kind's name."""

Kind = Annotated[Word, Field(min_length=1, max_length=LONGEST_KIND)]
Reason = Annotated[Text, Field(max_length=2000)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Middle = Finite | Literal["scale", "person", "none"]


class KindIn(BaseModel):
    """What one kind of event counts; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    weight: Weight | None = Field(default=None, description="of one event")
    from_value: bool | None = Field(
        default=None, description="multiplied by the event's value (a rating, a quantity)"
    )
    cap: Annotated[Finite, Field(gt=0)] | None = Field(
        default=None, description="most that one event counts, for or against"
    )
    negative: bool | None = Field(default=None, description="it speaks against the item")
    lowest: Finite | None = Field(default=None, description="lowest value that is taken")
    highest: Finite | None = Field(default=None, description="highest value that is taken")
    middle: Middle | None = Field(
        default=None,
        description="a value below it is a dislike: a number, the middle of the scale, the "
        "person's own mean, or none",
    )
    takes_back: list[Kind] | None = Field(
        default=None, description="kinds of which it cancels the person's last one on the item"
    )


class EventIn(BaseModel):
    """Something that a person did."""

    model_config = ConfigDict(extra="forbid")

    event_id: Id | None = Field(
        default=None, description="the same id twice is one event; none: one is made"
    )
    user_id: Id | None = Field(default=None, description="none: nobody known; name the session")
    item_id: Id = Field(validation_alias=AliasChoices("item_id", "product_id"))
    kind: Kind = Field(
        validation_alias=AliasChoices("type", "kind", "event_type", "interaction_type"),
        description="view, click, purchase, …",
    )
    value: Finite | None = Field(default=None, description="a rating, a quantity")
    time: Time | None = Field(
        default=None,
        validation_alias=AliasChoices("time", "timestamp"),
        description="ISO 8601 with zone, or Unix seconds; none: now",
    )
    session_id: Id | None = None
    device: Word = ""
    channel: Word = Field(
        default="",
        validation_alias=AliasChoices("channel", "source"),
        description="web, mobile, email",
    )
    page: Word = ""
    duration: float | None = Field(
        default=None, ge=0, le=1e9, allow_inf_nan=False, description="seconds"
    )
    request_id: Annotated[Id, Field(max_length=64)] | None = Field(
        default=None, description="of the recommendation that led to it"
    )
    position: int | None = Field(default=None, ge=0, le=100_000, description="place in that list")
    reason: Reason = Field(default="", description="why, in the person's own words")

    @model_validator(mode="after")
    def _somebody(self) -> "EventIn":
        if self.user_id is None and self.session_id is None:
            raise ValueError("user_id or session_id is needed")
        return self


class EventRow(NamedTuple):
    """One line of the log, in the order of its columns."""

    event_id: str
    user_id: str | None
    item_id: str
    kind: str
    value: float | None
    time: int
    session_id: str | None = None
    device: str = ""
    channel: str = ""
    page: str = ""
    duration: float | None = None
    request_id: str | None = None
    position: int | None = None
    reason: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """Whose past it belongs to, as the shelf calls them."""
        user = (user_key(self.user_id),) if self.user_id else ()
        return (*user, session_key(self.session_id)) if self.session_id else user


@dataclass(frozen=True, slots=True)
class RejectedEvent:
    """An event that was not taken.

    Attributes:
        position: in the request, from 0.
        errors: what is wrong where.
    """

    position: int
    errors: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of a batch of events.

    Attributes:
        stored: now on the disk.
        known: were there before, under the same id; nothing changed.
        event_ids: by position; none where rejected.
    """

    stored: int
    known: int
    event_ids: list[str | None]
    rejected: list[RejectedEvent]


class HistoryEvent(NamedTuple):
    """One event of a person, as a model looks at it; a tuple, for a request reads hundreds."""

    item_id: str
    kind: str
    value: float | None
    time: int


class OwnEvent(NamedTuple):
    """One event of a person, with the id by which they may take it back."""

    event_id: str
    item_id: str
    kind: str
    time: int


@dataclass(frozen=True, slots=True)
class AttributableEvent:
    """One event, with what ties it to an answer."""

    seq: int
    event_id: str
    user_id: str | None
    session_id: str | None
    item_id: str
    kind: str
    value: float | None
    time: int
    request_id: str | None


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What was removed from the log.

    Attributes:
        number: of the erasure.
        session_ids: in which the person was known.
    """

    number: int
    events: int
    session_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventSummary:
    """The events of one person in numbers.

    Attributes:
        latest: items of the newest events, newest first.
    """

    kinds: dict[str, int]
    first: int | None
    last: int | None
    items: int
    rating: float | None
    latest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindRule:
    """How much one kind of event counts.

    Attributes:
        from_value: the weight is multiplied by the event's value.
        cap: most that one event may count, for or against.
        negative: it speaks against the item.
        lowest, highest: values that are taken.
        middle: a value below it speaks against the item: a number, "scale" (its middle), "person"
            (the person's own mean) or "none".
        takes_back: kinds of which it cancels the person's last one on the item.
        origin: who declared it so: "default", "settings" or "stored".
    """

    name: str
    weight: float = 1.0
    from_value: bool = False
    cap: float = float("inf")
    negative: bool = False
    lowest: float = 0.0
    highest: float = 1e9
    middle: float | str = "none"
    takes_back: tuple[str, ...] = ()
    origin: str = "default"

    @property
    def facts(self) -> dict[str, Any]:
        """All that bears on how much an event counts."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in APART}

    def refusal(self, value: float | None) -> str:
        """What is wrong with the value of an event of this kind; nothing where it is taken."""
        if value is None or self.lowest <= value <= self.highest:
            return ""
        told, low, high = map(number_text, (value, self.lowest, self.highest))
        return f"the value {told} is outside {low} to {high}, the scale of the kind {self.name!r}"


APART = ("name", "origin")
"""Facts of a rule that say nothing of how much an event counts."""


IncomingRow = tuple[Any, ...]
"""One event of a file, with the columns that its batch names."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row of a file that was left out, or kept with a warning.

    Attributes:
        line: from 1, the header included.
        reason: a stable code.
        detail: the same in words.
        raw: the row as it stands, cut.
    """

    file: str
    line: int
    reason: str
    detail: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """Some consecutive rows of a file.

    Attributes:
        rows: what can be stored, values of `columns`.
        last_line: reading goes on after it.
        done, total: how far into the file this is, in units of the file's own.
    """

    rows: list[IncomingRow]
    columns: tuple[str, ...]
    rejects: list[RowError]
    warnings: list[RowError]
    last_line: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, all its parts together.

    Attributes:
        number: by which it can be taken back.
        layout: which reader knew the data.
        guessed: our column names to the file's, where they were guessed.
        stored: events that are new.
        known: events that were there before; nothing changed.
        rejected: rows that were left out.
        rejects: the first of them.
        warnings: what is odd about the first rows that were odd and kept.
        declared: kinds of events that nobody had declared; each now counts 1, or as `meanings` say.
        meanings: such kinds to the declared kind that each counts like.
        items, users: how many the data describe.
        resumed_after: the line after which an earlier, broken import was taken up, or 0.
    """

    number: int
    layout: str
    guessed: dict[str, str]
    stored: int
    known: int
    rejected: int
    rejects: list[RowError]
    warnings: list[RowError]
    declared: list[str]
    meanings: dict[str, str]
    items: int
    users: int
    resumed_after: int


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import as the log remembers it.

    Attributes:
        number: by which it can be taken back.
        stored, known, rejected: events that were new, there before, left out.
        finished: whether it came to its end.
        undone: whether it was taken back.
    """

    number: int
    path: str
    started: datetime
    stored: int
    known: int
    rejected: int
    finished: bool
    undone: bool


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What was taken back with an import: events, items and people that came with it alone."""

    number: int
    path: str
    events: int
    items: int
    users: int
