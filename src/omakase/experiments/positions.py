"""At which positions of the list people click."""

from collections.abc import Sequence
from dataclasses import dataclass

from omakase.stats.effects import Interval
from omakase.stats.rates import wilson


@dataclass(frozen=True, slots=True)
class PositionRate:
    """Clicks at one position.

    Attributes:
        position: from 1.
        shown, clicked: how often.
        rate: clicked / shown; 0 where it was never shown.
        interval: Wilson's, of the rate.
        share: of all clicks.
    """

    position: int
    shown: float
    clicked: float
    rate: float
    interval: Interval
    share: float


@dataclass(frozen=True, slots=True)
class ClickPositions:
    """Where a variant's clicks fall.

    Attributes:
        rates: one a position, in order.
        mean_position: of a click, from 1; None without clicks.
        mean_reciprocal: of 1 / position over clicks; None without clicks.
    """

    rates: tuple[PositionRate, ...]
    mean_position: float | None
    mean_reciprocal: float | None


def click_positions(
    shown: Sequence[float], clicked: Sequence[float], *, level: float = 0.95
) -> ClickPositions:
    """From how often each position was shown and clicked, the first first.

    Raises:
        ValueError: of different length, or more clicks than lists at a position.
    """
    if len(shown) != len(clicked):
        raise ValueError(f"{len(shown)} positions shown and {len(clicked)} clicked")
    if any(c > s for s, c in zip(shown, clicked, strict=True)):
        raise ValueError("a position was clicked more often than it was shown")
    total = sum(clicked)
    rates = tuple(
        PositionRate(
            position=n + 1,
            shown=s,
            clicked=c,
            rate=c / s if s else 0.0,
            interval=wilson(c, s, level),
            share=c / total if total else 0.0,
        )
        for n, (s, c) in enumerate(zip(shown, clicked, strict=True))
    )
    mean = sum(rate.position * rate.share for rate in rates) if total else None
    reciprocal = sum(rate.share / rate.position for rate in rates) if total else None
    return ClickPositions(rates, mean, reciprocal)
