"""The one place that writes answers."""

from collections.abc import Sequence

from omakase_service.answers.contracts import Logged
from omakase_service.answers.models import Answer


def write(*, answers: Sequence[Logged]) -> None:
    """Write answers that are not written yet. One statement, however many."""
    Answer.objects.bulk_create([_row(answer) for answer in answers], ignore_conflicts=True)


def _row(answer: Logged) -> Answer:
    whys = [shown.why for shown in answer.items]
    return Answer(
        key=answer.key,
        request_id=answer.request_id,
        time=answer.time,
        user_id=answer.user_id,
        session_id=answer.session_id,
        policy=answer.policy,
        algorithm=answer.algorithm,
        version=answer.version,
        placement=answer.placement,
        notice=answer.notice,
        cache_hit=answer.cache_hit,
        latency_ms=answer.latency_ms,
        first_rank=answer.first_rank,
        n_items=len(answer.items),
        context=dict(answer.context),
        items=[[shown.item_id, shown.score, shown.probability] for shown in answer.items],
        whys=whys if any(whys) else [],
    )
