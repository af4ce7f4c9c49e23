"""Writes of the log of answers beside those of `behind`."""

from collections.abc import Collection

from django.db.models import Q

from omakase_service.recommendation_log.models import Answer


def erase_answers(user_id: str, session_ids: Collection[str]) -> int:
    """Remove every answer to a user and in their sessions, and what came of them; how many."""
    answers = Q(user_id=user_id) | Q(session_id__in=session_ids)
    _, counts = Answer.objects.filter(answers).delete()
    return counts.get(Answer._meta.label, 0)
