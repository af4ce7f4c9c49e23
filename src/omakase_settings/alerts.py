"""From where on something is wrong, and who is told."""

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class AlertSettings(SettingGroup, frozen=True):
    """From where on something is wrong, and who is told."""

    fewest_answers: int = Field(
        default=200, ge=1, description="answers below which figures are no alarm"
    )
    p95_ms: float = Field(
        default=500.0, gt=0, description="milliseconds within which 95 % of a day's answers come"
    )
    click_rate: float = Field(
        default=0.02, ge=0, le=1, description="clicks a seen item over a week"
    )
    weekly_fall: float = Field(
        default=0.2, ge=0, le=1, description="relative fall of clicks against the week before"
    )
    coverage: float = Field(
        default=0.1, ge=0, le=1, description="share of the catalog that a day's lists show"
    )
    catalog_fall: float = Field(
        default=0.3, ge=0, le=1, description="share of the catalog that may go within a day"
    )
    errors: float = Field(
        default=0.01, ge=0, le=1, description="share of the latest requests that may fail (5xx)"
    )
    fewest_requests: int = Field(
        default=100, ge=1, description="requests over which failures are counted"
    )
    cache_fall: float = Field(
        default=0.5, ge=0, le=1, description="relative fall of cache hits against two weeks before"
    )
    drift: float = Field(
        default=0.25,
        gt=0,
        description="population stability index from which on a mix has changed: of kinds of "
        "events, of types of items, of scores",
    )
    volume_factor: float = Field(
        default=3.0, gt=1, description="times more or less events than on a usual day of the week"
    )
    person_events: int = Field(
        default=1_000,
        ge=0,
        description="events of one user or session within a day from which on no person makes "
        "them; 0: any number",
    )
    item_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="share of a day's events on one item from which on few people may not have "
        "made it; 0: any",
    )
    silent_hours: float = Field(
        default=24.0, ge=0, description="hours without an event; 0: as long as it likes"
    )
    model_days: float = Field(default=14.0, ge=0, description="age of the live version; 0: any")
    job_minutes: float = Field(
        default=60.0, ge=0, description="minutes that a job may wait; 0: any"
    )
    webhook_url: Secret = Field(default=None, description="who is told; none: only the log")
    webhook_form: Literal["plain", "slack", "pagerduty"] = Field(
        default="plain", description="form of what is sent"
    )
    pagerduty_key: Secret = Field(default=None, description="routing key of PagerDuty")
    maintenance: tuple[str, ...] = Field(
        default=(),
        description="windows in which nothing is told: 2026-12-01T00:00Z/2026-12-01T02:00Z",
    )

    @field_validator("maintenance")
    @classmethod
    def _readable(cls, windows: tuple[str, ...]) -> tuple[str, ...]:
        for window in windows:
            _window(window)
        return windows

    @property
    def windows(self) -> tuple[tuple[datetime, datetime], ...]:
        """Begin and end of each maintenance window."""
        return tuple(_window(window) for window in self.maintenance)

    @property
    def pagerduty_key_text(self) -> str:
        """The routing key, or nothing."""
        return self.pagerduty_key.get_secret_value() if self.pagerduty_key else ""


def _window(text: str) -> tuple[datetime, datetime]:
    """Begin and end of a window.

    Raises:
        ValueError: it cannot be read, has no time zone, or ends before it begins.
    """
    begin, _, end = text.partition("/")
    try:
        times = datetime.fromisoformat(begin), datetime.fromisoformat(end)
    except ValueError:
        times = None
    if times is None or None in (times[0].tzinfo, times[1].tzinfo) or times[0] >= times[1]:
        raise ValueError(f"{text!r} is no window; write 2026-12-01T00:00Z/2026-12-01T02:00Z")
    return times
