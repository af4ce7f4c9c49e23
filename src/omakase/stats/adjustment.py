"""Narrower intervals by what was known before: CUPED, and strata weighed after the fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from omakase.stats.effects import Effect, Sides
from omakase.stats.means import cohens_d, normal_effect
from omakase.stats.moments import Moments, PairMoments


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An effect after adjustment.

    Attributes:
        effect: of the adjusted means.
        reduction: share of the variance of the difference that the adjustment took away.
    """

    effect: Effect
    reduction: float


@dataclass(frozen=True, slots=True)
class Stratum:
    """One group of people that was fixed before the experiment.

    Attributes:
        control, treatment: measurements within the group.
        share: of all people; None takes the group's part of those measured.
    """

    control: Moments
    treatment: Moments
    share: float | None = None


def cuped(
    control: PairMoments, treatment: PairMoments, *, level: float = 0.95, sides: Sides = "both"
) -> Adjusted:
    """The difference of means less what people's own past already says.

    Paper: Deng, Xu, Kohavi, Walker, "Improving the Sensitivity of Online Controlled Experiments by
    Utilizing Pre-Experiment Data", WSDM 2013. One slope for both variants, from within them; the
    variance falls to 1 - correlation squared.

    Args:
        control, treatment: first is the metric, second the same people's covariate from before
            they were assigned (0 for who had no past).
    """
    slope = _slope(control, treatment)
    pooled = (control.second + treatment.second) / max(control.count + treatment.count, 1)
    spread = sum(_variance(side, slope) for side in (control, treatment))
    plain = sum(side.numerator.mean_variance for side in (control, treatment))
    effect = normal_effect(
        _adjusted_mean(control, slope, pooled),
        _adjusted_mean(treatment, slope, pooled),
        _variance(control, slope),
        _variance(treatment, slope),
        size=cohens_d(control.numerator, treatment.numerator),
        level=level,
        sides=sides,
        method="cuped",
    )
    return Adjusted(effect, 1 - spread / plain if 0 < plain < float("inf") else 0.0)


def post_stratified(
    strata: Sequence[Stratum], *, level: float = 0.95, sides: Sides = "both"
) -> Adjusted:
    """The mean of the groups' differences, each by its share of people.

    Groups with fewer than two people in a variant are left out.

    Raises:
        ValueError: no group has two people in each variant.
    """
    usable = [s for s in strata if min(s.control.count, s.treatment.count) >= 2]
    if not usable:
        raise ValueError("no stratum has two people in each variant; use fewer strata")
    counts = [s.control.count + s.treatment.count if s.share is None else s.share for s in usable]
    shares = [count / sum(counts) for count in counts]
    control, treatment = (_sum(usable, side) for side in ("control", "treatment"))
    effect = normal_effect(
        _weighted_sum([s.control.mean for s in usable], shares),
        _weighted_sum([s.treatment.mean for s in usable], shares),
        _weighted_sum([s.control.mean_variance for s in usable], [p**2 for p in shares]),
        _weighted_sum([s.treatment.mean_variance for s in usable], [p**2 for p in shares]),
        size=cohens_d(control, treatment),
        level=level,
        sides=sides,
        method="post_stratified",
    )
    plain = control.mean_variance + treatment.mean_variance
    return Adjusted(effect, 1 - effect.standard_error**2 / plain if plain else 0.0)


def correlation(side: PairMoments) -> float:
    """Of the two measurements within a variant; 0 where one has no spread."""
    spread = sqrt(side.numerator.variance * side.denominator.variance)
    return side.covariance / spread if spread else 0.0


def _slope(control: PairMoments, treatment: PairMoments) -> float:
    """Each variant counts as the variance of its mean does: the slope with the least variance."""
    sides = [side for side in (control, treatment) if side.count >= 2]
    shared = sum(side.covariance / side.count for side in sides)
    spread = sum(side.denominator.variance / side.count for side in sides)
    return shared / spread if spread else 0.0


def _adjusted_mean(side: PairMoments, slope: float, pooled: float) -> float:
    return side.numerator.mean - slope * (side.denominator.mean - pooled)


def _variance(side: PairMoments, slope: float) -> float:
    """Of an adjusted mean."""
    if side.count < 2:
        return float("inf")
    variance = (
        side.numerator.variance - 2 * slope * side.covariance + slope**2 * side.denominator.variance
    )
    return max(variance, 0.0) / side.count


def _weighted_sum(numbers: Sequence[float], shares: Sequence[float]) -> float:
    return sum(number * share for number, share in zip(numbers, shares, strict=True))


def _sum(strata: Sequence[Stratum], side: str) -> Moments:
    return sum((getattr(s, side) for s in strata), Moments(0.0, 0.0, 0.0))
