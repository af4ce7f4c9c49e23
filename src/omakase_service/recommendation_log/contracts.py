"""What the log of answers takes and tells. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from omakase_service.platform.ids import new_id


def new_key() -> UUID:
    """One that nobody else has; later ones are greater."""
    return UUID(int=int(new_id(), 16))


class OutcomeKind(StrEnum):
    """What may come of an item that was shown."""

    IMPRESSION = "impression"
    CLICK = "click"
    CONVERSION = "conversion"


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One place of an answer, from rank 1 on.

    Attributes:
        probability: with which the policy put it there; 1 where it leaves nothing to chance.
        why: the reason as it was given, where one was.
    """

    item_id: str
    score: float
    probability: float = 1.0
    why: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """An answer as it is kept.

    Attributes:
        time: Unix seconds.
        policy: what was asked for: a model or a strategy; else the path by which the default
            answered ("few"), or nothing.
        algorithm: what answered.
        first_rank: of the first place; above 1 in further parts of a list.
        key: what it is written under, once, however often that is tried.
    """

    request_id: str
    time: int
    items: Sequence[ShownItem]
    algorithm: str
    version: str
    policy: str = ""
    user_id: str | None = None
    session_id: str | None = None
    placement: str = ""
    notice: str = ""
    cache_hit: bool = False
    latency_ms: float = 0.0
    first_rank: int = 1
    context: Mapping[str, Any] = field(default_factory=dict)
    key: UUID = field(default_factory=new_key, compare=False)


@dataclass(frozen=True, slots=True)
class ExposedAnswer:
    """An answer that was made by a variant of an experiment.

    Attributes:
        number: later ones are greater.
        shown: items in it.
    """

    number: int
    time: int
    user_id: str
    session_id: str
    experiment: str
    variant: str
    shown: int


@dataclass(frozen=True, slots=True)
class ExposedOutcome:
    """What came of such an answer.

    Attributes:
        number: later ones are greater.
    """

    number: int
    time: int
    user_id: str
    session_id: str
    experiment: str
    kind: OutcomeKind
    value: float


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer and what came of it.

    Attributes:
        clicked: ids of its items that somebody clicked.
        converted: ids of its items that somebody bought.
    """

    answer: LoggedAnswer
    clicked: frozenset[str]
    converted: frozenset[str] = frozenset()


class ListExportParameters(BaseModel, extra="forbid"):
    """Parameters of the job that exports lists.

    Attributes:
        format: a list a line (jsonl), or a place a line (csv).
        since: Unix seconds.
    """

    format: Literal["jsonl", "csv"] = "jsonl"
    since: int = 0


@dataclass(frozen=True, slots=True)
class AttributedOutcome:
    """What somebody did with a place of an answer."""

    item_id: str
    kind: OutcomeKind
    rank: int
    time: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Performance:
    """How one algorithm does in some time.

    Attributes:
        shown: items returned; `impressions` those whose showing was reported.
        ctr: clicks a reported impression; where none is reported, a returned item.
        conversion_rate: conversions a click.
        value: sum of what conversions brought.
        p50_ms, p95_ms, p99_ms: of the time to answer.
    """

    algorithm: str
    requests: int
    cache_hits: int
    shown: int
    impressions: int
    clicks: int
    conversions: int
    value: float
    ctr: float
    conversion_rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
