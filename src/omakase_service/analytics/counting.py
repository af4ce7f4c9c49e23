"""Counting the answers of some time, and what came of them, in one pass over each."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from omakase_service.analytics.contracts import LATENCY_MS, SCORE_BUCKETS, Figures, FiguresKey
from omakase_service.analytics.engine import ListJudge, ListWorth
from omakase_service.analytics.models import Sale
from omakase_service.recommendation_log.contracts import OutcomeKind
from omakase_service.recommendation_log.selectors import (
    AnswerFigures,
    OutcomeFigures,
    answers_between,
    outcomes_between,
)

Row = TypeVar("Row")
BATCH = 500
"""Rows asked for by number at a time; SQLite takes some thousand parameters."""

JUDGED_AT_ONCE = 2_000
"""Lists whose worth is measured together."""

ENGAGING = (OutcomeKind.CLICK, OutcomeKind.CONVERSION)


class Count:
    """Figures of the answers of some time, by what they are counted apart by.

    Args:
        catalog: items that could be shown then.
        judge: measures what lists are worth.
    """

    def __init__(self, catalog: int, judge: ListJudge) -> None:
        self._catalog, self._judge = catalog, judge
        self._figures: dict[FiguresKey, Figures] = defaultdict(Figures)
        self._people: dict[FiguresKey, set[str]] = defaultdict(set)
        self._sessions: dict[FiguresKey, set[str]] = defaultdict(set)
        self._shown: dict[FiguresKey, set[str]] = defaultdict(set)
        self._engaged: dict[FiguresKey, set[int]] = defaultdict(set)

    def add_answers(self, rows: Sequence[AnswerFigures]) -> None:
        """Count some answers."""
        ids = [[place[0] for place in row.items] for row in rows]
        judged = self._judge.knows_popularity
        for row, shown, worth in zip(rows, ids, self._judge.judge(ids), strict=True):
            key = _key(row)
            figures = self._figures[key]
            _count_answer(figures, row)
            _count_worth(figures, worth, len(shown) if judged else 0)
            self._shown[key].update(shown)
            self._people[key].update(_person(row.user_id, row.session_id))
            if row.session_id:
                self._sessions[key].add(row.session_id)

    def add_outcomes(self, rows: Sequence[OutcomeFigures]) -> None:
        """Count some outcomes."""
        bought = [row.pk for row in rows if row.kind == OutcomeKind.CONVERSION]
        amounts = dict(Sale.objects.filter(pk__in=bought).values_list("pk", "amount"))
        unexpected = self._judge.unexpectedness([row.item_id for row in rows])
        for row, share in zip(rows, unexpected, strict=True):
            key, kind = _key(row), OutcomeKind(row.kind)
            figures = self._figures[key]
            _count_outcome(figures, kind, amounts.get(row.pk, 0.0))
            if kind is OutcomeKind.CLICK:
                figures.unexpected += share
            if kind in ENGAGING:
                self._engaged[key].add(row.answer)

    def finish(self) -> dict[FiguresKey, Figures]:
        """The figures, with what only all of the answers tell."""
        for key, figures in self._figures.items():
            figures.people, figures.sessions = len(self._people[key]), len(self._sessions[key])
            figures.items, figures.engaged = len(self._shown[key]), len(self._engaged[key])
            figures.catalog = self._catalog
        return dict(self._figures)


def count(begin: int, end: int, *, catalog: int, judge: ListJudge) -> dict[FiguresKey, Figures]:
    """Figures of the answers of some time (Unix seconds), and of what came of them since.

    Args:
        catalog: items that could be shown then.
        judge: measures what lists are worth.
    """
    counted = Count(catalog, judge)
    for answers in batches(answers_between(begin=begin, end=end), JUDGED_AT_ONCE):
        counted.add_answers(answers)
    for outcomes in batches(outcomes_between(begin=begin, end=end)):
        counted.add_outcomes(outcomes)
    return counted.finish()


def batches(rows: Iterator[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """Some rows at a time."""
    while batch := list(islice(rows, size)):
        yield batch


def _key(row: AnswerFigures | OutcomeFigures) -> FiguresKey:
    return FiguresKey(row.algorithm, row.version, row.placement, row.variant, row.channel)


def _person(user_id: str | None, session_id: str | None) -> tuple[str, ...]:
    if user_id:
        return (f"u{user_id}",)
    return (f"s{session_id}",) if session_id else ()


def _count_answer(figures: Figures, row: AnswerFigures) -> None:
    figures.requests += 1
    figures.shown += len(row.items)
    scores = figures.scores
    for place in row.items:
        score = place[1] or 0.0
        figures.score += score
        scores[min(int(score * SCORE_BUCKETS), SCORE_BUCKETS - 1)] += 1
    figures.cache_hits += row.cache_hit
    figures.degraded += row.notice == "degraded"
    figures.latency[bisect_left(LATENCY_MS, row.latency_ms)] += 1


def _count_worth(figures: Figures, worth: ListWorth, judged: int) -> None:
    if worth.diversity is not None:
        figures.spread += 1
        figures.diversity += worth.diversity
    if judged:
        figures.judged += judged
        figures.bits += worth.bits
        figures.tail += worth.in_tail


def _count_outcome(figures: Figures, kind: OutcomeKind, amount: float) -> None:
    if kind is OutcomeKind.IMPRESSION:
        figures.seen += 1
    elif kind is OutcomeKind.CLICK:
        figures.clicks += 1
    elif kind is OutcomeKind.CONVERSION:
        figures.conversions += 1
        figures.revenue += amount
