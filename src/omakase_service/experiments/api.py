"""HTTP: experiments, for administrators."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from omakase_service.experiments import selectors
from omakase_service.experiments.contracts import (
    ExperimentCard,
    ExperimentDesign,
    ExperimentKind,
    ExperimentMetric,
    ExperimentResults,
    ExperimentState,
    ExperimentVariant,
    MetricKind,
    MetricRole,
)
from omakase_service.experiments.services import analysis, lifecycle
from omakase_service.platform.access import ADMIN
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Word
from omakase_settings import Placement

router = Router(tags=["experiments"], auth=ADMIN)
Unit = Literal["user", "session"]
SVG = {
    "responses": {
        200: {"description": "OK", "content": {"image/svg+xml": {"schema": {"type": "string"}}}}
    }
}


class VariantBody(Body):
    """One of the things compared."""

    name: Word
    weight: float = Field(gt=0, le=1, description="share of those who take part")
    placement: Placement = Field(default=Placement(), description="what holds for its people")


class MetricBody(Body):
    """One thing that is measured."""

    name: Word
    kind: MetricKind = "rate"
    role: MetricRole = "primary"
    direction: Literal["higher", "lower"] = Field(
        default="higher", description="which way is better"
    )
    tolerance: float = Field(
        default=0.02, ge=0, description="of a guardrail: relative loss that is accepted"
    )


class ExperimentBody(Body):
    """What an experiment is to find out."""

    place: Word = Field(description="name of the placement whose people take part")
    variants: list[VariantBody] = Field(description="the control first; weights add up to 1")
    metrics: list[MetricBody] = Field(description="at least one of them primary")
    kind: ExperimentKind = "placement"
    unit: Unit = Field(default="user", description="what keeps its variant")
    traffic: float = Field(default=1.0, gt=0, le=1, description="share of people who take part")
    layer: Word = Field(default="", description="experiments of one layer exclude each other")
    layer_share: float = Field(default=1.0, gt=0, le=1, description="part of the layer")
    target: int = Field(default=1000, ge=2, description="units wanted a variant")
    days: float = Field(default=14.0, gt=0, description="planned length")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="confidence")
    least_lift: float = Field(default=0.05, gt=0, description="least relative change that matters")
    looking: Literal["anytime", "fixed"] = Field(
        default="anytime", description="looked at whenever one likes, or once at the target"
    )

    def design(self) -> ExperimentDesign:
        """The same as a value."""
        fields = self.dict(exclude={"variants", "metrics"})
        return ExperimentDesign(
            **fields,
            variants=tuple(ExperimentVariant(v.name, v.weight, v.placement) for v in self.variants),
            metrics=tuple(ExperimentMetric(**metric.dict()) for metric in self.metrics),
        )


class ExperimentCreate(ExperimentBody):
    """An experiment to be written down."""

    name: Word = Field(min_length=1, description="never used again for another")

    def design(self) -> ExperimentDesign:
        """The same as a value, without the name."""
        return ExperimentBody(**self.dict(exclude={"name"}, exclude_unset=True)).design()


class ExperimentOut(ExperimentBody):
    """An experiment."""

    name: str
    state: str = Field(description="draft, active, paused or completed")
    created: datetime
    started: datetime | None
    ended: datetime | None
    winner: str


class ComparisonSchema(Schema):
    """One variant against the control by one metric."""

    metric: str
    variant: str
    role: str
    control_mean: float
    treatment_mean: float
    lift: float | None
    lift_low: float | None = Field(description="null where nothing bounds it")
    lift_high: float | None = Field(description="null where nothing bounds it")
    p_value: float = Field(description="allowing for all comparisons of its role")
    better: bool | None = Field(description="null while it is open")
    safety: str | None = Field(description="of a guardrail: safe, harmed or open")
    needed: float | None = Field(description="units a variant to find the least lift")


class EffectPointSchema(Schema):
    """The lift of a variant by a metric as it stood at the end of a day."""

    day: date = Field(description="in UTC")
    metric: str
    variant: str
    lift: float | None
    low: float | None = Field(description="null where nothing bounds it")
    high: float | None = Field(description="null where nothing bounds it")


class ResultsOut(Schema):
    """Where an experiment stands."""

    name: str
    state: str = Field(
        description="mismatch, harmful, winner, worse, equal, running, too_early or undecided"
    )
    leader: str
    progress: float = Field(description="from 0 to 1")
    days_left: float | None
    units: dict[str, int] = Field(description="people exposed, by variant")
    ratio_p: float = Field(description="p-value of the planned shares")
    comparisons: list[ComparisonSchema]
    verdict: list[str] = Field(description="what is so, how far it is, what would change it")
    effects: list[EffectPointSchema] = Field(
        description="how each comparison stood at the end of each day, the oldest first"
    )


class CompletionRequest(Body):
    """How an experiment ends."""

    winner: Word = Field(default="", description="the variant to go on with")
    adopt: bool = Field(
        default=True, description="let what the winner says hold at the placement from now on"
    )


@router.get(
    "", response=list[ExperimentOut], operation_id="list_experiments", summary="List experiments"
)
def list_experiments(
    request: HttpRequest, state: ExperimentState | None = None
) -> list[dict[str, Any]]:
    """List experiments, the newest first."""
    return [_describe(card) for card in selectors.experiments(state=state)]


@router.post(
    "",
    response={201: ExperimentOut},
    operation_id="create_experiment",
    summary="Create a draft of an experiment",
)
def create_experiment(request: HttpRequest, experiment: ExperimentCreate) -> Status[Any]:
    """Create a draft of an experiment."""
    card = lifecycle.create_experiment(name=experiment.name, design=experiment.design())
    return Status(201, _describe(card))


@router.get(
    "/{name}",
    response=ExperimentOut,
    operation_id="get_experiment",
    summary="Get an experiment",
)
def get_experiment(request: HttpRequest, name: str) -> dict[str, Any]:
    """Get an experiment."""
    return _describe(selectors.experiment_by_name(name=name))


@router.put(
    "/{name}",
    response=ExperimentOut,
    operation_id="update_experiment",
    summary="Replace the design of a draft",
)
def update_experiment(
    request: HttpRequest, name: str, experiment: ExperimentBody
) -> dict[str, Any]:
    """Replace the design of a draft."""
    return _describe(lifecycle.change_experiment(name=name, design=experiment.design()))


@router.delete(
    "/{name}",
    response={204: None},
    operation_id="delete_experiment",
    summary="Delete a draft",
)
def delete_experiment(request: HttpRequest, name: str) -> Status[Any]:
    """Delete a draft."""
    lifecycle.delete_experiment(name=name)
    return Status(204, None)


@router.post(
    "/{name}/start",
    response=ExperimentOut,
    operation_id="start_experiment",
    summary="Start or resume an experiment",
)
def start_experiment(request: HttpRequest, name: str) -> dict[str, Any]:
    """Start or resume an experiment."""
    return _describe(lifecycle.start_experiment(name=name))


@router.post(
    "/{name}/pause",
    response=ExperimentOut,
    operation_id="pause_experiment",
    summary="Pause an experiment",
)
def pause_experiment(request: HttpRequest, name: str) -> dict[str, Any]:
    """Pause an experiment."""
    return _describe(lifecycle.pause_experiment(name=name))


@router.post(
    "/{name}/complete",
    response=ExperimentOut,
    operation_id="complete_experiment",
    summary="Complete an experiment; its placement gets what the winner says",
)
def complete_experiment(
    request: HttpRequest, name: str, completion: CompletionRequest
) -> dict[str, Any]:
    """Complete an experiment; its placement gets what the winner says."""
    return _describe(lifecycle.complete_experiment(name=name, **completion.dict()))


@router.get(
    "/{name}/results",
    response=ResultsOut,
    operation_id="get_experiment_results",
    summary="Get where an experiment stands",
)
def get_experiment_results(
    request: HttpRequest, name: str, language: Literal["en", "ko"] = "en"
) -> ExperimentResults:
    """Get where an experiment stands."""
    return analysis.experiment_results(name=name, language=language)


@router.get(
    "/{name}/plot",
    operation_id="plot_experiment",
    summary="Plot the effect over time with its intervals, as SVG",
    openapi_extra=SVG,
)
def plot_experiment(
    request: HttpRequest, name: str, metric: Word = "", language: Literal["en", "ko"] = "en"
) -> HttpResponse:
    """Plot the effect over time with its intervals, as SVG."""
    drawing = analysis.experiment_plot(name=name, metric=metric, language=language)
    return HttpResponse(drawing, content_type="image/svg+xml")


def _describe(card: ExperimentCard) -> dict[str, Any]:
    design = asdict(card.design)
    for description, variant in zip(design["variants"], card.design.variants, strict=True):
        description["placement"] = variant.placement
    return {
        **design,
        "name": card.name,
        "state": card.state.value,
        "created": card.created,
        "started": card.started,
        "ended": card.ended,
        "winner": card.winner,
    }
