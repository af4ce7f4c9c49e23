"""Whether people take surely less from the live version than from the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from omakase.stats.effects import Interval
from omakase.stats.sequential import rate_sequence

LEVEL: Final = 0.99
"""Chance of no false alarm over the whole life of a live version, however often it is looked at."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """Answers of a version, and how many of them led to a click."""

    answers: int
    clicked: int

    @property
    def rate(self) -> float:
        """Share of answers with a click; 0 without answers."""
        return self.clicked / self.answers if self.answers else 0.0


@dataclass(frozen=True, slots=True)
class WatchResult:
    """The live version beside the one before it.

    Attributes:
        before, live: intervals of both rates that hold at every look.
        is_worse: the live rate is surely below the other one by more than the tolerance.
    """

    before: Interval
    live: Interval
    is_worse: bool


Hourly = Mapping[int, Engagement]
"""Hour of the day (0 to 23) to what was counted in it."""


def total(hours: Hourly) -> Engagement:
    """All hours together."""
    counted = hours.values()
    return Engagement(sum(h.answers for h in counted), sum(h.clicked for h in counted))


def match_hours(before: Hourly, live: Hourly) -> Engagement:
    """What the earlier version would have shown at the hours of the day of the live one's answers.

    People click less at night than in the evening, and a version that has answered for some hours
    has not seen all of them. Each hour of the earlier version counts as much as the live one's
    does; the answers are as many as would leave the rate as uncertain. Hours that the earlier
    version has not answered in say nothing.
    """
    shared = [h for h in live if live[h].answers and h in before and before[h].answers]
    weight = sum(live[h].answers for h in shared)
    if not weight:
        return Engagement(0, 0)
    shares = {h: live[h].answers / weight for h in shared}
    rate = sum(shares[h] * before[h].rate for h in shared)
    answers = round(1 / sum(shares[h] ** 2 / before[h].answers for h in shared))
    return Engagement(answers, round(rate * answers))


def shared_hours(before: Hourly, live: Hourly) -> Hourly:
    """The live version's hours that the earlier one has answered in too."""
    return {h: engagement for h, engagement in live.items() if h in before and before[h].answers}


def watch_hours(
    before: Hourly, live: Hourly, *, tolerance: float = 0.1, level: float = LEVEL
) -> WatchResult:
    """As `watch`, hour of the day by hour of the day."""
    earlier, now = match_hours(before, live), total(shared_hours(before, live))
    return watch(earlier, now, tolerance=tolerance, level=level)


def watch(
    before: Engagement, live: Engagement, *, tolerance: float = 0.1, level: float = LEVEL
) -> WatchResult:
    """Compare click rates that come in while they are looked at.

    The two versions answered at different times, so a fall within the tolerance is put down to
    the time. Each interval takes half of the doubt, so that both hold together at every look.

    Args:
        tolerance: relative fall that is no alarm.
        level: chance of no false alarm.
    """
    one_sided = 1 - (1 - level) / 2
    earlier = rate_sequence(before.clicked, before.answers, level=one_sided)
    now = rate_sequence(live.clicked, live.answers, level=one_sided)
    return WatchResult(earlier, now, now.high < earlier.low * (1 - tolerance))
