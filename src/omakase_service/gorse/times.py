"""Times in nearly any way of writing them; one without a zone is in UTC."""

import re
from datetime import UTC, datetime

from omakase_service.gorse.contracts import BadRequest, utc

DIGITS = {
    4: "%Y",
    6: "%Y%m",
    8: "%Y%m%d",
    14: "%Y%m%d%H%M%S",
}
"""How a number of so many digits is written, where it does not count from 1970."""

EPOCHS = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
"""Parts of a second that a number of so many digits counts since 1970."""

CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
DATES = (
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%Y-%m",
    "%Y-%b-%d",
)
WITH_ZONE = (
    "%a, %d %b %Y %H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %Z",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %H:%M:%S %z %Y",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S %z %Z",
)
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", flags=re.ASCII
)


def moment_of(text: str | None) -> datetime | None:
    """The moment that a text means; none of an empty text, or of the zero time.

    Raises:
        BadRequest: nobody can read it.
    """
    words = (text or "").strip()
    if not words:
        return None
    found = _from_digits(words) if words.isascii() and words.isdigit() else _spelt(words)
    if found is None:
        raise BadRequest(
            f"the time {words[:60]!r} cannot be read; write it as 2022-02-24T10:20:30Z"
        )
    moment = utc(found)
    return None if moment.year == 1 else moment


def strict_moment_of(text: str) -> datetime | None:
    """The moment that RFC 3339 means, and nothing else.

    Raises:
        BadRequest: it is written otherwise.
    """
    if not RFC_3339.fullmatch(text):
        raise BadRequest(
            f"the time {text[:60]!r} of a patch must be RFC 3339, such as 2022-02-24T10:20:30Z"
        )
    return moment_of(text.upper())


def _from_digits(digits: str) -> datetime | None:
    try:
        if form := DIGITS.get(len(digits)):
            return datetime.strptime(digits, form).replace(tzinfo=UTC)
        parts = EPOCHS.get(len(digits), 1)
        return datetime.fromtimestamp(int(digits) / parts, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _spelt(words: str) -> datetime | None:
    try:
        return utc(datetime.fromisoformat(words))
    except (ValueError, OverflowError):
        pass
    forms = [f"{date}{clock}" for date in DATES for clock in CLOCKS]
    for form in (*WITH_ZONE, *forms):
        try:
            return utc(datetime.strptime(words, form))  # noqa: DTZ007  without a zone it is UTC
        except (ValueError, OverflowError):
            continue
    return None
