"""What moves between Gorse's words and ours. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from omakase_service.platform.exceptions import ServiceError
from omakase_service.platform.numbers import number_text

ZERO_TIME = "0001-01-01T00:00:00Z"
"""How Gorse writes that there is no time."""


class BadRequest(ServiceError):
    """A request that cannot be read, or that asks for what cannot be."""

    code, status = "bad_request", 400


class UnaskableId(BadRequest):
    """An id that nobody could ask for: it is empty, too long, or holds a slash."""


@dataclass(frozen=True, slots=True)
class GorseUser:
    """A person, as Gorse knows them.

    Attributes:
        labels: any JSON of texts, numbers, lists of one kind of these, and objects; none: null.
    """

    user_id: str
    labels: Any = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class GorseItem:
    """An item, as Gorse knows it.

    Attributes:
        categories: none where nobody said any, which Gorse tells from an empty list.
        timestamp: with zone; none: the zero time.
        comment: what people read: the title.
    """

    item_id: str
    is_hidden: bool = False
    categories: tuple[str, ...] | None = None
    timestamp: datetime | None = None
    labels: Any = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class GorseFeedback:
    """What a person did with an item; one row for each type, person and item.

    Attributes:
        timestamp: of the first time; none: the zero time.
        updated: of the last time; none: as `timestamp`.
    """

    kind: str
    user_id: str
    item_id: str
    value: float = 0.0
    timestamp: datetime | None = None
    updated: datetime | None = None
    comment: str = ""
    labels: Any = None

    @property
    def key(self) -> tuple[str, str, str]:
        """By which it is one row."""
        return (self.kind, self.user_id, self.item_id)


@dataclass(frozen=True, slots=True)
class ScoredId:
    """A place of a list."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class FeedbackRule:
    """Which feedback is meant: of a type, perhaps with a value on one side of a bound.

    Attributes:
        comparison: ">=", ">", "<=", "<", "=", or nothing where any value will do.
    """

    kind: str
    comparison: str = ""
    bound: float = 0.0

    def __str__(self) -> str:
        if not self.comparison:
            return self.kind
        return f"{self.kind}{self.comparison}{number_text(self.bound)}"

    def holds(self, kind: str, value: float) -> bool:
        """Whether feedback of this type and value is meant."""
        if kind != self.kind:
            return False
        return {
            ">=": value >= self.bound,
            ">": value > self.bound,
            "<=": value <= self.bound,
            "<": value < self.bound,
            "=": value == self.bound,
            "": True,
        }[self.comparison]


@dataclass(frozen=True, slots=True)
class MoveSettings:
    """What of a `config.toml` has a counterpart here.

    Attributes:
        known: such a file was read; until then every type of feedback is for the item.
        positive, read, negative: types of feedback.
        popular: names of non-personalized recommenders.
        neighbors: names of item-to-item recommenders, the first one answers `/neighbors`.
        similar_users: names of user-to-user recommenders.
        default_n: length of a list where nobody says.
        cache_size: of a whole list.
        searchable: `GET /api/items?q=` answers.
    """

    known: bool = False
    positive: tuple[FeedbackRule, ...] = ()
    read: tuple[FeedbackRule, ...] = ()
    negative: tuple[FeedbackRule, ...] = ()
    popular: tuple[str, ...] = ("popular",)
    neighbors: tuple[str, ...] = ("neighbors",)
    similar_users: tuple[str, ...] = ("neighbors",)
    default_n: int = 10
    cache_size: int = 100
    searchable: bool = True

    def is_positive(self, kind: str, value: float) -> bool:
        """Whether such feedback speaks for the item."""
        if not self.known:
            return not self.is_negative(kind, value)
        return any(rule.holds(kind, value) for rule in self.positive)

    def is_negative(self, kind: str, value: float) -> bool:
        """Whether such feedback speaks against the item."""
        return any(rule.holds(kind, value) for rule in self.negative)


@dataclass(frozen=True, slots=True)
class ListWish:
    """What is asked of a list.

    Attributes:
        n: length; 0 or less: all there is.
        categories: an item must be in every one.
        user_id: whose items are left out, where somebody is named.
    """

    n: int
    offset: int = 0
    categories: Sequence[str] = ()
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """What two lists for the same people were like, and what came of them.

    Attributes:
        lists: requests that both were asked; failed: that Gorse did not answer.
        overlap: mean share of items that both lists held, 0..1.
        own_ms, their_ms: median and 95th percentile.
        own_hits, their_hits: positive feedback within a day on items of each list.
        own_shown: lists of ours that people got.
        own_rate, their_rate: such feedback a list, of those who got ours, and of those who got
            Gorse's; none where nobody did.
    """

    lists: int
    failed: int
    overlap: float | None
    own_ms: tuple[float, float] | None
    their_ms: tuple[float, float] | None
    own_hits: int
    their_hits: int
    own_shown: int
    own_rate: float | None
    their_rate: float | None

    @property
    def lift(self) -> float | None:
        """What our lists bring over Gorse's, as a share; none where nothing can be said.

        Of those who saw ours against those who saw Gorse's, once both are there; before, of the
        hits of both lists.
        """
        own_rate, gorse_rate = self.own_rate, self.their_rate
        if own_rate is None or gorse_rate is None:
            own_rate, gorse_rate = float(self.own_hits), float(self.their_hits)
        return own_rate / gorse_rate - 1 if gorse_rate else None


@dataclass(frozen=True, slots=True)
class ConfigReport:
    """What became of a `config.toml`.

    Attributes:
        taken: settings that hold here from now on, in words.
        left: settings without a counterpart, each with what to do instead.
    """

    config: MoveSettings
    kinds: Mapping[str, Mapping[str, Any]]
    taken: Sequence[str]
    left: Sequence[str]


@dataclass(slots=True)
class MoveReport:
    """How many rows of each kind an import read, and how many it refused.

    Attributes:
        unlearnt: feedback that is kept, but whose value is outside the scale of its kind.
        refused: the first reasons, with their place.
    """

    users: int = 0
    items: int = 0
    feedback: int = 0
    rejected: int = 0
    unlearnt: int = 0
    refused: list[str] = field(default_factory=list)

    def refuse(self, reason: str, shown: int = 20) -> None:
        """Count a row that could not be stored; the first reasons are kept."""
        self.rejected += 1
        if len(self.refused) < shown:
            self.refused.append(reason)


def utc(moment: datetime) -> datetime:
    """The moment in UTC; one without a zone is in UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def rfc3339(moment: datetime | None) -> str:
    """RFC 3339 as Go writes it: no digits behind the second that say nothing."""
    if moment is None:
        return ZERO_TIME
    moment_utc = utc(moment)
    text = f"{moment_utc.year:04}-{moment_utc:%m-%dT%H:%M:%S}"
    fraction = f"{moment_utc.microsecond:06}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def number(value: float) -> int | float:
    """A whole number without its point, as Go writes it; what is not finite as it is."""
    return int(value) if abs(value) < 2**53 and value == int(value) else value
