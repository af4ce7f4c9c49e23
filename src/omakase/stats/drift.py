"""How far the counts of some classes lie from those of a reference: the population stability index.

Between shares p and q it is Σ (p - q) · ln(p / q): the sum of both Kullback-Leibler divergences.
Below 0.1 is by custom no change, above 0.25 a large one. Of counts that differ by chance alone it
is about χ² with one degree of freedom less than classes, times (1/n + 1/m).

Paper: Yurdakul 2018, Statistical Properties of Population Stability Index.
"""

from collections.abc import Mapping

import numpy as np
import scipy

SMOOTHING = 0.5
"""Added to each count, so that a class that is new, or gone, counts much and not without end."""


def population_stability(counts: Mapping[str, float], reference: Mapping[str, float]) -> float:
    """The index between two counts by class; 0 where either counted nothing."""
    classes = sorted({*counts, *reference})
    if not sum(counts.values()) or not sum(reference.values()):
        return 0.0
    p, q = (_shares(sample, classes) for sample in (counts, reference))
    return float(np.sum((p - q) * np.log(p / q)))


def chance_limit(
    counts: Mapping[str, float], reference: Mapping[str, float], *, p_value: float = 1e-4
) -> float:
    """The index above which chance alone comes with this probability; 0 for a single class."""
    n, m = sum(counts.values()), sum(reference.values())
    degrees = len({*counts, *reference}) - 1
    if degrees < 1 or not n or not m:
        return 0.0
    return float(scipy.stats.chi2.isf(p_value, degrees) * (1 / n + 1 / m))


def _shares(counts: Mapping[str, float], classes: list[str]) -> np.ndarray:
    smoothed = np.array([counts.get(name, 0.0) for name in classes]) + SMOOTHING
    return smoothed / smoothed.sum()
