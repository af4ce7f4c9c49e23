"""HTTP: versions and runs; reading them, and for administrators training and promotion."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from omakase_service.jobs.services.worker import recover_lost
from omakase_service.platform.access import ADMIN, READ
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Word
from omakase_service.training import selectors, services, versions
from omakase_service.training.contracts import RunCard, VersionCard

router = Router(tags=["models"])
other_names = Router(tags=["models"])
"""Paths by which other systems know operations; the document does not name them twice."""


class VersionOut(Schema):
    """A version."""

    name: str
    stage: str
    best: str = Field(description="the model that answers where none is named")
    models: dict[str, dict[str, float]] = Field(description="each model and its measures")
    window: dict[str, int] = Field(description="the events it learnt from")
    recipe: dict[str, Any] = Field(description="the best model and its knobs")
    verdict: dict[str, Any] = Field(
        description="of the promotion gate: figures, guardrails, words in English and Korean"
    )
    remarks: list[str] = Field(description="what came up in training, a sentence each")
    withheld: str = Field(
        description="why it is not promoted unless that is forced; empty where it may be"
    )
    created: datetime
    promoted: datetime | None


class ModelsOut(Schema):
    """What answers, and what there is beside."""

    live: str | None
    default: str | None = Field(description="the model that answers where none is named")
    models: list[str] = Field(description="models that may be named now")
    versions: list[VersionOut]


class RunOut(Schema):
    """A run."""

    id: int
    state: str
    plan: dict[str, Any]
    done: int
    total: int
    step: str
    error: str
    version: str | None
    created: datetime
    started: datetime | None
    finished: datetime | None


class RetrainIn(Body):
    """What to train."""

    models: dict[str, dict[str, Any]] | list[Word] | None = Field(
        default=None, description="names, or names to knobs; none: those of the settings"
    )
    evaluate: bool = True
    promote: bool = Field(
        default=False, description="let the promotion gate decide whether the version answers"
    )
    repeats: bool | None = Field(
        default=None,
        description="people take the same again: count it as right; none: as the settings say",
    )


@router.get(
    "",
    response=ModelsOut,
    auth=READ,
    operation_id="list_models",
    summary="List models of the live version, and all versions",
)
def list_models(request: HttpRequest) -> dict[str, Any]:
    """List models of the live version, and all versions."""
    cards = selectors.versions()
    live = next((v for v in cards if v.stage == "live"), None)
    return {
        "live": live.name if live else None,
        "default": live.best if live else None,
        "models": sorted(live.models) if live else [],
        "versions": cards,
    }


@router.get(
    "/status",
    response=list[RunOut],
    auth=ADMIN,
    operation_id="list_training_runs",
    summary="List the newest training runs",
)
def status(request: HttpRequest) -> list[RunCard]:
    """List the newest training runs."""
    recover_lost()
    return selectors.runs()


other_names.get("/status", response=list[RunOut], auth=ADMIN, include_in_schema=False)(status)


@router.post(
    "/retrain",
    response={202: RunOut},
    auth=ADMIN,
    operation_id="start_training",
    summary="Start a training run in the background",
)
def retrain(request: HttpRequest, asked: RetrainIn) -> Status[Any]:
    """Start a training run in the background."""
    run_id = services.start_run(
        models=asked.models,
        evaluate=asked.evaluate,
        repeats=asked.repeats,
        promote=asked.promote,
    )
    return Status(202, selectors.run_by_id(run_id=run_id))


@router.get(
    "/runs/{int:run_id}",
    response=RunOut,
    auth=ADMIN,
    operation_id="get_training_run",
    summary="Get a training run",
)
def get_run(request: HttpRequest, run_id: int) -> RunCard:
    """Get a training run."""
    recover_lost()
    return selectors.run_by_id(run_id=run_id)


@router.post(
    "/runs/{int:run_id}/cancel",
    response={202: RunOut},
    auth=ADMIN,
    operation_id="cancel_training_run",
    summary="Cancel a training run before its next step",
)
def cancel(request: HttpRequest, run_id: int) -> Status[Any]:
    """Cancel a training run before its next step."""
    services.cancel_run(run_id=run_id)
    return Status(202, selectors.run_by_id(run_id=run_id))


@router.post(
    "/runs/{int:run_id}/retry",
    response={202: RunOut},
    auth=ADMIN,
    operation_id="retry_training_run",
    summary="Retry a training run that failed or was cancelled",
)
def retry(request: HttpRequest, run_id: int) -> Status[Any]:
    """Retry a training run that failed or was cancelled."""
    return Status(202, selectors.run_by_id(run_id=services.retry_run(run_id=run_id)))


@router.post(
    "/rollback",
    response=VersionOut,
    auth=ADMIN,
    operation_id="roll_back_version",
    summary="Roll back to the version that was live before",
)
def roll_back(request: HttpRequest) -> VersionCard:
    """Roll back to the version that was live before."""
    return versions.roll_back()


@router.post(
    "/{name}/promote",
    response=VersionOut,
    auth=ADMIN,
    operation_id="promote_version",
    summary="Promote a version to live",
)
def promote(request: HttpRequest, name: Word, force: bool = False) -> VersionCard:
    """Promote a version to live; one that is withheld only by `force=true`."""
    return versions.promote_version(name=name, force=force)
