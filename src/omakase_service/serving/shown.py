"""What somebody was shown at a place, for places that do not show it again for a while."""

from collections.abc import Collection

from django.db import Error

from omakase_service.platform.nonblocking import require_thread
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.selectors import shown_items
from omakase_service.serving.contracts import ListRequest

DAY_SECONDS = 86_400
MOST_ANSWERS = 500
"""Newest answers of a person at a place that are looked at."""


def shown_before(question: ListRequest, days: float, now: int) -> Collection[str]:
    """Items that the place has shown whoever asks within so many days.

    One query; answers of this process that are not written yet count too. While the database is
    down only these do.
    """
    if not (question.user_id or question.session_id):
        return ()
    require_thread()
    since = int(now - days * DAY_SECONDS)
    return _logged_items(question, since) | _waiting(question, since)


def _logged_items(question: ListRequest, since: int) -> set[str]:
    try:
        return shown_items(
            user_id=question.user_id,
            session_id=question.session_id,
            placement=question.placement,
            since=since,
            limit=MOST_ANSWERS,
        )
    except Error:
        return set()


def _waiting(question: ListRequest, since: int) -> set[str]:
    visitor = (question.user_id, None if question.user_id else question.session_id)
    return {
        entry.item_id
        for answer in writer.waiting_answers()
        if answer.placement == question.placement and answer.time >= since
        if (answer.user_id, None if answer.user_id else answer.session_id) == visitor
        for entry in answer.items
    }
