"""Guardrails: metrics that must not get worse than a margin allows."""

from math import inf
from typing import Literal

from omakase.stats.effects import Effect, Interval

Direction = Literal["higher", "lower"]
"""Which way a metric is better."""
Safety = Literal["safe", "harmed", "open"]


def check_guardrail(effect: Effect, tolerance: float, direction: Direction = "higher") -> Safety:
    """Non-inferiority by the interval of the lift: safe, harmed beyond the tolerance, or open.

    Args:
        effect: at a fixed look, or of a sequence.
        tolerance: relative loss that is still accepted, as 0.02.

    Raises:
        ValueError: a tolerance below 0.
    """
    if tolerance < 0:
        raise ValueError(f"a tolerance of {tolerance} is below 0")
    worst, best = _towards_better(effect.lift_interval, direction)
    if worst > -tolerance:
        return "safe"
    return "harmed" if best < -tolerance else "open"


def _towards_better(lift: Interval, direction: Direction) -> tuple[float, float]:
    """The ends of an interval, the worse one first, better counted up."""
    if lift.low == -inf and lift.high == inf:
        return -inf, inf
    return (lift.low, lift.high) if direction == "higher" else (-lift.high, -lift.low)
