"""Answers into the log and the figures."""

from dataclasses import fields
from typing import Any

from omakase_service.platform import metrics
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ItemReason, ListRequest, Recommendation, ResultPage
from omakase_service.serving.routing import variant_of_list


def record(question: ListRequest, answer: Recommendation, now: int, seconds: float) -> None:
    """Have the answer logged, and count it."""
    writer.note(log_entry(question, answer, now, seconds * 1000))
    cache_word = "hit" if answer.cache_hit else "miss"
    metrics.count_answer(answer.algorithm, cache_word, answer.notice, seconds)


def log_entry(
    question: ListRequest, answer: Recommendation, now: int, latency_ms: float
) -> LoggedAnswer:
    """The answer as it is kept."""
    return LoggedAnswer(
        request_id=answer.request_id,
        time=now,
        items=answer.part.once(_log_items),
        algorithm=answer.algorithm,
        version=answer.version,
        policy=question.strategy or question.model or answer.path,
        user_id=question.user_id,
        session_id=question.session_id,
        placement=question.placement,
        notice=answer.notice,
        cache_hit=answer.cache_hit,
        latency_ms=round(latency_ms, 3),
        first_rank=answer.items[0].rank if answer.items else 1,
        context={**question.context_values, **_assignment(question)},
    )


def _assignment(question: ListRequest) -> dict[str, str]:
    """The experiment and variant by which the list was made, for the log."""
    assigned = variant_of_list(live_version.now(), question)
    return (
        {} if assigned is None else {"experiment": assigned.experiment, "variant": assigned.variant}
    )


def _log_items(part: ResultPage) -> tuple[ShownItem, ...]:
    return tuple(
        ShownItem(r.card.item_id, r.score, r.probability, _fields(r.why) if r.why else None)
        for r in part.items
    )


def _fields(why: ItemReason) -> dict[str, Any]:
    """A reason for the log, which writes what is in it as it is; `asdict` would copy that, too."""
    return {field.name: getattr(why, field.name) for field in fields(why)}
