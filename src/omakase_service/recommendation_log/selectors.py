"""Reads of the log of answers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

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


def answer_named(*, request_id: str) -> LoggedAnswer:
    """The newest answer of that request. One query.

    Raises:
        NotFound: there is none, or it is not written yet.
    """
    row = Answer.objects.filter(request_id=request_id).order_by("-pk").first()
    if row is None:
        raise NotFound(f"no answer {request_id!r}")
    return _logged(row)


def newest_with(*, item_id: str, user_id: str, look: int = 200) -> LoggedAnswer:
    """The newest answer that showed an item to a user, among their last ones. One query.

    Raises:
        NotFound: there is none.
    """
    for row in Answer.objects.filter(user_id=user_id).order_by("-time", "-pk")[:look]:
        if any(shown == item_id for shown, *_ in row.items):
            return _logged(row)
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
    return [_logged(row) for row in Answer.objects.filter(user_id=user_id).order_by("pk")]


def exposed_answers(*, after: int, limit: int) -> tuple[int, list[ExposedAnswer]]:
    """The next answers after a number: the last number looked at, and those of experiments.

    One query. The number stays where nothing follows.
    """
    columns = ("time", "user_id", "session_id", "context", "n_items")
    rows = list(Answer.objects.filter(pk__gt=after).order_by("pk").only(*columns)[:limit])
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
    return _judged(list(named.order_by("-time", "-pk")[:limit]))


def recent_answers(*, user_id: str, limit: int) -> list[JudgedAnswer]:
    """The newest answers to a user, and what they clicked of each. Two queries."""
    rows = Answer.objects.filter(user_id=user_id).order_by("-time", "-pk")
    return _judged(list(rows[:limit]))


def _judged(rows: Sequence[Answer]) -> list[JudgedAnswer]:
    clicked: dict[int, set[str]] = defaultdict(set)
    clicks = OutcomeRow.objects.filter(answer__in=[row.pk for row in rows], kind=OutcomeKind.CLICK)
    for answer_id, item_id in clicks.values_list("answer_id", "item_id"):
        clicked[answer_id].add(item_id)
    return [JudgedAnswer(_logged(row), frozenset(clicked[row.pk])) for row in rows]


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


def _logged(row: Answer) -> LoggedAnswer:
    whys: Sequence[dict | None] = row.whys or [None] * len(row.items)
    return LoggedAnswer(
        request_id=row.request_id,
        time=row.time,
        items=[ShownItem(*place, why) for place, why in zip(row.items, whys, strict=True)],
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


def engagement_of(*, version: str, since: int, until: int | None = None) -> tuple[int, int]:
    """Answers of a version from a moment on, and how many of them led to a click. Two queries."""
    answers = Answer.objects.filter(version=version, time__gte=since)
    if until is not None:
        answers = answers.filter(time__lt=until)
    clicks = OutcomeRow.objects.filter(answer__in=answers, kind=OutcomeKind.CLICK)
    return answers.count(), clicks.values("answer").distinct().count()


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """What is counted of one answer."""

    algorithm: str
    version: str
    placement: str
    user_id: str | None
    session_id: str | None
    items: Sequence[Sequence[Any]]
    cache_hit: bool
    notice: str
    latency_ms: float


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """What is counted of one outcome."""

    pk: int
    algorithm: str
    version: str
    placement: str
    kind: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion whose worth is not known yet."""

    pk: int
    item_id: str
    value: float | None


ANSWER_FIGURES = (
    "algorithm", "version", "placement", "user_id", "session_id", "items", "cache_hit", "notice",
    "latency_ms",
)  # fmt: skip


def answers_between(*, begin: int, end: int) -> Iterator[AnswerFigures]:
    """Answers of some time (Unix seconds, the end not included), streamed. One query."""
    rows = Answer.objects.filter(time__gte=begin, time__lt=end).values_list(*ANSWER_FIGURES)
    return (AnswerFigures(*row) for row in rows.iterator(chunk_size=2_000))


def outcomes_between(*, begin: int, end: int) -> Iterator[OutcomeFigures]:
    """Outcomes of the answers of some time, whenever they came, streamed. One query."""
    rows = OutcomeRow.objects.filter(answer__time__gte=begin, answer__time__lt=end).values_list(
        "pk", "answer__algorithm", "answer__version", "answer__placement", "kind"
    )
    return (OutcomeFigures(*row) for row in rows.iterator(chunk_size=2_000))


def newest_rows() -> tuple[int, int]:
    """Numbers of the newest answer and of the newest outcome; 0 where there is none."""
    answer = Answer.objects.order_by("-pk").values_list("pk", flat=True).first()
    outcome = OutcomeRow.objects.order_by("-pk").values_list("pk", flat=True).first()
    return answer or 0, outcome or 0


def times_after(
    *, answer: int, outcome: int, until_answer: int, until_outcome: int
) -> Iterator[int]:
    """Times of the answers, and of the outcomes' answers, behind two numbers. Two queries."""
    answers = Answer.objects.filter(pk__gt=answer, pk__lte=until_answer)
    yield from answers.values_list("time", flat=True).iterator(chunk_size=2_000)
    outcomes = OutcomeRow.objects.filter(pk__gt=outcome, pk__lte=until_outcome)
    yield from outcomes.values_list("answer__time", flat=True).iterator(chunk_size=2_000)


def unpriced_conversions(*, known: QuerySet[Any]) -> list[Conversion]:
    """Conversions but those of `known`, a query of outcomes' numbers. One query."""
    rows = OutcomeRow.objects.filter(kind=OutcomeKind.CONVERSION).exclude(pk__in=known)
    return [Conversion(*row) for row in rows.values_list("pk", "item_id", "value")]


def answer_times_of(*, user_id: str, session_ids: Collection[str]) -> list[int]:
    """Times of the answers to a user and in their sessions. One query."""
    theirs = Q(user_id=user_id) | Q(session_id__in=session_ids)
    return list(Answer.objects.filter(theirs).values_list("time", flat=True))
