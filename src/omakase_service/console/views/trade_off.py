"""What varied lists cost at a placement, as it was measured on the owner's data."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from omakase_service.console.charts import curve_chart
from omakase_service.console.pages import act, address, address_of_job, needs, param
from omakase_service.console.translations import say
from omakase_service.jobs.services import queue
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving.trade_off import KIND, trade_off_of
from omakase_service.training.selectors import live_card
from omakase_settings import Placement


@dataclass(frozen=True, slots=True)
class TradeOffLine:
    """One place of the knob.

    Attributes:
        kept: share of the accuracy of knob 0; none where that is 0.
        is_usual: it is what holds at the placement.
    """

    knob: float
    ndcg: float
    diversity: float
    coverage: float
    kept: float | None
    is_usual: bool


@dataclass(frozen=True, slots=True)
class TradeOffPlot:
    """The drawing and its table.

    Attributes:
        people: whose later events judged the lists.
    """

    version: str
    model: str
    k: int
    people: int
    drawing: SafeString
    lines: Sequence[TradeOffLine]


def plot_of(usual: Placement) -> tuple[str, TradeOffPlot | None]:
    """The model that answers at a placement, and what was measured of it. One query.

    The model is "" where no version is live; the plot is none where nothing was measured yet.
    """
    card = live_card()
    if card is None:
        return "", None
    model = usual.model or card.best
    found = trade_off_of(card, model)
    if found is None:
        return model, None
    lines = _lines(found["points"], usual.diversity or 0.0)
    titles = [
        say("diversity {knob}: NDCG {ndcg}, difference {difference}", knob=f"{each.knob:g}",
            ndcg=f"{each.ndcg:.3f}", difference=f"{each.diversity:.3f}")
        for each in lines
    ]  # fmt: skip
    usual_place = next((n for n, each in enumerate(lines) if each.is_usual), None)
    points = [(each.diversity, each.ndcg) for each in lines]
    drawing = curve_chart(say("What diversity costs"), points, titles, usual_place)
    return model, TradeOffPlot(card.name, model, found["k"], found["people"], drawing, lines)


@needs(Role.EDIT)
@require_POST
def measure(request: ServiceRequest) -> HttpResponse:
    """Ask for the measurement of the live version's model."""
    parameters = {"model": param(request, "model")}
    return act(
        request,
        lambda: queue.enqueue(kind=KIND, parameters=parameters),
        say("The measurement is asked for. A worker begins it as soon as one is free."),
        address("placement", name=param(request, "name")),
        address_of_job,
    )


def _lines(points: Sequence[dict[str, float]], usual: float) -> list[TradeOffLine]:
    start = points[0]["ndcg"]
    nearest = min(points, key=lambda each: abs(each["knob"] - usual))["knob"]
    return [
        TradeOffLine(
            knob=each["knob"],
            ndcg=each["ndcg"],
            diversity=each["diversity"],
            coverage=each["coverage"],
            kept=each["ndcg"] / start if start else None,
            is_usual=each["knob"] == nearest,
        )
        for each in points
    ]
