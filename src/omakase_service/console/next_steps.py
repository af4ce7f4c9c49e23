"""What an owner should do next, in words, by how things stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.utils import timezone

from omakase_service.alerts.contracts import IncidentCard
from omakase_service.console.pages import address, address_of_job
from omakase_service.console.translations import language, say
from omakase_service.events.selectors import newest_event_time
from omakase_service.experiments.contracts import ExperimentState
from omakase_service.experiments.selectors import experiments
from omakase_service.experiments.services.analysis import experiment_results
from omakase_service.jobs.contracts import JobCard, JobState
from omakase_service.training.contracts import Stage, VersionCard

Urgency = Literal["now", "soon", "idea"]
DECIDED = ("winner", "worse", "harmful", "equal", "mismatch")
"""States of an experiment's analysis in which it waits for its owner."""

QUIET_HOURS = 24


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do.

    Attributes:
        words: a sentence; why: another one.
        url: where it is done.
        label: of the link.
    """

    urgency: Urgency
    words: str
    why: str
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the steps are judged by."""

    versions: list[VersionCard]
    incidents: list[IncidentCard]
    jobs: list[JobCard]

    @property
    def live(self) -> VersionCard | None:
        """The version that answers."""
        return next((each for each in self.versions if each.stage == Stage.LIVE), None)


def next_steps(standing: Standing) -> list[NextStep]:
    """All there is to do, the most urgent first."""
    steps = [step for find in FINDERS for step in find(standing)]
    order = ("now", "soon", "idea")
    return sorted(steps, key=lambda step: order.index(step.urgency))


def _first_steps(standing: Standing) -> Iterator[NextStep]:
    if newest_event_time() is None:
        yield NextStep(
            "now",
            say("Bring in your data."),
            say("There are no events yet, so nothing can be learnt."),
            address("imports"),
            say("Import a file"),
        )
    elif standing.live is None:
        yield NextStep(
            "now",
            say("Train a first version."),
            say("There are events, and nothing has learnt from them."),
            address("versions"),
            say("Go to versions"),
        )


def _open_incidents(standing: Standing) -> Iterator[NextStep]:
    for each in standing.incidents:
        yield NextStep("now", each.message, each.advice, address("alerts"), say("Open alerts"))


def _candidates(standing: Standing) -> Iterator[NextStep]:
    live = standing.live
    waiting = [
        each
        for each in standing.versions
        if each.stage == Stage.CANDIDATE and (live is None or each.created > live.created)
    ]
    if waiting and live is not None:
        newest = waiting[0]
        words = (newest.verdict.get("words") or {}).get(language()) or [newest.withheld]
        yield NextStep(
            "soon",
            say("Decide whether version {name} should answer.", name=newest.name),
            words[0] or say("It was not compared with the live version."),
            address("version", name=newest.name),
            say("Look at the version"),
        )


def _experiments(standing: Standing) -> Iterator[NextStep]:
    for card in experiments(state=ExperimentState.ACTIVE):
        results = experiment_results(name=card.name, language=language())
        if results.state in DECIDED:
            yield NextStep(
                "soon",
                say("Decide on the experiment {name}.", name=card.name),
                results.verdict[0],
                address("experiment", name=card.name),
                say("Look at the experiment"),
            )


def _failed_jobs(standing: Standing) -> Iterator[NextStep]:
    since = timezone.now() - timedelta(days=1)
    newest: dict[str, JobCard] = {}
    for job in standing.jobs:
        if job.finished is not None:
            newest.setdefault(job.kind, job)
    for job in newest.values():
        if job.state == JobState.FAILED and job.created > since:
            yield NextStep(
                "soon",
                say("Look at job {number} ({kind}), which failed.", number=job.id, kind=job.kind),
                job.note,
                address_of_job(job.id),
                say("Open the job"),
            )


def _silence(standing: Standing) -> Iterator[NextStep]:
    newest = newest_event_time()
    if not newest or any(each.name == "events" for each in standing.incidents):
        return
    hours = (timezone.now().timestamp() - newest) / 3_600
    if hours > QUIET_HOURS:
        yield NextStep(
            "idea",
            say("Send events as they happen."),
            say(
                "The event that came in last is {n} days old; lists follow what people do now.",
                n=int(hours / 24),
            ),
            "/api/docs",
            say("Open the API"),
        )


FINDERS: tuple[Callable[[Standing], Iterator[NextStep]], ...] = (
    _first_steps,
    _open_incidents,
    _candidates,
    _experiments,
    _failed_jobs,
    _silence,
)
