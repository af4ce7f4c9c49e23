"""Where what was told and answered is kept."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from omakase_settings.group import SettingGroup


class DatabaseSettings(SettingGroup, frozen=True):
    """How rows are kept."""

    durable: bool = Field(
        default=True,
        description="a commit is on the disk before it is acknowledged; false: a power cut "
        "may take the last second (SQLite only; PostgreSQL has synchronous_commit)",
    )
    busy_seconds: float = Field(
        default=20.0, gt=0, description="how long a write waits for another to end (SQLite)"
    )
    keep_seconds: int = Field(
        default=600, ge=0, description="how long a connection is kept for the next request"
    )


class VersionStoreSettings(SettingGroup, frozen=True):
    """Where versions of models lie, where several machines answer with them."""

    folder: Path | None = Field(
        default=None,
        description="a folder that all machines share; none: `versions` in data_folder",
    )
    url: Annotated[str, Field(pattern=r"^(s3://[^/]+.*)?$")] = Field(
        default="",
        description="s3://bucket/prefix of an S3-compatible store: who trains sends versions "
        "there, and each machine fetches those that it answers with; empty: none",
    )
    endpoint: str = Field(
        default="", description="http://host:9000 of such a store that is not Amazon's"
    )


class EventKind(SettingGroup, frozen=True):
    """What one kind of event counts; what is left out stays as it is by default."""

    weight: Annotated[float, Field(ge=0, le=1000)] | None = Field(
        default=None, description="of one event"
    )
    from_value: bool | None = Field(
        default=None, description="multiplied by the event's value (a rating, a quantity)"
    )
    cap: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="most that one event counts, for or against"
    )
    negative: bool | None = Field(default=None, description="it speaks against the item")
    lowest: float | None = Field(default=None, description="lowest value that is taken")
    highest: float | None = Field(default=None, description="highest value that is taken")
    middle: float | Literal["scale", "person", "none"] | None = Field(
        default=None,
        description="a value below it is a dislike: a number, the middle of the scale, the "
        "person's own mean, or none",
    )
    takes_back: tuple[str, ...] | None = Field(
        default=None, description="kinds of which it cancels the person's last one on the item"
    )


class EventSettings(SettingGroup, frozen=True):
    """How behaviour comes in."""

    max_batch: int = Field(default=1000, ge=1, description="most events in one request")
    create_unknown: bool = Field(
        default=True, description="an id first seen in an event becomes a bare item or user"
    )
    import_batch: int = Field(default=50_000, ge=1, description="rows a transaction of an import")
    future_seconds: int = Field(
        default=86_400,
        ge=0,
        description="how far the clock of who sends an event may run ahead; a later event is "
        "refused, and one that is stored already is left out of training",
    )
    visitor_past_seconds: int = Field(
        default=604_800,
        ge=0,
        description="how old an event may be that a page sends with a user's token; a server key "
        "may send any",
    )
    kinds: dict[str, EventKind] = Field(
        default_factory=dict,
        description="what each kind of event counts, by its name; those declared over HTTP, in "
        "the admin or by `omakase kind set` go before",
    )


class OnlineStoreSettings(SettingGroup, frozen=True):
    """What is at hand of each person, beside the log."""

    seconds: float = Field(
        default=3600.0, ge=0, description="after this long a person is read from the log again"
    )
    people: int = Field(
        default=100_000, ge=1, description="most people kept at hand; who asked last stays"
    )
    unsettled_seconds: float = Field(
        default=10.0,
        ge=0,
        description="how long a person is read from the log when a write to it never ended",
    )


class RecommendationLogSettings(SettingGroup, frozen=True):
    """How answers are remembered, and what counts as their success."""

    queue: int = Field(
        default=10_000,
        ge=1,
        description="most answers of a process that wait in memory; more wait on the disk",
    )
    write_seconds: float = Field(default=0.5, gt=0, description="how often they are written")
    window_seconds: int = Field(
        default=86_400,
        ge=1,
        description="how long after an answer an event without a request id may be its outcome",
    )
    impressions: tuple[str, ...] = Field(
        default=("impression",), description="kinds of events that mean: it was seen"
    )
    clicks: tuple[str, ...] = Field(
        default=("click",), description="kinds of events that mean: it was followed"
    )
    conversions: tuple[str, ...] = Field(
        default=("purchase",), description="kinds of events that mean: it was worth it"
    )
