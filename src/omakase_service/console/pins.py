"""Figures that each member of staff has pinned, with their series."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.safestring import SafeString

from omakase_service.console import days
from omakase_service.console.charts import line_chart
from omakase_service.console.models import PinnedFigure
from omakase_service.console.translations import say
from omakase_service.platform.exceptions import Invalid

MOST_PINS = 12
SPANS = (7, 14, 28, 90)
TITLES = {name: title for name, title, *_ in days.MEASURES}


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned figure.

    Attributes:
        placement: whose lists it is counted of; "" is all of them.
        length: in days.
        tile: its sum beside that of as many days before.
        chart: day by day, with the days before behind it.
    """

    number: int
    placement: str
    length: int
    tile: days.Tile
    chart: SafeString


def pins_of(login: str) -> Sequence[Pin]:
    """What somebody has pinned, in their order. A query, and those of each span and placement."""
    rows = PinnedFigure.objects.filter(login=login, figure__in=TITLES)
    span_of = cache(lambda length, place: days.span(days.today(), length, place))
    return [_pin(row, span_of(row.days, row.placement)) for row in rows]


def pin(*, login: str, figure: str, placement: str, length: int) -> None:
    """Pin a figure; one that is pinned stays.

    Raises:
        Invalid: no such figure or length, or too many pins.
    """
    if figure not in TITLES or length not in SPANS:
        raise Invalid(say("Choose a figure and how many days."))
    own = PinnedFigure.objects.filter(login=login)
    named: dict[str, Any] = {"figure": figure, "placement": placement[:255], "days": length}
    if own.filter(**named).exists():
        return
    if own.count() >= MOST_PINS:
        raise Invalid(say("At most {n} figures can be pinned.", n=MOST_PINS))
    PinnedFigure.objects.get_or_create(login=login, **named)


def unpin(*, login: str, number: int) -> None:
    """Pin one of somebody's own figures no more."""
    PinnedFigure.objects.filter(login=login, pk=number).delete()


def _pin(row: PinnedFigure, span: days.Span) -> Pin:
    tile = days.tile_of(span, row.figure)
    labels = [f"{day:%m-%d}" for day in span.days]
    before = [days.value_of(each, row.figure) or 0.0 for each in span.before]
    chart = line_chart(say(tile.title), labels, tile.series, before, unit=tile.unit)
    return Pin(row.pk, row.placement, row.days, tile, chart)
