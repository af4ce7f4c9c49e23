"""How an experiment stands, in figures and words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from omakase_service.experiments import engine
from omakase_service.experiments.contracts import ExperimentResults
from omakase_service.experiments.selectors import daily_sums, experiment_by_name, variant_sums
from omakase_service.platform.exceptions import NotFound

DAY_SECONDS = 86_400


def experiment_results(*, name: str, language: Literal["en", "ko"] = "en") -> ExperimentResults:
    """Where an experiment stands, and stood at the end of each day. Four queries.

    Raises:
        NotFound: there is none of this name.
    """
    card = experiment_by_name(name=name)
    days = None
    if card.started is not None:
        passed = (card.ended or datetime.now(UTC)) - card.started
        days = passed.total_seconds() / DAY_SECONDS
    sums = variant_sums(card=card)
    report = engine.results(card, sums, days=days, language=language)
    return replace(report, effects=engine.effect_points(card, daily_sums(card=card)))


def experiment_plot(*, name: str, metric: str = "", language: Literal["en", "ko"] = "en") -> str:
    """The effect over time as SVG. Two queries.

    Args:
        metric: "" is the first primary one.

    Raises:
        NotFound: there is no experiment, or no metric, of this name.
    """
    card = experiment_by_name(name=name)
    metrics = card.design.metrics
    chosen = metric or next(metric.name for metric in metrics if metric.role == "primary")
    if chosen not in [metric.name for metric in metrics]:
        names = ", ".join(metric.name for metric in metrics)
        raise NotFound(f"experiment {name!r} has no metric {chosen!r}: {names}")
    points = engine.effect_points(card, daily_sums(card=card))
    of_metric = [point for point in points if point.metric == chosen]
    return engine.effect_plot(f"{name}: {chosen}", of_metric, language=language)
