"""Who gets digests and when, and what one holds. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from omakase_service.platform.text import Id

ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^@\s.]+(\.[^@\s.]+)*$"
LONGEST_ADDRESS = 254
SENDING = "send_digests"
"""The kind and the key of the job that sends."""


def known_zone(name: str) -> str:
    """The name of a time zone itself.

    Raises:
        ValueError: there is none of that name.
    """
    if name and name not in available_timezones():
        raise ValueError(f"no time zone {name!r}; write Asia/Seoul or Europe/Paris")
    return name


class RecipientIn(BaseModel):
    """Where somebody's digests go. What is left out is as the settings say."""

    model_config = ConfigDict(extra="forbid")

    user_id: Id
    address: str = Field(
        pattern=ADDRESS, max_length=LONGEST_ADDRESS, description="e-mail address; no model sees it"
    )
    language: Literal["", "en", "ko"] = ""
    time_zone: Annotated[str, AfterValidator(known_zone)] = Field(
        default="", description="where the person's days begin, as in Asia/Seoul"
    )
    hour: int | None = Field(default=None, ge=0, le=23, description="of their day")
    every_days: int | None = Field(
        default=None, ge=1, le=365, description="at most one in so many days"
    )


class MailingState(StrEnum):
    """What became of one digest.

    `unconfirmed`: its sender died, or the line broke, while it was sent. It may have left, so it is
    not sent again.
    """

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class DueDigest:
    """Somebody whose digest is due.

    Attributes:
        number: of the row.
        due: since when it is; the turn is taken by moving this.
        last: when the last one was sent; none: never.
        key: under which the person unsubscribes.
    """

    number: int
    user_id: str
    address: str
    language: Literal["en", "ko"]
    zone: str
    hour: int
    every_days: int
    due: datetime
    last: datetime | None
    key: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A mail as it is read."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """How digests stand.

    Attributes:
        recipients: people with an address.
        given_up: of them, those whose server refused too often.
        states: of the digests of the last days, by state.
        next_due: when the next one is; none where nobody waits for one.
    """

    recipients: int
    given_up: int
    states: Sequence[tuple[str, int]]
    next_due: datetime | None


def first_at(hour: int, zone: str, after: datetime) -> datetime:
    """The first time that the clock of a zone says an hour, from a moment on; in UTC.

    An hour that the clock leaves out in spring comes one later.
    """
    day = after.astimezone(ZoneInfo(zone)).date()
    moment = _at(datetime.combine(day, time(hour)), zone)
    return (
        moment if moment >= after else _at(datetime.combine(day + timedelta(1), time(hour)), zone)
    )


def following(last: datetime, every_days: int, hour: int, zone: str) -> datetime:
    """When the next one is due, so many days of the person's calendar after the last; in UTC."""
    day = last.astimezone(ZoneInfo(zone)).date() + timedelta(every_days)
    return _at(datetime.combine(day, time(hour)), zone)


def _at(clock: datetime, zone: str) -> datetime:
    return clock.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
