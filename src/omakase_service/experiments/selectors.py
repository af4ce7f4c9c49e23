"""Reads of the app."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Count, F, Sum

from omakase_service.experiments.contracts import (
    DaySums,
    ExperimentCard,
    ExperimentDesign,
    ExperimentMetric,
    ExperimentState,
    ExperimentVariant,
    MetricSums,
    VariantSums,
)
from omakase_service.experiments.models import (
    CollectionCursor,
    DailyFigure,
    Experiment,
    Exposure,
    Measurement,
)
from omakase_service.platform.exceptions import NotFound
from omakase_settings import Placement

COLUMNS = ("units", *MetricSums.__dataclass_fields__)
"""Of a daily figure."""

OCCUPYING = (ExperimentState.DRAFT, ExperimentState.ACTIVE, ExperimentState.PAUSED)
"""States in which an experiment keeps its part of a layer."""


def experiments(*, state: ExperimentState | None = None) -> list[ExperimentCard]:
    """All, the newest first. One query."""
    rows = Experiment.objects.all()
    return [card_of(row) for row in (rows if state is None else rows.filter(state=state))]


def active_experiments() -> tuple[ExperimentCard, ...]:
    """Those whose variants are shown. One query."""
    return tuple(experiments(state=ExperimentState.ACTIVE))


def experiment_by_name(*, name: str) -> ExperimentCard:
    """One experiment. One query.

    Raises:
        NotFound: there is none of this name.
    """
    return card_of(experiment_row(name))


def occupied_parts(*, layer: str) -> list[tuple[float, float]]:
    """Start and end of each part of a layer that an experiment keeps. One query."""
    rows = Experiment.objects.filter(layer=layer, state__in=OCCUPYING)
    return [(row.layer_start, row.layer_start + row.design["layer_share"]) for row in rows]


def variant_sums(*, card: ExperimentCard) -> list[VariantSums]:
    """Counts and sums of every variant, as the design orders them. Two queries."""
    exposed = Exposure.objects.filter(experiment_id=card.name)
    units = {
        row["variant"]: row["units"]
        for row in exposed.values("variant").annotate(units=Count("pk")).order_by()
    }
    metrics = _sums_by_variant(card.name)
    return [
        VariantSums(v.name, units.get(v.name, 0), metrics.get(v.name, {}))
        for v in card.design.variants
    ]


def daily_sums(*, card: ExperimentCard) -> list[DaySums]:
    """Counts and sums at the end of each day on which anything was added. One query.

    Days are those of the log, in UTC; who was erased since is still in them.
    """
    totals: dict[tuple[str, str], list[float]] = {}
    found = []
    rows = DailyFigure.objects.filter(experiment_id=card.name).order_by("day")
    for day, of_day in groupby(rows, attrgetter("day")):
        for row in of_day:
            sums = totals.setdefault((row.variant, row.metric), [0.0] * len(COLUMNS))
            for number, column in enumerate(COLUMNS):
                sums[number] += getattr(row, column)
        found.append(DaySums(day, tuple(_total(v.name, totals) for v in card.design.variants)))
    return found


def _total(variant: str, totals: Mapping[tuple[str, str], Sequence[float]]) -> VariantSums:
    metrics = {m: MetricSums(*sums[1:]) for (v, m), sums in totals.items() if v == variant and m}
    return VariantSums(variant, int(totals.get((variant, ""), (0,))[0]), metrics)


def _sums_by_variant(name: str) -> Mapping[str, Mapping[str, MetricSums]]:
    rows = (
        Measurement.objects.filter(exposure__experiment_id=name)
        .values("exposure__variant", "metric")
        .annotate(
            first=Sum("amount"),
            second=Sum("base"),
            first_squares=Sum(F("amount") * F("amount")),
            second_squares=Sum(F("base") * F("base")),
            products=Sum(F("amount") * F("base")),
        )
        .order_by()
    )
    sums_of: dict[str, dict[str, MetricSums]] = {}
    for row in rows:
        sums = MetricSums(
            row["first"],
            row["second"],
            row["first_squares"],
            row["second_squares"],
            row["products"],
        )
        sums_of.setdefault(row["exposure__variant"], {})[row["metric"]] = sums
    return sums_of


def experiment_row(name: str) -> Experiment:
    """The row of an experiment, for the writes of this app.

    Raises:
        NotFound: there is none of this name.
    """
    row = Experiment.objects.filter(name=name).first()
    if row is None:
        raise NotFound(f"no experiment {name!r}")
    return row


def card_of(row: Experiment) -> ExperimentCard:
    """An experiment from its row."""
    return ExperimentCard(
        name=row.name,
        state=ExperimentState(row.state),
        design=design_of(row.design),
        layer_start=row.layer_start,
        created=row.created,
        started=row.started,
        ended=row.ended,
        winner=row.winner,
    )


def design_of(stored: Mapping[str, Any]) -> ExperimentDesign:
    """A design from its JSON."""
    variants: Sequence[Mapping[str, Any]] = stored["variants"]
    return ExperimentDesign(
        **{
            **stored,
            "variants": tuple(
                ExperimentVariant(v["name"], v["weight"], Placement(**v["placement"]))
                for v in variants
            ),
            "metrics": tuple(ExperimentMetric(**metric) for metric in stored["metrics"]),
        }
    )


def collected_answer() -> int | None:
    """Number of the last answer that was looked at; None where there is no experiment."""
    if not Experiment.objects.exists():
        return None
    row = CollectionCursor.objects.filter(pk=1).first()
    return 0 if row is None else row.answers
