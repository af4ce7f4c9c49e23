"""Reads of the log of answers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum

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
        if any(shown_id == item_id for shown_id, *_ in row.items):
            return _from_row(row)
    raise NotFound(f"no answer to {user_id!r} showed {item_id!r}")


def outcomes_of(*, request_id: str) -> list[AttributedOutcome]:
    """What came of the newest answer of that request, in the order of time. One query."""
    newest = Answer.objects.filter(request_id=request_id).order_by("-pk").values("pk")[:1]
    rows = OutcomeRow.objects.filter(answer=newest).order_by("time", "pk")
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
    positions = [
        {
            "rank": answer.first_rank + n,
            "item_id": entry.item_id,
            "score": entry.score,
            "probability": entry.probability,
        }
        for n, entry in enumerate(answer.items)
    ]
    return {"id": answer.key.hex, **fields, "context": dict(answer.context), "items": positions}


def exposed_answers(*, after: int, until: int, limit: int) -> tuple[int, list[ExposedAnswer]]:
    """The next answers after a number: the last number looked at, and those of experiments.

    One query. The number stays where nothing follows.

    Args:
        until: number of the last answer to look at; what is behind it may still be written.
    """
    columns = ("time", "user_id", "session_id", "context", "n_items")
    answers = Answer.objects.filter(pk__gt=after, pk__lte=until)
    rows = list(answers.order_by("pk").only(*columns)[:limit])
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
    outcomes = OutcomeRow.objects.filter(pk__gt=after).select_related("answer").order_by("pk")
    columns = ("kind", "time", "value", "answer__user_id", "answer__session_id", "answer__context")
    short = outcomes.only(*columns)[:limit]
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
    answers = Answer.objects.filter(
        placement=placement, time__gte=since, first_rank=1, n_items__gt=0
    )
    named = answers.filter(Q(user_id__isnull=False) | Q(session_id__isnull=False))
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
    pages = (Answer.objects.filter(named, pk__in=part).order_by("pk") for part in parts)
    return [judged for rows in reversed(list(pages)) for judged in _with_outcome(list(rows))]


def _with_outcome(rows: Sequence[Answer]) -> list[JudgedAnswer]:
    kinds = (OutcomeKind.CLICK, OutcomeKind.CONVERSION)
    items_of: dict[tuple[int, str], set[str]] = defaultdict(set)
    outcomes = OutcomeRow.objects.filter(answer__in=[row.pk for row in rows], kind__in=kinds)
    for answer_id, kind, item_id in outcomes.values_list("answer_id", "kind", "item_id"):
        items_of[answer_id, kind].add(item_id)
    sets = [[frozenset(items_of[row.pk, kind]) for kind in kinds] for row in rows]
    return [JudgedAnswer(_from_row(row), *pair) for row, pair in zip(rows, sets, strict=True)]


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
    counts = dict.fromkeys(OutcomeKind, 0)
    for row in OutcomeRow.objects.filter(answer__in=answers).values("kind").annotate(n=Count("pk")):
        counts[OutcomeKind(row["kind"])] = row["n"]
    bought = OutcomeRow.objects.filter(answer__in=answers, kind=OutcomeKind.CONVERSION)
    seen = counts[OutcomeKind.IMPRESSION] or sums["shown"] or 0
    clicks, conversions = counts[OutcomeKind.CLICK], counts[OutcomeKind.CONVERSION]
    slow = [_percentile(answers, sums["requests"], share) for share in (0.5, 0.95, 0.99)]
    return Performance(
        algorithm=name,
        requests=sums["requests"],
        cache_hits=sums["hits"],
        shown=sums["shown"] or 0,
        impressions=counts[OutcomeKind.IMPRESSION],
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
    index = max(0, -int(-count * share // 1) - 1)
    return answers.order_by("latency_ms").values_list("latency_ms", flat=True)[index]


def _place(written: Sequence[Any], why: dict[str, Any] | None) -> ShownItem:
    item_id, score, probability = written
    return ShownItem(item_id, score, probability, why)


def _from_row(row: Answer) -> LoggedAnswer:
    whys: Sequence[dict[str, Any] | None] = row.whys or [None] * len(row.items)
    return LoggedAnswer(
        request_id=row.request_id,
        time=row.time,
        items=[_place(item, why) for item, why in zip(row.items, whys, strict=True)],
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


PART = 500
"""Answers named in one query."""


def answer_times_of(*, user_id: str, session_ids: Collection[str]) -> list[int]:
    """Times of the answers to a user and in their sessions. One query."""
    answers_of_person = Q(user_id=user_id) | Q(session_id__in=session_ids)
    return list(Answer.objects.filter(answers_of_person).values_list("time", flat=True))


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
    answers = Answer.objects.filter(**named, placement=placement, time__gte=since)
    lists = answers.order_by("-time", "-pk").values_list("items", flat=True)[:limit]
    return {item_id for items in lists for item_id, *_ in items}


def pace_since(*, time: int) -> tuple[int, float | None]:
    """Number of answers since a moment (Unix seconds), and their mean milliseconds.

    None where there are none. One query, over the index by time.
    """
    pace = Answer.objects.filter(time__gte=time).aggregate(
        number=Count("pk"), mean=Avg("latency_ms")
    )
    return pace["number"], pace["mean"]
