"""Until when an item is offered. No Django."""

from datetime import UTC, date, datetime, time
from typing import Any


def last_moment(said: Any) -> Any:
    """The moment from which on an item is offered no longer; what is no time is as it was.

    A day alone counts to its end, UTC: what is valid until the 31st may be bought on the 31st. A
    time without a zone is of UTC.
    """
    moment = _read(said) if isinstance(said, str) else said
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(moment, date):
        return datetime.combine(moment, time.max, UTC)
    return said


def _read(text: str) -> date | None:
    """A day alone, or a moment; none where the text is neither."""
    text = text.strip()
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return None
