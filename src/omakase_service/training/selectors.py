"""Reads of the app."""

from collections.abc import Iterator
from typing import Any

from omakase_service.events.selectors import lines_after
from omakase_service.jobs.contracts import JobCard
from omakase_service.jobs.selectors import job_by_id, jobs
from omakase_service.platform.exceptions import NotFound
from omakase_service.training.contracts import TRAINING, RunCard, Stage, VersionCard
from omakase_service.training.models import ModelVersion


def live_version() -> str | None:
    """Name of the version that answers, none before the first promotion. One query."""
    return ModelVersion.objects.filter(stage=Stage.LIVE).values_list("name", flat=True).first()


def live_card() -> VersionCard | None:
    """The version that answers. One query."""
    row = ModelVersion.objects.filter(stage=Stage.LIVE).first()
    return _card(row) if row else None


def version_before() -> VersionCard | None:
    """The version that answered before the live one. One query."""
    row = (
        ModelVersion.objects.filter(stage=Stage.RETIRED, promoted__isnull=False)
        .order_by("-retired", "-pk")
        .first()
    )
    return _card(row) if row else None


def versions() -> list[VersionCard]:
    """All versions, newest first. One query."""
    return [_card(row) for row in ModelVersion.objects.order_by("-created", "-pk")]


def version_by_name(*, name: str) -> VersionCard:
    """One version. One query.

    Raises:
        NotFound: no such version.
    """
    row = ModelVersion.objects.filter(name=name).first()
    if row is None:
        raise NotFound(f"no version {name!r}")
    return _card(row)


def version_of_run(*, job_id: int) -> VersionCard | None:
    """The version that a run has entered; None where it has not come so far. One query."""
    row = ModelVersion.objects.filter(job=job_id).first()
    return _card(row) if row else None


def runs(*, limit: int = 20) -> list[RunCard]:
    """The newest runs. One query."""
    return [_run(card) for card in jobs(kind=TRAINING, limit=limit)]


def run_by_id(*, run_id: int) -> RunCard:
    """One run. One query.

    Raises:
        NotFound: no such run.
    """
    try:
        return _run(job_by_id(job_id=run_id, kind=TRAINING))
    except NotFound:
        raise NotFound(f"no run {run_id}") from None


def numbered_lines(*, after: int, until: int) -> Iterator[tuple[Any, ...]]:
    """Events for training behind a number, in the order they came in, as the snapshot has them.

    A session without a user is its own user.
    """
    for line in lines_after(seq=after, until=until):
        seq, user, session, item, kind, value, time, *context = line
        yield seq, user or f"session:{session}", item, kind, value, time, session, *context


def training_lines(*, until: int) -> Iterator[tuple[str, str, str, float | None, int]]:
    """All events for training, without their numbers and how people came to them."""
    for line in numbered_lines(after=0, until=until):
        yield line[1:6]


def _card(row: ModelVersion) -> VersionCard:
    return VersionCard(
        name=row.name,
        stage=Stage(row.stage),
        best=row.best,
        models=row.measures,
        window=row.window,
        created=row.created,
        promoted=row.promoted,
        table=row.table,
        remarks=tuple(row.remarks),
        withheld=row.withheld,
        recipe=row.recipe,
        verdict=row.verdict,
        curves=row.curves,
    )


def _run(card: JobCard) -> RunCard:
    return RunCard(
        id=card.id,
        state=card.state,
        plan=card.parameters,
        done=card.done,
        total=card.total,
        step=card.step,
        error=card.note,
        version=card.result.get("version"),
        created=card.created,
        started=card.started,
        finished=card.finished,
    )
