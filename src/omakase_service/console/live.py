"""Figures of the minute that is running, once for all pages that are open in this process."""

from dataclasses import asdict, dataclass
from hashlib import blake2b
from time import time

from omakase_service.alerts.selectors import incidents
from omakase_service.events.selectors import pace_since
from omakase_service.jobs.selectors import jobs
from omakase_service.recommendation_log.selectors import pace_since as answers_since
from omakase_service.training.selectors import live_version

MINUTE = 60
LATEST_JOBS = 20


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """The last sixty seconds, and a mark of what else the pages show.

    Attributes:
        milliseconds: mean of the answers; None where there are none.
        stamp: another one as soon as a job, an alert or the live version is not as it was.
    """

    answers: int
    milliseconds: float | None
    events: int
    clicks: int
    purchases: int
    stamp: str

    def body(self) -> dict[str, object]:
        """What a page is told."""
        return {"type": "live", **asdict(self)}


def live_figures() -> LiveFigures:
    """The figures of now. Six queries, each over an index."""
    since = int(time()) - MINUTE
    answers, mean = answers_since(time=since)
    by_kind = pace_since(time=since)
    return LiveFigures(
        answers=answers,
        milliseconds=None if mean is None else round(mean, 1),
        events=sum(by_kind.values()),
        clicks=by_kind.get("click", 0),
        purchases=by_kind.get("purchase", 0),
        stamp=_stamp(),
    )


def _stamp() -> str:
    parts = (
        [(job.id, str(job.state), job.done, job.step) for job in jobs(limit=LATEST_JOBS)],
        [(each.name, each.message) for each in incidents(open_only=True)],
        live_version(),
    )
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()
