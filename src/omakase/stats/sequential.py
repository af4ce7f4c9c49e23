"""Confidence sequences: intervals that hold at every look at once, however often one looks.

For estimates that are about normal: the two-sided and one-sided normal mixture. For conversions:
an exact mixture that holds from the first conversion on, whatever the base rate.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from math import exp, inf, log, sqrt

import numpy as np
import scipy

from omakase.stats.effects import Effect, Interval, Sides, bounded, fieller
from omakase.stats.moments import Moments, Numbers

LEAST_UNITS = 100
"""Units a variant must have before its mean is taken for normal; until then nothing is known."""
LEAST_SUCCESSES = 10
"""The same of the rarer of two outcomes, where a rate is taken for normal."""


def sequence_margin(fraction: float, level: float = 0.95, sides: Sides = "both") -> float:
    """Standard errors on each side of an estimate that keep the level at every look.

    Paper: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory and
    asymptotic confidence sequences", Annals of Statistics 2024.

    Args:
        fraction: of the planned sample that is there; at 1 the margin is the least, and it holds
            before and after. The plan must not follow the measurements.

    Raises:
        ValueError: a fraction that is not above 0, or a level outside 0..1.
    """
    information = information_at(fraction, level, sides)
    doubt = 1 - level
    if sides == "both":
        return sqrt((1 + 1 / information) * (log(1 + information) + 2 * log(1 / doubt)))
    return _one_sided_margin(information, doubt)


def anytime(effect: Effect, fraction: float, *, sides: Sides = "both") -> Effect:
    """The same effect with an interval, lift and p-value that may be looked at any time.

    It holds for whatever estimate is about normal: means, ratios, CUPED, strata, quantiles.

    Args:
        fraction: of the planned sample that is there, above 0.
    """
    margin = sequence_margin(fraction, effect.level, sides)
    error = effect.standard_error
    lift = fieller(
        effect.control,
        effect.control_variance,
        effect.treatment,
        effect.treatment_variance,
        margin,
        sides=sides,
    )
    information = information_at(fraction, effect.level, sides)
    is_usable = 0 < error < inf
    evidence = (
        float(evidence_of(effect.difference / error, information, sides)) if is_usable else 0.0
    )
    return replace(
        effect,
        interval=bounded(effect.difference, margin * error, sides),
        lift_interval=lift if is_usable else Interval(-inf, inf),
        p_value=exp(-max(evidence, 0.0)),
        method=f"{effect.method}_sequence",
    )


def conversions(
    control: Moments,
    treatment: Moments,
    *,
    share: float = 0.5,
    planned: float = 200.0,
    level: float = 0.95,
    sides: Sides = "both",
) -> Effect:
    """The effect on a rate, exact at every look, from who of the converted was treated.

    Of all conversions, those of the treatment are draws with probability
    share * treatment rate / (share * treatment rate + (1 - share) * control rate): one unknown, no
    base rate. A beta mixture over it gives the sequence of the lift; that of the difference
    follows from it and from the sequence of the pooled rate. It wastes what the unconverted say,
    which is little where the rate is low.
    Paper: Lindon, Malek, "Anytime-Valid Inference for Multinomial Count Data", NeurIPS 2022.

    Args:
        control, treatment: `Moments.of_rate` of each.
        share: of the two variants' traffic that the assignment gives to the treatment.
        planned: conversions of both at the planned end; the interval is tightest there.
    """
    wins, losses = treatment.total, control.total
    weight = prior_weight(planned, level, sides)
    belief = _mixture(wins, losses, share * weight, (1 - share) * weight)
    chances = _chances_within(belief, wins, losses, log(1 / (1 - level)), sides)
    odds = (1 - share) / share
    lift = Interval(*(_odds(end) * odds - 1 for end in (chances.low, chances.high)))
    evidence = float(conversion_evidence(wins, losses, 0.0, share, weight))
    if sides != "both" and (wins * odds > losses) != (sides == "greater"):
        evidence = 0.0
    base = rate_sequence(wins + losses, control.count + treatment.count, level=level)
    return Effect(
        control=control.mean,
        treatment=treatment.mean,
        control_variance=_rate_variance(control),
        treatment_variance=_rate_variance(treatment),
        interval=_difference(lift, base, share),
        p_value=exp(-max(evidence, 0.0)),
        lift_interval=lift,
        size=None,
        level=level,
        method="conversions_sequence",
    )


def rate_sequence(
    successes: float, trials: float, *, level: float = 0.95, sides: Sides = "both"
) -> Interval:
    """Exact interval of one rate at every look, by a beta mixture (Robbins 1970)."""
    if trials <= 0:
        return Interval(0.0, 1.0)
    failures = trials - successes
    belief = _mixture(successes, failures, 0.5, 0.5)
    return _chances_within(belief, successes, failures, log(1 / (1 - level)), sides)


def normal_enough(control: Moments, treatment: Moments, *, is_rate: bool) -> bool:
    """Whether there is enough of both variants to take their means for normal."""
    if min(control.count, treatment.count) < LEAST_UNITS:
        return False
    sides = (control, treatment)
    rarer = min(min(side.total, side.count - side.total) for side in sides)
    return not is_rate or rarer >= LEAST_SUCCESSES


def evidence_of(
    statistic: float | Numbers, information: float | Numbers, sides: Sides = "both"
) -> Numbers:
    """Logarithm of the evidence against "no difference" of z statistics; an alarm at log(1/0.05).

    Args:
        statistic: estimates in standard errors, of any shape.
        information: as of `information_at`, of a shape that fits.
    """
    z_score = np.asarray(statistic, dtype=np.float64) * (-1 if sides == "less" else 1)
    shrunk = np.asarray(information) / (1 + np.asarray(information))
    evidence: Numbers = (z_score**2 * shrunk - np.log1p(information)) / 2
    if sides != "both":
        evidence = evidence + log(2) + scipy.stats.norm.logcdf(z_score * np.sqrt(shrunk))
    return evidence


def information_at(fraction: float, level: float = 0.95, sides: Sides = "both") -> float:
    """How much weight the mixture has at a fraction of the planned sample.

    Raises:
        ValueError: a fraction that is not above 0, or a level outside 0..1.
    """
    if not fraction > 0 or not 0 < level < 1:
        raise ValueError(f"a fraction of {fraction} at a confidence of {level}")
    return fraction * _scale(1 - level, sides)


def conversion_evidence(
    wins: float | Numbers, losses: float | Numbers, lift: float, share: float, weight: float
) -> Numbers:
    """Logarithm of the evidence against a lift, by the conversions of treatment and control.

    Args:
        wins, losses: of treatment and control, of any shape.
        share: of the traffic that the treatment gets.
        weight: of the prior, in conversions, as of `prior_weight`.
    """
    odds = share * (1 + lift) / (1 - share)
    first, second = share * weight, (1 - share) * weight
    belief = scipy.special.betaln(first + wins, second + losses) - scipy.special.betaln(
        first, second
    )
    chance = odds / (1 + odds)
    evidence: Numbers = (
        belief - scipy.special.xlogy(wins, chance) - scipy.special.xlog1py(losses, -chance)
    )
    return evidence


def prior_weight(planned: float, level: float = 0.95, sides: Sides = "both") -> float:
    """Conversions that the prior counts for, so that the interval is least at the planned ones."""
    return max(planned / _scale(1 - level, sides), 1.0)


def cautious(effect: Effect, control_count: float, treatment_count: float) -> Effect:
    """The same with no unit of one variant taken to vary less than the units of both do.

    A small variant of a metric with a heavy tail that has not met its large ones yet has a low mean
    and seems sure of it; without this it raises false alarms.
    """
    if not control_count or not treatment_count:
        return effect
    total = control_count + treatment_count
    units = effect.control_variance * control_count, effect.treatment_variance * treatment_count
    if not max(units) < inf:
        return effect
    pooled = (units[0] * control_count + units[1] * treatment_count) / total
    return replace(
        effect,
        control_variance=max(units[0], pooled) / control_count,
        treatment_variance=max(units[1], pooled) / treatment_count,
    )


def _scale(doubt: float, sides: Sides) -> float:
    """Information at the planned end at which the margin there is the least."""
    doubt = doubt if sides == "both" else min(2 * doubt, 0.99)
    return -2 * log(doubt) + log(1 - 2 * log(doubt))


@lru_cache(maxsize=4096)
def _one_sided_margin(information: float, doubt: float) -> float:
    """Where the evidence of a half-normal mixture reaches 1 / doubt."""

    def missing(statistic: float) -> float:
        return float(evidence_of(statistic, information, "greater")) - log(1 / doubt)

    top = sqrt((1 + 1 / information) * (log(1 + information) + 2 * log(1 / doubt)))
    return float(scipy.optimize.brentq(missing, 0.0, top + 1))


def _mixture(wins: float, losses: float, first: float, second: float) -> float:
    """Logarithm of the likelihood, averaged over a beta prior."""
    return float(
        scipy.special.betaln(first + wins, second + losses) - scipy.special.betaln(first, second)
    )


def _log_likelihood(chance: float, wins: float, losses: float) -> float:
    return float(scipy.special.xlogy(wins, chance) + scipy.special.xlog1py(losses, -chance))


def _chances_within(
    belief: float, wins: float, losses: float, threshold: float, sides: Sides
) -> Interval:
    """The chances against which the evidence stays under a threshold."""

    def beyond(chance: float) -> float:
        return belief - _log_likelihood(chance, wins, losses) - threshold

    total = wins + losses
    best = wins / total if total else 0.5
    low = 0.0 if sides == "less" or wins == 0 else _root(beyond, 0.0, best)
    high = 1.0 if sides == "greater" or losses == 0 else _root(beyond, 1.0, best)
    return Interval(low, high)


def _root(beyond: Callable[[float], float], outer: float, inner: float) -> float:
    """Between an end (0 or 1), where the evidence is endless, and the likeliest chance."""
    edge = abs(outer - 1e-12)
    if beyond(edge) <= 0:
        return outer
    return float(scipy.optimize.brentq(beyond, edge, inner, xtol=1e-12))


def _odds(chance: float) -> float:
    return chance / (1 - chance) if chance < 1 else inf


def _difference(lift: Interval, base: Interval, share: float) -> Interval:
    """Of the rates, whose mean over the traffic lies in `base`: the farther end outwards."""

    def gap(end: float, rate: float) -> float:
        return rate / share if end == inf else rate * end / (1 + share * end)

    low = gap(lift.low, base.high if lift.low < 0 else base.low)
    high = gap(lift.high, base.high if lift.high > 0 else base.low)
    return Interval(max(low, -1.0), min(high, 1.0))


def _rate_variance(side: Moments) -> float:
    return side.mean * (1 - side.mean) / side.count if side.count else inf
