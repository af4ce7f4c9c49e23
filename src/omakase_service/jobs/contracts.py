"""Values of the app: what a job is, what a handler promises, when a schedule is due. No Django."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel


class JobState(StrEnum):
    """State of a job. It leaves `queued` and `running` once and for ever."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class JobCancelled(Exception):
    """Raised between the steps of a job that somebody asked to stop."""


class JobSkipped(Exception):
    """Raised by a handler that finds nothing to do; its text says why."""


class LeaseLost(Exception):
    """Raised where a job's lease ended while it worked: another worker may have begun it anew."""


class NoParameters(BaseModel, extra="forbid"):
    """Parameters of a job that takes none."""


class JobContext(Protocol):
    """What a handler may do while it works."""

    @property
    def job_id(self) -> int:
        """Number of the job."""
        ...

    def progress(self, done: int, total: int, step: str) -> None:
        """Report `done` of `total` steps, and the step that comes next in words.

        Raises:
            JobCancelled: somebody asked the job to stop.
            LeaseLost: another worker may have taken the job over.
        """
        ...

    def note(self, step: str) -> None:
        """Report what is being done now, where the number of steps says nothing of it.

        Raises:
            JobCancelled, LeaseLost: as in `progress`.
        """
        ...

    def assert_lease(self) -> None:
        """Check, before something is published, that the job still is this worker's.

        Raises:
            LeaseLost: it is not.
        """
        ...


JobFunction = Callable[[JobContext, Any], Mapping[str, Any] | None]
"""Does a job with its checked parameters; its result as plain values."""


@dataclass(frozen=True, slots=True)
class JobHandler:
    """A kind of job.

    Attributes:
        kind: its name, for ever.
        run: does it.
        title: what it does, in a few words.
        parameters: a pydantic model that checks what is asked for.
        key: of two jobs with the same key one works at a time; by itself the kind.
        heavy: needs much memory or time: it gets a process of its own.
        attempts: how often it is begun, where its process ends before it.
        cron: when it is due by default, "minute hour day month weekday"; "": never by itself.
    """

    kind: str
    run: JobFunction
    title: str
    parameters: type[BaseModel] = NoParameters
    key: Callable[[Any], str] | None = None
    heavy: bool = False
    attempts: int = 3
    cron: str = ""

    def key_of(self, parameters: BaseModel) -> str:
        """Key of a job with these parameters."""
        return self.key(parameters) if self.key else self.kind


@dataclass(frozen=True, slots=True)
class JobCard:
    """A job as others may know it.

    Attributes:
        note: why it failed or was skipped; "" otherwise.
        schedule: by which it came, "" where somebody asked for it.
        log: a line for each step, with its time (UTC); empty in lists.
    """

    id: int
    kind: str
    key: str
    state: JobState
    parameters: Mapping[str, Any]
    result: Mapping[str, Any]
    done: int
    total: int
    step: str
    note: str
    schedule: str
    attempts: int
    created: datetime
    started: datetime | None
    finished: datetime | None
    log: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleCard:
    """When a kind of job is due.

    Attributes:
        cron: minute, hour, day, month, weekday, in `time_zone`.
        next_run: none where it is switched off.
        last_job: number of the job it last made.
        note: what became of the last time, in words.
    """

    name: str
    kind: str
    parameters: Mapping[str, Any]
    cron: str
    time_zone: str
    enabled: bool
    next_run: datetime | None
    last_run: datetime | None
    last_job: int | None
    note: str
