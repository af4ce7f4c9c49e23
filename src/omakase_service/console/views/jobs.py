"""Jobs and schedules: progress, logs, cancelled, retried, run now."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from omakase_service.console.pages import act, address, address_of_job, needs, page, param
from omakase_service.console.translations import say
from omakase_service.jobs.contracts import OPEN_STATES, JobHandler, JobState
from omakase_service.jobs.handlers import all_handlers
from omakase_service.jobs.selectors import job_by_id, jobs
from omakase_service.jobs.services import queue, scheduling
from omakase_service.jobs.services.worker import recover_lost
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role

LATEST = 40
AGAIN = (JobState.FAILED, JobState.CANCELLED, JobState.SKIPPED)


@needs(Role.SEE)
@require_GET
def job_list(request: ServiceRequest) -> HttpResponse:
    """The newest jobs, and when each kind is due."""
    recover_lost()
    kind, state = param(request, "kind"), param(request, "state")
    only = JobState(state) if state in list(JobState) else None
    return page(
        request,
        "jobs",
        "jobs",
        jobs=jobs(kind=kind or None, state=only, limit=LATEST),
        schedules=scheduling.schedules(),
        kinds=startable(),
        states=list(JobState),
        kind=kind,
        state=state,
    )


@needs(Role.SEE)
@require_GET
def job(request: ServiceRequest, job_id: int) -> HttpResponse:
    """One job with its log."""
    recover_lost()
    card = job_by_id(job_id=job_id)
    return page(
        request,
        "job",
        "jobs",
        job=card,
        is_open=card.state in OPEN_STATES,
        may_retry=card.state in AGAIN,
        parameters=dict(card.parameters),
        outcome=dict(card.result),
    )


@needs(Role.EDIT)
@require_POST
def start(request: ServiceRequest) -> HttpResponse:
    """Ask for a job now, with the parameters of its schedule where it has one."""
    kind, schedule = param(request, "kind"), param(request, "schedule")
    scheduled = next((each for each in scheduling.schedules() if each.name == schedule), None)
    parameters = dict(scheduled.parameters) if scheduled else {}
    return act(
        request,
        lambda: queue.enqueue(kind=scheduled.kind if scheduled else kind, parameters=parameters),
        say("The job is asked for. A worker begins it as soon as one is free."),
        address("jobs"),
        address_of_job,
    )


@needs(Role.EDIT)
@require_POST
def retry(request: ServiceRequest, job_id: int) -> HttpResponse:
    """Ask for the same once more."""
    words = say("Job {number} is asked for once more.", number=job_id)
    to = address("jobs")
    return act(request, lambda: queue.retry(job_id=job_id), words, to, address_of_job)


@needs(Role.EDIT)
@require_POST
def cancel(request: ServiceRequest, job_id: int) -> HttpResponse:
    """Stop a job before its next step."""
    return act(
        request,
        lambda: queue.cancel(job_id=job_id),
        say("Job {number} stops before its next step.", number=job_id),
        address_of_job(job_id),
    )


@needs(Role.ADMINISTER)
@require_POST
def save_schedule(request: ServiceRequest) -> HttpResponse:
    """Change when a kind of job is due, or switch it on or off."""
    name, cron = param(request, "name"), param(request, "cron")
    switch = {"on": True, "off": False}.get(param(request, "switch"))
    return act(
        request,
        lambda: scheduling.save_schedule(name=name, cron=cron or None, enabled=switch),
        say("The schedule {name} is saved.", name=name),
        address("jobs"),
    )


def startable() -> list[JobHandler]:
    """Kinds that can be begun by their name alone; others begin where what they need is known."""
    return [each for each in all_handlers() if not _needs_parameters(each)]


def _needs_parameters(handler: JobHandler) -> bool:
    """Whether one of its parameters has no default."""
    return any(field.is_required() for field in handler.parameters.model_fields.values())
