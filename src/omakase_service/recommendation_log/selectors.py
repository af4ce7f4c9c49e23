"""Reads of the log of answers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import orjson
from django.db.models import Count, F, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from omakase_service.platform.exceptions import NotFound
from omakase_service.recommendation_log.contracts import (
    AttributedOutcome,
    ExposedAnswer,
    ExposedOutcome,
    JudgedAnswer,
    LoggedAnswer,
    OutcomeKind,
    Performance,
    ShownItem,
    new_key,
)
from omakase_service.recommendation_log.models import Answer
from omakase_service.recommendation_log.models import Outcome as OutcomeRow

ANSWER_FIELDS = (
    "request_id", "time", "user_id", "session_id", "policy", "algorithm", "version", "placement",
    "notice", "cache_hit", "latency_ms", "first_rank",
)  # fmt: skip


def answer_by_request(*, request_id: str) -> LoggedAnswer:
    """The newest answer of that request. One query.

    Raises:
        NotFound: there is none, or it is not written yet.
    """
    row = Answer.objects.filter(request_id=request_id).order_by("-pk").first()
    if row is None:
        raise NotFound(f"no answer {request_id!r}")
    return _from_row(row)


def newest_with(*, item_id: str, user_id: str, look: int = 200) -> LoggedAnswer:
    """The newest answer that showed an item to a user, among their last ones. One query.

    Raises:
        NotFound: there is none.
    """
    for row in Answer.objects.filter(user_id=user_id).order_by("-time", "-pk")[:look]:
        if any(shown == item_id for shown, *_ in row.items):
            return _from_row(row)
    raise NotFound(f"no answer to {user_id!r} showed {item_id!r}")


def outcomes_of(*, request_id: str) -> list[AttributedOutcome]:
    """What came of an answer, in the order of time. One query."""
    rows = OutcomeRow.objects.filter(answer__request_id=request_id).order_by("time", "pk")
    return [
        AttributedOutcome(r.item_id, OutcomeKind(r.kind), r.rank, r.time, r.value) for r in rows
    ]


def answer_count(*, user_id: str) -> int:
    """How many answers a user was given. One query."""
    return Answer.objects.filter(user_id=user_id).count()


def answers_of(*, user_id: str) -> list[LoggedAnswer]:
    """Every answer to a user, oldest first. One query."""
    return [_from_row(row) for row in Answer.objects.filter(user_id=user_id).order_by("pk")]


def answers_after(*, number: int, until: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """At most `limit` answers behind a number up to another: number and plain values. One query."""
    rows = Answer.objects.filter(pk__gt=number, pk__lte=until).order_by("pk")[:limit]
    return [(row.pk, plain_answer(_from_row(row))) for row in rows]


def plain_answer(answer: LoggedAnswer) -> dict[str, Any]:
    """An answer as others get it: its places by rank, and the id that no other answer has."""
    fields = {name: getattr(answer, name) for name in ANSWER_FIELDS}
    places = [
        {
            "rank": answer.first_rank + n,
            "item_id": shown.item_id,
            "score": shown.score,
            "probability": shown.probability,
        }
        for n, shown in enumerate(answer.items)
    ]
    return {"id": answer.key.hex, **fields, "context": dict(answer.context), "items": places}


def exposed_answers(*, after: int, until: int, limit: int) -> tuple[int, list[ExposedAnswer]]:
    """The next answers after a number: the last number looked at, and those of experiments.

    One query. The number stays where nothing follows.

    Args:
        until: number of the last answer to look at; what is behind it may still be written.
    """
    columns = ("time", "user_id", "session_id", "context", "n_items")
    found = Answer.objects.filter(pk__gt=after, pk__lte=until)
    rows = list(found.order_by("pk").only(*columns)[:limit])
    exposed = [
        ExposedAnswer(
            number=row.pk,
            time=row.time,
            user_id=row.user_id or "",
            session_id=row.session_id or "",
            experiment=row.context["experiment"],
            variant=row.context["variant"],
            shown=row.n_items,
        )
        for row in rows
        if "experiment" in row.context
    ]
    return (rows[-1].pk if rows else after), exposed


def exposed_outcomes(
    *, after: int, answers_until: int, limit: int
) -> tuple[int, list[ExposedOutcome]]:
    """The next outcomes after a number, likewise. One query.

    Args:
        answers_until: number of the last answer that was looked at. The first outcome of a later
            one ends the list, and comes again when its answer has been looked at.
    """
    found = OutcomeRow.objects.filter(pk__gt=after).select_related("answer").order_by("pk")
    columns = ("kind", "time", "value", "answer__user_id", "answer__session_id", "answer__context")
    short = found.only(*columns)[:limit]
    rows = list(takewhile(lambda row: row.answer_id <= answers_until, short))
    exposed = [
        ExposedOutcome(
            number=row.pk,
            time=row.time,
            user_id=row.answer.user_id or "",
            session_id=row.answer.session_id or "",
            experiment=row.answer.context["experiment"],
            kind=OutcomeKind(row.kind),
            value=row.value or 0.0,
        )
        for row in rows
        if "experiment" in row.answer.context
    ]
    return (rows[-1].pk if rows else after), exposed


def judged_answers(*, placement: str, since: int, limit: int) -> list[JudgedAnswer]:
    """The newest first parts of lists at a placement to somebody, from a moment on. Two queries.

    Args:
        placement: "" are lists at none.
    """
    found = Answer.objects.filter(placement=placement, time__gte=since, first_rank=1, n_items__gt=0)
    named = found.filter(Q(user_id__isnull=False) | Q(session_id__isnull=False))
    return _with_outcome(list(named.order_by("-time", "-pk")[:limit]))


def recent_answers(*, user_id: str, limit: int) -> list[JudgedAnswer]:
    """The newest answers to a user, and what they clicked of each. Two queries."""
    rows = Answer.objects.filter(user_id=user_id).order_by("-time", "-pk")
    return _with_outcome(list(rows[:limit]))


def judged_after(*, since: int, number: int, limit: int) -> tuple[int, list[JudgedAnswer]]:
    """The next answers behind a number, from a moment on: the last number, and what came of them.

    Two queries. The number stays where nothing follows.
    """
    rows = list(Answer.objects.filter(pk__gt=number, time__gte=since).order_by("pk")[:limit])
    return (rows[-1].pk if rows else number), _with_outcome(rows)


def clicked_lists(*, limit: int) -> list[JudgedAnswer]:
    """The newest lists to somebody that something was clicked of, oldest first. Three queries."""
    clicks = OutcomeRow.objects.filter(kind=OutcomeKind.CLICK).order_by("-answer_id")
    numbers = list(clicks.values_list("answer_id", flat=True).distinct()[:limit])
    named = Q(user_id__isnull=False) | Q(session_id__isnull=False)
    parts = [numbers[at : at + PART] for at in range(0, len(numbers), PART)]
    found = (Answer.objects.filter(named, pk__in=part).order_by("pk") for part in parts)
    return [each for rows in reversed(list(found)) for each in _with_outcome(list(rows))]


def _with_outcome(rows: Sequence[Answer]) -> list[JudgedAnswer]:
    kinds = (OutcomeKind.CLICK, OutcomeKind.CONVERSION)
    came: dict[tuple[int, str], set[str]] = defaultdict(set)
    found = OutcomeRow.objects.filter(answer__in=[row.pk for row in rows], kind__in=kinds)
    for answer_id, kind, item_id in found.values_list("answer_id", "kind", "item_id"):
        came[answer_id, kind].add(item_id)
    sets = [[frozenset(came[row.pk, kind]) for kind in kinds] for row in rows]
    return [JudgedAnswer(_from_row(row), *each) for row, each in zip(rows, sets, strict=True)]


def performance(*, since: int, placement: str = "") -> list[Performance]:
    """How each algorithm did from a moment on, by name. Five queries an algorithm."""
    answers = Answer.objects.filter(time__gte=since)
    if placement:
        answers = answers.filter(placement=placement)
    names = answers.order_by("algorithm").values_list("algorithm", flat=True).distinct()
    return [_performance(name, answers.filter(algorithm=name)) for name in names]


def _performance(name: str, answers: QuerySet[Answer]) -> Performance:
    sums = answers.aggregate(
        requests=Count("pk"), hits=Count("pk", filter=Q(cache_hit=True)), shown=Sum("n_items")
    )
    came = dict.fromkeys(OutcomeKind, 0)
    for row in OutcomeRow.objects.filter(answer__in=answers).values("kind").annotate(n=Count("pk")):
        came[OutcomeKind(row["kind"])] = row["n"]
    bought = OutcomeRow.objects.filter(answer__in=answers, kind=OutcomeKind.CONVERSION)
    seen = came[OutcomeKind.IMPRESSION] or sums["shown"] or 0
    clicks, conversions = came[OutcomeKind.CLICK], came[OutcomeKind.CONVERSION]
    slow = [_percentile(answers, sums["requests"], share) for share in (0.5, 0.95, 0.99)]
    return Performance(
        algorithm=name,
        requests=sums["requests"],
        cache_hits=sums["hits"],
        shown=sums["shown"] or 0,
        impressions=came[OutcomeKind.IMPRESSION],
        clicks=clicks,
        conversions=conversions,
        value=bought.aggregate(value=Sum("value"))["value"] or 0.0,
        ctr=round(clicks / seen, 6) if seen else 0.0,
        conversion_rate=round(conversions / clicks, 6) if clicks else 0.0,
        p50_ms=slow[0],
        p95_ms=slow[1],
        p99_ms=slow[2],
    )


def _percentile(answers: QuerySet[Answer], count: int, share: float) -> float:
    """The least time that at least this share of the answers took no longer than."""
    place = max(0, -int(-count * share // 1) - 1)
    return answers.order_by("latency_ms").values_list("latency_ms", flat=True)[place]


def _place(written: Sequence[Any], why: dict[str, Any] | None) -> ShownItem:
    item_id, score, probability = written
    return ShownItem(item_id, score, probability, why)


def _from_row(row: Answer) -> LoggedAnswer:
    whys: Sequence[dict[str, Any] | None] = row.whys or [None] * len(row.items)
    return LoggedAnswer(
        request_id=row.request_id,
        time=row.time,
        items=[_place(place, why) for place, why in zip(row.items, whys, strict=True)],
        algorithm=row.algorithm,
        version=row.version,
        policy=row.policy,
        user_id=row.user_id,
        session_id=row.session_id,
        placement=row.placement,
        notice=row.notice,
        cache_hit=row.cache_hit,
        latency_ms=row.latency_ms,
        first_rank=row.first_rank,
        context=row.context,
        key=row.key or new_key(),
    )


def engagement_by_hour(*, version: str, since: int, until: int) -> dict[int, tuple[int, int]]:
    """Answers of a version by hour of the day (UTC), and how many led to a click. Two queries.

    Args:
        since, until: Unix seconds, the end not included.
    """
    answers = Answer.objects.filter(version=version, time__gte=since, time__lt=until)
    clicks = OutcomeRow.objects.filter(answer__in=answers, kind=OutcomeKind.CLICK)
    counted = _by_hour(answers, "time", Count("pk"))
    clicked = _by_hour(clicks, "answer__time", Count("answer", distinct=True))
    return {hour: (number, clicked.get(hour, 0)) for hour, number in counted.items()}


def _by_hour(rows: QuerySet[Any], time: str, count: Count) -> dict[int, int]:
    hours = rows.order_by().annotate(hour=F(time) % 86_400 / 3_600).values("hour")
    return dict(hours.annotate(number=count).values_list("hour", "number"))


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


PART = 500
"""Answers named in one query."""

QUARTER = 900
"""Seconds."""

ANSWER_FIGURES = ("user_id", "session_id", "cache_hit", "notice", "latency_ms")
WAY = ("algorithm", "version", "placement")
"""By what a list came about, as its columns say."""

NOTHING_TOLD = ("", "")


def _figures(*row: Any) -> AnswerFigures:
    algorithm, version, placement, told, *rest, text = row
    variant, channel = _variant_and_channel(told)
    return AnswerFigures(
        *(algorithm, version, placement, variant, channel, *rest, orjson.loads(text))
    )


def answers_between(*, begin: int, end: int) -> Iterator[AnswerFigures]:
    """Answers of some time (Unix seconds, the end not included), streamed. One query."""
    # read by a faster reader than Django's
    told, places = Cast("context", TextField()), Cast("items", TextField())
    found = Answer.objects.filter(time__gte=begin, time__lt=end).order_by()
    rows = found.values_list(*WAY, told, *ANSWER_FIGURES, places).iterator(chunk_size=2_000)
    return (_figures(*row) for row in rows)


def outcomes_between(*, begin: int, end: int) -> Iterator[OutcomeFigures]:
    """Outcomes of the answers of some time, whenever they came, streamed. One query."""
    told = Cast("answer__context", TextField())
    way = (f"answer__{name}" for name in WAY)
    rows = OutcomeRow.objects.filter(answer__time__gte=begin, answer__time__lt=end).values_list(
        "pk", "answer_id", "item_id", "kind", *way, told
    )
    return (_outcome(*row) for row in rows.iterator(chunk_size=2_000))


def _outcome(*row: Any) -> OutcomeFigures:
    *fields, context = row
    return OutcomeFigures(*(*fields, *_variant_and_channel(context)))


def _variant_and_channel(context: str) -> tuple[str, str]:
    """What the circumstances of an answer, as JSON, say of its experiment and of where it went."""
    if context == "{}":
        return NOTHING_TOLD
    told = orjson.loads(context)
    variant = f"{told['experiment']}: {told['variant']}" if "experiment" in told else ""
    named = told.get("channel") or told.get("attributes", {}).get("channel")
    return variant, str(named or told.get("device") or "")


def newest_outcome() -> int:
    """Number of the newest outcome, 0 where there is none. They are written one after another."""
    return OutcomeRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def hours_after(*, answer: int, outcome: int, until_answer: int, until_outcome: int) -> set[int]:
    """Quarter-hours in which answers, and answers of outcomes, between two numbers were given.

    In Unix seconds; time zones differ by quarter-hours at the finest. Two queries.
    """
    answers = Answer.objects.filter(pk__gt=answer, pk__lte=until_answer)
    outcomes = OutcomeRow.objects.filter(pk__gt=outcome, pk__lte=until_outcome)
    found = (_quarters(answers, "time"), _quarters(outcomes, "answer__time"))
    return {quarter * QUARTER for each in found for quarter in each}


def _quarters(rows: QuerySet[Any], time: str) -> QuerySet[Any, int]:
    numbered = rows.order_by().annotate(quarter=F(time) / QUARTER)
    return numbered.values_list("quarter", flat=True).distinct()


def conversions_after(*, outcome: int, until: int) -> Iterator[Conversion]:
    """Conversions between two numbers of outcomes, streamed. One query."""
    rows = OutcomeRow.objects.filter(
        kind=OutcomeKind.CONVERSION, pk__gt=outcome, pk__lte=until
    ).order_by("pk")
    found = rows.values_list("pk", "item_id", "value").iterator(chunk_size=2_000)
    return (Conversion(*row) for row in found)


def answer_times_of(*, user_id: str, session_ids: Collection[str]) -> list[int]:
    """Times of the answers to a user and in their sessions. One query."""
    theirs = Q(user_id=user_id) | Q(session_id__in=session_ids)
    return list(Answer.objects.filter(theirs).values_list("time", flat=True))


def shown_items(
    *, user_id: str | None, session_id: str | None, placement: str, since: int, limit: int
) -> set[str]:
    """Items in the newest answers at a placement to a user, or to a session without one.

    One indexed query.

    Args:
        since: Unix seconds.
        limit: answers that are looked at, at most.
    """
    named = {"user_id": user_id} if user_id else {"session_id": session_id, "user_id": None}
    found = Answer.objects.filter(**named, placement=placement, time__gte=since)
    lists = found.order_by("-time", "-pk").values_list("items", flat=True)[:limit]
    return {item_id for places in lists for item_id, *_ in places}
