"""Who is told of a new job: a worker that polls the database, or another queue by setting.

With another queue (`jobs.dispatch`), its workers call `run_dispatched` with a job's number; state,
progress, cancelling and leases stay in the database, so that all else works alike.
"""

from importlib import import_module
from typing import Any, Protocol

from omakase_service.jobs.services.worker import run_next
from omakase_service.platform.database import transaction
from omakase_service.platform.exceptions import Invalid
from omakase_settings import settings


class Dispatcher(Protocol):
    """Tells somebody else's queue that a job waits."""

    def __call__(self, job_id: int) -> None:
        """Send the job's number."""
        ...


def dispatch(job_id: int) -> None:
    """Tell the configured queue of a job, once what made it is committed."""
    queue = settings().jobs.dispatch
    if queue != "database":
        transaction.on_commit(lambda: DISPATCHERS[queue](job_id))


def run_dispatched(job_id: int) -> int:
    """Do everything that waits, the oldest first, on behalf of another queue's worker; how many.

    The number says that there is something. All is done, since what found its key held when it was
    sent is sent by nobody again.
    """
    done = 0
    while run_next() is not None:
        done += 1
    return done


def to_celery(job_id: int) -> None:
    """Send a job to the Celery app that `jobs.celery_app` names ("project.celery:app")."""
    _celery_app().send_task(TASK, args=[job_id])


TASK = "omakase.run_job"
DISPATCHERS: dict[str, Dispatcher] = {"celery": to_celery}


def register_celery_task() -> Any:
    """Make the task known to the Celery app; call it in the module that Celery's workers load."""
    return _celery_app().task(name=TASK)(run_dispatched)


def _celery_app() -> Any:
    path = settings().jobs.celery_app
    module, _, name = path.partition(":")
    try:
        return getattr(import_module(module), name or "app")
    except (ImportError, AttributeError, ValueError) as error:
        raise Invalid(f"jobs.celery_app {path!r} cannot be loaded: {error}") from error
