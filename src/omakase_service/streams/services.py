"""Writes of the app beside the two ways."""

from collections.abc import Collection

from omakase_service.streams.models import DeadLetter


def erase_letters(user_id: str, session_ids: Collection[str]) -> int:
    """Remove dead letters that speak of a user; how many."""
    number, _ = DeadLetter.objects.filter(user_id=user_id).delete()
    return number
