"""Several variants and metrics at once: p-values that allow for it."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import scipy

Correction = Literal["holm", "benjamini_hochberg", "none"]


def adjusted_p_values(
    p_values: Sequence[float], correction: Correction = "holm"
) -> tuple[float, ...]:
    """p-values to be held against the plain level, in the order in which they came.

    Holm keeps the chance of any false alarm (family-wise error); Benjamini and Hochberg keep the
    share of false ones among the alarms (false discovery rate). Both take p-values of sequences.

    Raises:
        ValueError: a correction that there is not.
    """
    if correction not in ("holm", "benjamini_hochberg", "none"):
        raise ValueError(f"no correction {correction!r}: holm, benjamini_hochberg or none")
    if not p_values or correction == "none":
        return tuple(p_values)
    if correction == "benjamini_hochberg":
        return tuple(float(p) for p in scipy.stats.false_discovery_control(p_values, method="bh"))
    return holm(p_values)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down p-values."""
    numbers = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(numbers, kind="stable")
    steps = numbers[order] * (len(numbers) - np.arange(len(numbers)))
    level = np.minimum(np.maximum.accumulate(steps), 1.0)
    placed = np.empty_like(level)
    placed[order] = level
    return tuple(float(p) for p in placed)
