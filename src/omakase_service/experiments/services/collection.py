"""From the log of answers to exposures and measurements, by cursor: each row counts once."""

import time
from collections.abc import Mapping
from typing import Any

from omakase_service.experiments.contracts import (
    ExperimentCard,
    ExperimentMetric,
    ExposureIn,
    MeasurementIn,
)
from omakase_service.experiments.models import CollectionCursor
from omakase_service.experiments.selectors import experiments
from omakase_service.experiments.services.exposures import (
    record_conversions,
    record_exposures,
    record_measurements,
)
from omakase_service.jobs.contracts import JobContext
from omakase_service.platform.database import transaction
from omakase_service.recommendation_log.contracts import ExposedAnswer, ExposedOutcome, OutcomeKind
from omakase_service.recommendation_log.selectors import exposed_answers, exposed_outcomes
from omakase_service.recommendation_log.store import settled_answer

CHUNK = 200
MOST_PAUSE_SECONDS = 0.5
COUNTED = {"clicks": OutcomeKind.CLICK, "conversions": OutcomeKind.CONVERSION}
"""Rates by their names: whether somebody did it at all."""
CLICK_RATE, REVENUE = "ctr", "revenue"
"""A ratio, clicks to items shown; and a mean, the value of conversions."""
KINDS = {**dict.fromkeys(COUNTED, "rate"), CLICK_RATE: "ratio", REVENUE: "mean"}
"""What is collected from the log, and what kind of metric each is."""


def collect_job(context: JobContext, parameters: object) -> Mapping[str, Any]:
    """The job: look through what is new in the log; how much of it was of experiments."""
    counts = {"answers": 0, "outcomes": 0}
    while True:
        context.assert_lease()
        started = time.monotonic()
        looked, count = collect_chunk()
        counts = {name: counts[name] + count[name] for name in counts}
        context.progress(sum(counts.values()), sum(counts.values()) + 1, "looking through the log")
        if not looked:
            return counts
        time.sleep(min(time.monotonic() - started, MOST_PAUSE_SECONDS))  # others write, too


def collect_chunk() -> tuple[bool, dict[str, int]]:
    """Whether anything was looked at, and how much of it was of experiments.

    What is new is read before the transaction begins: requests that write wait for it on SQLite.
    """
    at, _ = CollectionCursor.objects.get_or_create(pk=1)
    cards = {card.name: card for card in experiments()}
    answers_end, answers = exposed_answers(after=at.answers, until=settled_answer(), limit=CHUNK)
    outcomes_end, outcomes = exposed_outcomes(
        after=at.outcomes, answers_until=answers_end, limit=CHUNK
    )
    if (answers_end, outcomes_end) == (at.answers, at.outcomes):
        return False, {"answers": 0, "outcomes": 0}
    with transaction.atomic():
        cursor = CollectionCursor.objects.select_for_update().get(pk=1)
        if (cursor.answers, cursor.outcomes) != (at.answers, at.outcomes):
            return True, {"answers": 0, "outcomes": 0}  # somebody else has counted them
        _count_answers(cards, answers)
        _count_outcomes(cards, outcomes)
        cursor.answers, cursor.outcomes = answers_end, outcomes_end
        cursor.save()
    return True, {"answers": len(answers), "outcomes": len(outcomes)}


def _count_answers(cards: Mapping[str, ExperimentCard], answers: list[ExposedAnswer]) -> None:
    answers_counted = [answer for answer in answers if answer.experiment in cards]
    record_exposures(
        exposures=[
            ExposureIn(
                experiment=answer.experiment,
                variant=answer.variant,
                unit_id=_unit(cards[answer.experiment], answer),
                time=answer.time,
                user_id=answer.user_id,
                session_id=answer.session_id,
            )
            for answer in answers_counted
        ]
    )
    record_measurements(
        measurements=[
            _measurement(cards[answer.experiment], answer, CLICK_RATE, 0.0, float(answer.shown))
            for answer in answers_counted
            if _has(cards[answer.experiment], CLICK_RATE)
        ]
    )


def _count_outcomes(cards: Mapping[str, ExperimentCard], outcomes: list[ExposedOutcome]) -> None:
    once, added = [], []
    for each in (outcome for outcome in outcomes if outcome.experiment in cards):
        card = cards[each.experiment]
        once += [
            _measurement(card, each, name, 1.0)
            for name, kind in COUNTED.items()
            if kind is each.kind and _has(card, name)
        ]
        if each.kind is OutcomeKind.CLICK and _has(card, CLICK_RATE):
            added.append(_measurement(card, each, CLICK_RATE, 1.0))
        if each.kind is OutcomeKind.CONVERSION and _has(card, REVENUE):
            added.append(_measurement(card, each, REVENUE, each.value))
    record_conversions(measurements=once)
    record_measurements(measurements=added)


def _has(card: ExperimentCard, name: str) -> bool:
    return any(_is(metric, name) for metric in card.design.metrics)


def _is(metric: ExperimentMetric, name: str) -> bool:
    return metric.name == name and metric.kind == KINDS[name]


def _measurement(
    card: ExperimentCard,
    row: ExposedAnswer | ExposedOutcome,
    metric: str,
    amount: float,
    base: float = 0.0,
) -> MeasurementIn:
    return MeasurementIn(card.name, _unit(card, row), metric, amount, base, row.time)


def _unit(card: ExperimentCard, row: ExposedAnswer | ExposedOutcome) -> str:
    return row.user_id if card.design.unit == "user" else row.session_id
