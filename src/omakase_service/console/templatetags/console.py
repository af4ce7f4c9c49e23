"""Tags and filters of the console's templates: sentences, figures, moments."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils import timezone

from omakase_service.console.translations import language, say

register = template.Library()
UNKNOWN = "–"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
UNITS = ((DAY, "{n} d ago"), (HOUR, "{n} h ago"), (MINUTE, "{n} min ago"))
AHEAD = ((DAY, "in {n} d"), (HOUR, "in {n} h"), (MINUTE, "in {n} min"))
KIB = 1024


@register.simple_tag
def t(text: str, **values: Any) -> str:
    """A sentence in the page's language."""
    return say(text, **values)


@register.filter
def word(text: str) -> str:
    """A word that the service uses, such as the state of a job, in the page's language."""
    return say(str(text))


@register.filter
def figure(number: float | None) -> str:
    """A number as people read it: 1,234; 0.123; 12.3."""
    if number is None:
        return UNKNOWN
    if float(number).is_integer():
        return f"{int(number):,}"
    return f"{number:,.1f}" if abs(number) >= 10 else f"{number:.3g}"


@register.filter
def plain(number: float) -> str:
    """A number as a form's field holds it: 2.5, 1, 0.05."""
    return f"{number:.10g}"


@register.filter
def percent(share: float | None) -> str:
    """A share as a percentage."""
    if share is None:
        return UNKNOWN
    return f"{share * 100:.2f} %" if abs(share) < 0.1 else f"{share * 100:.1f} %"


@register.filter
def size(number: int | None) -> str:
    """Bytes in the unit that fits."""
    if number is None:
        return UNKNOWN
    amount, units = float(number), ["B", "KB", "MB", "GB", "TB"]
    while amount >= KIB and len(units) > 1:
        amount, units = amount / KIB, units[1:]
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"


@register.filter
def moment(time: datetime | int | float | None) -> str:
    """Date and time to the minute, in UTC."""
    when = _moment(time)
    return UNKNOWN if when is None else f"{when:%Y-%m-%d %H:%M}"


@register.filter
def ago(time: datetime | int | float | None) -> str:
    """How long ago a moment was, or how far ahead it lies."""
    when = _moment(time)
    if when is None:
        return UNKNOWN
    passed = (timezone.now() - when).total_seconds()
    for seconds, words in UNITS if passed >= 0 else AHEAD:
        if abs(passed) >= seconds:
            return say(words, n=int(abs(passed) // seconds))
    return say("just now") if passed >= 0 else say("in a moment")


@register.filter
def english_or_korean(words: Any) -> list[str]:
    """The sentences of the page's language, of a mapping of both."""
    if not isinstance(words, dict):
        return []
    return list(words.get(language()) or words.get("en") or ())


@register.filter
def pairs(mapping: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names and values; `.items` in a template is the value of whoever calls a name "items"."""
    return list(mapping.items())


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """The value of a mapping for a key that is a variable; none where it has not."""
    return mapping.get(key) if mapping else None


def _moment(time: datetime | int | float | None) -> datetime | None:
    if not time:  # 0: an event whose file did not say when
        return None
    return time.astimezone(UTC) if isinstance(time, datetime) else datetime.fromtimestamp(time, UTC)
