"""Reads for reports: answers, outcomes and conversions of a time, streamed as plain values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from omakase_service.recommendation_log.contracts import OutcomeKind
from omakase_service.recommendation_log.models import Answer
from omakase_service.recommendation_log.models import Outcome as OutcomeRow


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """What is counted of one answer.

    Attributes:
        variant: "experiment: variant" by which the list was made; empty without.
        channel: where the list was shown ("web", "email"); where nobody says, the device.
    """

    algorithm: str
    version: str
    placement: str
    variant: str
    channel: str
    user_id: str | None
    session_id: str | None
    cache_hit: bool
    notice: str
    latency_ms: float
    items: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """What is counted of one outcome; `variant` and `channel` as of its answer."""

    pk: int
    answer: int
    item_id: str
    kind: str
    algorithm: str
    version: str
    placement: str
    variant: str
    channel: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion whose worth is not known yet."""

    pk: int
    item_id: str
    value: float | None


QUARTER = 900
"""Seconds."""


ANSWER_FIGURES = ("user_id", "session_id", "cache_hit", "notice", "latency_ms")

WAY = ("algorithm", "version", "placement")
"""By what a list came about, as its columns say."""


NOTHING_TOLD = ("", "")


def _figures(*row: Any) -> AnswerFigures:
    algorithm, version, placement, context, *rest, text = row
    variant, channel = _variant_and_channel(context)
    return AnswerFigures(
        *(algorithm, version, placement, variant, channel, *rest, orjson.loads(text))
    )


def answers_between(*, begin: int, end: int) -> Iterator[AnswerFigures]:
    """Answers of some time (Unix seconds, the end not included), streamed. One query."""
    # read by a faster reader than Django's
    context, items = Cast("context", TextField()), Cast("items", TextField())
    answers = Answer.objects.filter(time__gte=begin, time__lt=end).order_by()
    rows = answers.values_list(*WAY, context, *ANSWER_FIGURES, items).iterator(chunk_size=2_000)
    return (_figures(*row) for row in rows)


def outcomes_between(*, begin: int, end: int) -> Iterator[OutcomeFigures]:
    """Outcomes of the answers of some time, whenever they came, streamed. One query."""
    context = Cast("answer__context", TextField())
    way = (f"answer__{name}" for name in WAY)
    rows = OutcomeRow.objects.filter(answer__time__gte=begin, answer__time__lt=end).values_list(
        "pk", "answer_id", "item_id", "kind", *way, context
    )
    return (_outcome(*row) for row in rows.iterator(chunk_size=2_000))


def _outcome(*row: Any) -> OutcomeFigures:
    *fields, context = row
    return OutcomeFigures(*(*fields, *_variant_and_channel(context)))


def _variant_and_channel(context: str) -> tuple[str, str]:
    """What the circumstances of an answer, as JSON, say of its experiment and of where it went."""
    if context == "{}":
        return NOTHING_TOLD
    circumstances = orjson.loads(context)
    variant = (
        f"{circumstances['experiment']}: {circumstances['variant']}"
        if "experiment" in circumstances
        else ""
    )
    named = circumstances.get("channel") or circumstances.get("attributes", {}).get("channel")
    return variant, str(named or circumstances.get("device") or "")


def newest_outcome() -> int:
    """Number of the newest outcome, 0 where there is none. They are written one after another."""
    return OutcomeRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def hours_after(*, answer: int, outcome: int, until_answer: int, until_outcome: int) -> set[int]:
    """Quarter-hours in which answers, and answers of outcomes, between two numbers were given.

    In Unix seconds; time zones differ by quarter-hours at the finest. Two queries.
    """
    answers = Answer.objects.filter(pk__gt=answer, pk__lte=until_answer)
    outcomes = OutcomeRow.objects.filter(pk__gt=outcome, pk__lte=until_outcome)
    quarters = (_quarters(answers, "time"), _quarters(outcomes, "answer__time"))
    return {quarter * QUARTER for rows in quarters for quarter in rows}


def _quarters(rows: QuerySet[Any], time: str) -> QuerySet[Any, int]:
    numbered = rows.order_by().annotate(quarter=F(time) / QUARTER)
    return numbered.values_list("quarter", flat=True).distinct()


def conversions_after(*, outcome: int, until: int) -> Iterator[Conversion]:
    """Conversions between two numbers of outcomes, streamed. One query."""
    rows = OutcomeRow.objects.filter(
        kind=OutcomeKind.CONVERSION, pk__gt=outcome, pk__lte=until
    ).order_by("pk")
    conversions = rows.values_list("pk", "item_id", "value").iterator(chunk_size=2_000)
    return (Conversion(*row) for row in conversions)
