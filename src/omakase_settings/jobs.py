"""Jobs: who does them, when, and how long they are kept."""

from typing import Any, Literal

from pydantic import Field

from omakase_settings.group import SettingGroup


class ScheduleSettings(SettingGroup, frozen=True):
    """When a kind of job is due; what is left out stays as it comes by default."""

    kind: str | None = Field(default=None, description="of the job; by itself the schedule's name")
    cron: str | None = Field(
        default=None, description="minute hour day month weekday, as in 0 3 * * *"
    )
    time_zone: str | None = Field(default=None, description="as in Asia/Seoul")
    parameters: dict[str, Any] | None = Field(default=None, description="of the job")
    enabled: bool | None = Field(default=None, description="false switches it off")


class JobSettings(SettingGroup, frozen=True):
    """Jobs: who does them, when, and how long they are kept."""

    lease_seconds: float = Field(
        default=60.0,
        gt=0,
        description="a worker on another machine that is silent for longer has lost its job",
    )
    keep_days: float = Field(default=30.0, ge=0, description="how long ended jobs are kept")
    time_zone: str = Field(default="UTC", description="of schedules that name none")
    schedules: dict[str, ScheduleSettings] = Field(
        default={}, description="schedules by name; they change or add to the default ones"
    )
    dispatch: Literal["database", "celery"] = Field(
        default="database",
        description="who is told of new jobs: workers that poll the database, or another queue",
    )
    celery_app: str = Field(
        default="", description="module:name of the Celery app, where dispatch is celery"
    )
