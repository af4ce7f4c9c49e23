"""Whether people take surely less from the live version than from the one before it."""

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
    each = 1 - (1 - level) / 2
    earlier = rate_sequence(before.clicked, before.answers, level=each)
    now = rate_sequence(live.clicked, live.answers, level=each)
    return WatchResult(earlier, now, now.high < earlier.low * (1 - tolerance))
