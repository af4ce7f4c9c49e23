"""Experiments: how they stand, in words and over time; started, paused, ended."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_POST

from omakase_service.console.pages import act, address, needs, page, param
from omakase_service.console.translations import language, say
from omakase_service.experiments.contracts import ExperimentState
from omakase_service.experiments.selectors import experiment_by_name, experiments
from omakase_service.experiments.services import lifecycle
from omakase_service.experiments.services.analysis import experiment_plot, experiment_results
from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role

MOVES: Mapping[str, tuple[Callable[..., Any], str]] = {
    "start": (lifecycle.start_experiment, "The experiment {name} is active."),
    "pause": (
        lifecycle.pause_experiment,
        "The experiment {name} is paused; all get what is usual.",
    ),
    "end": (lifecycle.complete_experiment, "The experiment {name} has ended."),
    "delete": (lifecycle.delete_experiment, "The draft {name} is deleted."),
}
"""What a button does, and what is said then."""


@needs(Role.SEE)
@require_GET
def experiment_list(request: ServiceRequest) -> HttpResponse:
    """All experiments with their verdicts."""
    cards = [(card, _results(card)) for card in experiments()]
    return page(request, "experiments", "experiments", experiments=cards)


@needs(Role.SEE)
@require_GET
def experiment(request: ServiceRequest) -> HttpResponse:
    """One experiment: verdict, figures, effect over time."""
    card = experiment_by_name(name=param(request, "name"))
    results = experiment_results(name=card.name, language=language())
    names = [each.name for each in card.design.metrics]
    metric = param(request, "metric")
    metric = metric if metric in names else ""
    return page(
        request,
        "experiment",
        "experiments",
        card=card,
        results=results,
        variants=[(each, results.units.get(each.name, 0)) for each in card.design.variants],
        plot=_plot(card.name, metric) if results.effects else "",
        metric=metric,
        metrics=names,
        is_open=card.state in (ExperimentState.ACTIVE, ExperimentState.PAUSED),
    )


@needs(Role.EDIT)
@require_POST
def change(request: ServiceRequest) -> HttpResponse:
    """Start, pause, end or delete an experiment."""
    name, move = param(request, "name"), param(request, "to")
    work, words = MOVES.get(move, (_unknown, ""))
    arguments = {"name": name}
    if move == "end":
        arguments["winner"] = param(request, "winner")
    to = address("experiments") if move == "delete" else address("experiment", name=name)
    return act(request, lambda: work(**arguments), say(words, name=name) if words else "", to)


def _unknown(name: str) -> None:
    raise Invalid(f"nothing was said of what becomes of the experiment {name!r}")


def _results(card: Any) -> Any:
    if card.state == ExperimentState.DRAFT:
        return None
    return experiment_results(name=card.name, language=language())


def _plot(name: str, metric: str) -> SafeString:
    """The drawing, whose texts are escaped where it is made."""
    drawing = experiment_plot(name=name, metric=metric, language=language())
    return mark_safe(drawing)  # noqa: S308
