"""Counting the answers of some time, and what came of them, in one pass over each."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from omakase_service.analytics.contracts import LATENCY_MS, SCORE_BUCKETS, Figures, FiguresKey
from omakase_service.analytics.engine import ListJudge, ListWorth
from omakase_service.analytics.models import Sale
from omakase_service.platform.batches import batches
from omakase_service.recommendation_log.contracts import OutcomeKind
from omakase_service.recommendation_log.figures import (
    AnswerFigures,
    OutcomeFigures,
    answers_between,
    outcomes_between,
)

BATCH = 500
"""Rows asked for by number at a time; SQLite takes some thousand parameters."""

JUDGED_AT_ONCE = 250
"""Lists whose worth is measured together; of many more, Python looks for cycles among them."""

ENGAGING = (OutcomeKind.CLICK, OutcomeKind.CONVERSION)


@dataclass
class GroupCount:
    """Figures of the answers of one group so far, and what must be counted once for all of them.

    Attributes:
        people, sessions: different ones.
        shown: ids of items.
        engaged: numbers of answers of which anything was clicked or bought.
    """

    figures: Figures = field(default_factory=Figures)
    people: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    engaged: set[int] = field(default_factory=set)

    def total(self, catalog: int) -> Figures:
        """The figures, with what only all of the answers tell.

        Args:
            catalog: items that could be shown.
        """
        figures = self.figures
        figures.people, figures.sessions = len(self.people), len(self.sessions)
        figures.items, figures.engaged = len(self.shown), len(self.engaged)
        figures.catalog = catalog
        return figures


class Count:
    """Figures of the answers of some time, by what they are counted apart by.

    Args:
        judge: measures what lists are worth.
    """

    def __init__(self, judge: ListJudge) -> None:
        self._judge = judge
        self.groups: dict[FiguresKey, GroupCount] = defaultdict(GroupCount)

    def add_answers(self, rows: Sequence[AnswerFigures]) -> None:
        """Count some answers."""
        ids = [[entry[0] for entry in row.items] for row in rows]
        judged = self._judge.knows_popularity
        for row, item_ids, worth in zip(rows, ids, self._judge.judge(ids), strict=True):
            group = self.groups[_key(row)]
            _count_answer(group.figures, row)
            _count_worth(group.figures, worth, len(item_ids) if judged else 0)
            group.shown.update(item_ids)
            if row.user_id:
                group.people.add(f"u{row.user_id}")
            if row.session_id:
                group.sessions.add(row.session_id)
                if not row.user_id:
                    group.people.add(f"s{row.session_id}")

    def add_outcomes(self, rows: Sequence[OutcomeFigures]) -> None:
        """Count some outcomes."""
        bought = [row.pk for row in rows if row.kind == OutcomeKind.CONVERSION]
        amounts = dict(Sale.objects.filter(pk__in=bought).values_list("pk", "amount"))
        unexpected = self._judge.unexpectedness([row.item_id for row in rows])
        for row, share in zip(rows, unexpected, strict=True):
            group, kind = self.groups[_key(row)], OutcomeKind(row.kind)
            _count_outcome(group.figures, kind, amounts.get(row.pk, 0.0))
            if kind is OutcomeKind.CLICK:
                group.figures.unexpected += share
            if kind in ENGAGING:
                group.engaged.add(row.answer)


def count(begin: int, end: int, *, catalog: int, judge: ListJudge) -> dict[FiguresKey, Figures]:
    """Figures of the answers of some time (Unix seconds), and of what came of them since.

    Args:
        catalog: items that could be shown then.
        judge: measures what lists are worth.
    """
    counted = Count(judge)
    for answers in batches(answers_between(begin=begin, end=end), JUDGED_AT_ONCE):
        counted.add_answers(answers)
    for outcomes in batches(outcomes_between(begin=begin, end=end), BATCH):
        counted.add_outcomes(outcomes)
    return {key: group.total(catalog) for key, group in counted.groups.items()}


def _key(row: AnswerFigures | OutcomeFigures) -> FiguresKey:
    return FiguresKey(row.algorithm, row.version, row.placement, row.variant, row.channel)


def _count_answer(figures: Figures, row: AnswerFigures) -> None:
    figures.requests += 1
    figures.shown += len(row.items)
    scores = figures.scores
    for entry in row.items:
        score = entry[1] or 0.0
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
