"""How sure a figure is: intervals, paired differences, spread over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Figures = NDArray[np.float64]
ROUNDING = 1e-12
"""Of a mean: what is less comes of the order in which numbers were added up."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better than a baseline, query by query.

    Attributes:
        mean: of the differences; positive is better than the baseline.
        low, high: ends of its interval; None where fewer than two queries tell nothing of it.
        p_value: of the two-sided sign-flip permutation test of "no difference".
    """

    mean: float
    low: float | None
    high: float | None
    p_value: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval excludes zero."""
        return self.is_surely_better or self.is_surely_worse

    @property
    def is_surely_better(self) -> bool:
        """Whether the whole interval lies above zero, by more than rounding."""
        return self.low is not None and self.low > ROUNDING

    @property
    def is_surely_worse(self) -> bool:
        """Whether the whole interval lies below zero, by more than rounding."""
        return self.high is not None and self.high < -ROUNDING


def interval(
    values: Figures, *, rng: np.random.Generator, level: float = 0.95, resamples: int = 1000
) -> tuple[Figures, Figures] | None:
    """Low and high end (M,) of the percentile bootstrap of the means of (M, Q) values.

    The queries are drawn again together, so the M measures keep their dependence. None with fewer
    than two queries, of which nothing is known.
    """
    if values.shape[-1] < 2:
        return None
    bootstrap = scipy.stats.bootstrap(
        (values,),
        np.mean,
        axis=-1,
        n_resamples=resamples,
        batch=max(1, 2**22 // values.size),
        confidence_level=level,
        method="percentile",
        rng=rng,
    ).confidence_interval
    return np.atleast_1d(bootstrap.low), np.atleast_1d(bootstrap.high)


def paired_difference(
    values: Figures,
    baseline: Figures,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    resamples: int = 1000,
) -> Difference:
    """The difference of two models on the same Q queries, (Q,) each.

    Raises:
        ValueError: the two were not asked the same number of queries.
    """
    if values.shape != baseline.shape:
        raise ValueError(f"{len(values)} and {len(baseline)} queries cannot be paired")
    gaps = values - baseline
    ends = interval(gaps[None], rng=rng, level=level, resamples=resamples)
    p_value = _sign_flips(gaps, rng, resamples)
    if ends is None:
        return Difference(float(gaps.mean()), None, None, p_value)
    return Difference(float(gaps.mean()), float(ends[0][0]), float(ends[1][0]), p_value)


def spread(figures: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation (n - 1) over seeds; 0 for one seed."""
    return float(np.mean(figures)), float(np.std(figures, ddof=1)) if len(figures) > 1 else 0.0


def _sign_flips(gaps: Figures, rng: np.random.Generator, resamples: int) -> float:
    moved = gaps[gaps != 0]
    if len(moved) < 2:
        return 1.0
    test = scipy.stats.permutation_test(
        (moved,),
        np.mean,
        permutation_type="samples",
        n_resamples=resamples,
        batch=max(1, 2**22 // len(moved)),
        axis=-1,
        vectorized=True,
        rng=rng,
    )
    return float(test.pvalue)


def paired_over_fits(values: Figures, baseline: Figures, *, level: float = 0.95) -> Difference:
    """The paired difference of two recipes, each fitted one or more times.

    Two things make it uncertain: which people were asked, and from which seed a recipe began. The
    variances of both add up; degrees of freedom after Satterthwaite.

    Args:
        values: (S, Q) of the new recipe: S fits, Q people.
        baseline: (T, Q) of the other one, the same people.
    """
    people = values.mean(axis=0) - baseline.mean(axis=0)
    mean, size = float(people.mean()), len(people)
    if size < 2:
        return Difference(mean, None, None, 1.0)
    parts = [
        (float(people.var(ddof=1)) / size, size - 1),
        _over_seeds(values),
        _over_seeds(baseline),
    ]
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return Difference(mean, mean, mean, 1.0 if mean == 0 else 0.0)
    degrees = variance**2 / sum(part**2 / freedom for part, freedom in parts)
    margin = float(scipy.stats.t.ppf(0.5 + level / 2, degrees)) * variance**0.5
    p_value = float(2 * scipy.stats.t.sf(abs(mean) / variance**0.5, degrees))
    return Difference(mean, mean - margin, mean + margin, p_value)


def _over_seeds(values: Figures) -> tuple[float, int]:
    """Variance of the mean over fits, and its degrees of freedom."""
    means = values.mean(axis=1)
    return (float(means.var(ddof=1)) / len(means), len(means) - 1) if len(means) > 1 else (0.0, 1)
