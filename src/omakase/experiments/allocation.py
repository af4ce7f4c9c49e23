"""Traffic that follows the evidence: Thompson sampling between variants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omakase.bandits.posteriors import BetaPosterior, GaussianPosterior, best_chances
from omakase.stats.moments import Moments, Numbers

FLOOR = 0.05
"""Least share of a variant, so that no verdict is final and estimates stay possible."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Shares of traffic for the next period.

    Attributes:
        shares: (V,) they add up to 1; with these probabilities people are assigned, so they are
            what is to be logged.
        best: (V,) probability that each variant is the best, by what is known.
        loss: expected loss of choosing the likeliest best now, in the metric's unit.
    """

    shares: tuple[float, ...]
    best: tuple[float, ...]
    loss: float


def thompson_rates(
    variants: Sequence[Moments],
    *,
    floor: float = FLOOR,
    prior: tuple[float, float] = (1.0, 1.0),
) -> Allocation:
    """For a metric that is 0 or 1 (`Moments.of_rate`): exact chances of being the best.

    Raises:
        ValueError: no variants, or a floor that does not fit them.
    """
    wins = np.array([v.total for v in variants])
    losses = np.array([v.count - v.total for v in variants])
    return _allocation(BetaPosterior(wins + prior[0], losses + prior[1]), floor)


def thompson_means(variants: Sequence[Moments], *, floor: float = FLOOR) -> Allocation:
    """For any metric: the means as about normal; a variant of fewer than two units is unknown.

    Raises:
        ValueError: no variants, or a floor that does not fit them.
    """
    measurable = [v for v in variants if v.count >= 2 and v.variance > 0]
    if len(measurable) < 2:
        size = len(variants)
        _check(size, floor)
        return Allocation((1 / size,) * size, (1 / size,) * size, 0.0)
    spread = max(v.variance for v in measurable) ** 0.5
    centre = float(np.mean([v.mean for v in measurable]))
    means = np.array([v.mean if v in measurable else centre for v in variants])
    errors = np.array([v.mean_variance**0.5 if v in measurable else spread for v in variants])
    return _allocation(GaussianPosterior(means, errors), floor)


def share_after_floor(best: Numbers, floor: float) -> Numbers:
    """(V,) shares: each at least the floor, what is left by the chance of being the best."""
    return floor + (1 - floor * len(best)) * best


def _allocation(posterior: BetaPosterior | GaussianPosterior, floor: float) -> Allocation:
    _check(len(posterior), floor)
    best, expected = best_chances(posterior)
    means = posterior.means()
    leader = int(best.argmax())
    shares = share_after_floor(best, floor)
    loss = max(expected - float(means[leader]), 0.0)
    return Allocation(tuple(shares.tolist()), tuple(best.tolist()), loss)


def _check(size: int, floor: float) -> None:
    if not size:
        raise ValueError("no variants to divide traffic between")
    if not 0 <= floor * size <= 1:
        raise ValueError(f"a floor of {floor} for {size} variants takes more than all the traffic")
