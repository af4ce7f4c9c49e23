"""Why the items of a past answer were there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.selectors import answer_by_request, newest_with
from omakase_service.serving import live_version
from omakase_service.serving.cache import why_of
from omakase_service.serving.contracts import (
    Explanations,
    ItemReason,
    Language,
    ListRequest,
    Path,
    ResultItem,
)
from omakase_service.serving.routing import asked_of, route
from omakase_service.serving.user_state import person


def explanation(
    *,
    request_id: str | None = None,
    user_id: str | None = None,
    item_id: str | None = None,
    language: Language = "en",
) -> Explanations:
    """Why the items of a past answer were there, found by its request or by who saw which item.

    Where no reason was given then, one is made now, of the live version and of what the person
    had done by then, and `recomputed` says so.

    Raises:
        Invalid: neither a request, nor a user and an item.
        NotFound: no such answer, or the item is not in it.
        NotReady: no version is live.
    """
    writer.flush()
    past = _past_answer(request_id, user_id, item_id)
    entries = [entry for entry in past.items if item_id in (None, entry.item_id)]
    if not entries:
        raise NotFound(f"{item_id!r} is not in this answer")
    recomputed = any(entry.why is None for entry in entries)
    reasons = [why_of(entry.why) for entry in entries if entry.why is not None]
    whys = _reasons_now(past, entries, language) if recomputed else reasons
    state = live_version.now()
    ranks = {s.item_id: rank for rank, s in enumerate(past.items, start=past.first_rank)}
    items = [
        ResultItem(state.live.card(s.item_id), s.score, ranks[s.item_id], why)
        for s, why in zip(entries, whys, strict=True)
    ]
    return Explanations(past, items, recomputed)


def _past_answer(request_id: str | None, user_id: str | None, item_id: str | None) -> LoggedAnswer:
    if request_id is not None:
        return answer_by_request(request_id=request_id)
    if user_id is None or item_id is None:
        raise Invalid("name a request_id, or a user_id and an item_id")
    return newest_with(user_id=user_id, item_id=item_id)


def _reasons_now(
    past: LoggedAnswer, wanted: Sequence[ShownItem], language: Language
) -> list[ItemReason]:
    state = live_version.now()
    question = ListRequest(user_id=past.user_id, session_id=past.session_id)
    visitor = person(question, past.time)
    earlier = [event for event in visitor.past if event.time <= past.time]
    visitor_then = replace(visitor, past=earlier)
    if past.policy in get_args(Path):
        ask, _ = route(state, question, visitor_then, past.time)
    else:
        algorithm = past.algorithm if past.algorithm in state.live.pipelines else state.live.best
        ask = replace(asked_of(state, question, visitor_then, past.time), model=algorithm)
    ask = replace(ask, exclude=(), seen=(), n=len(wanted))
    return state.live.reasons_for(ask, [entry.item_id for entry in wanted], language)
