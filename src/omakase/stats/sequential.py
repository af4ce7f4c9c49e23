"""Confidence sequences: intervals that hold at every look at once, however often one looks.

For estimates that are about normal: the two-sided and one-sided normal mixture. For conversions:
an exact mixture that holds from the first conversion on, whatever the base rate.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from math import exp, inf, log, sqrt

from scipy import optimize, special, stats

from omakase.stats.effects import Effect, Interval, Sides, bounded, fieller
from omakase.stats.moments import Moments

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
    information = _information(fraction, level, sides)
    doubt = 1 - level
    if sides == "both":
        return sqrt((1 + 1 / information) * (log1p_of(information) + 2 * log(1 / doubt)))
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
    information = _information(fraction, effect.level, sides)
    known = 0 < error < inf
    return replace(
        effect,
        interval=bounded(effect.difference, margin * error, sides),
        lift_interval=lift if known else Interval(-inf, inf),
        p_value=_p_value(effect.difference / error, information, sides) if known else 1.0,
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
    base rate. A beta mixture over it gives the sequence of the lift; the difference follows from
    the pooled rate. It wastes what the unconverted say, which is little where the rate is low.
    Paper: Lindon, Malek, "Anytime-Valid Inference for Multinomial Count Data", NeurIPS 2022.

    Args:
        control, treatment: `Moments.of_rate` of each.
        share: of the two variants' traffic that the assignment gives to the treatment.
        planned: conversions of both at the planned end; the interval is tightest there.
    """
    wins, losses = treatment.total, control.total
    weight = max(planned / _scale(1 - level, sides), 1.0)
    prior = share * weight, (1 - share) * weight
    belief = _mixture(wins, losses, *prior)
    chances = _chances_within(belief, wins, losses, log(1 / (1 - level)), sides)
    odds = (1 - share) / share
    lift = Interval(*(_odds(end) * odds - 1 for end in (chances.low, chances.high)))
    evidence = belief - _log_likelihood(share, wins, losses)
    if sides != "both" and (wins * odds > losses) != (sides == "greater"):
        evidence = 0.0
    base = (wins + losses) / max(control.count + treatment.count, 1)
    return Effect(
        control=control.mean,
        treatment=treatment.mean,
        control_variance=_rate_variance(control),
        treatment_variance=_rate_variance(treatment),
        interval=_difference(lift, base, share),
        p_value=min(1.0, exp(-evidence)),
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


def log1p_of(information: float) -> float:
    """log(1 + information)"""
    return log(1 + information)


def _scale(doubt: float, sides: Sides) -> float:
    """Information at the planned end at which the margin there is the least."""
    doubt = doubt if sides == "both" else min(2 * doubt, 0.99)
    return -2 * log(doubt) + log(1 - 2 * log(doubt))


def _information(fraction: float, level: float, sides: Sides) -> float:
    if not fraction > 0 or not 0 < level < 1:
        raise ValueError(f"a fraction of {fraction} at a confidence of {level}")
    return fraction * _scale(1 - level, sides)


def _p_value(statistic: float, information: float, sides: Sides) -> float:
    signed = -statistic if sides == "less" else statistic
    shrunk = information / (1 + information)
    evidence = (signed**2 * shrunk - log1p_of(information)) / 2
    if sides != "both":
        evidence += log(2) + float(stats.norm.logcdf(signed * sqrt(shrunk)))
    return exp(-max(evidence, 0.0))


@lru_cache(maxsize=4096)
def _one_sided_margin(information: float, doubt: float) -> float:
    """Where the evidence of a half-normal mixture reaches 1 / doubt."""

    def missing(statistic: float) -> float:
        shrunk = information / (1 + information)
        evidence = (statistic**2 * shrunk - log1p_of(information)) / 2
        told = log(2) + float(stats.norm.logcdf(statistic * sqrt(shrunk)))
        return evidence + told - log(1 / doubt)

    top = sqrt((1 + 1 / information) * (log1p_of(information) + 2 * log(1 / doubt)))
    return float(optimize.brentq(missing, 0.0, top + 1))


def _mixture(wins: float, losses: float, first: float, second: float) -> float:
    """Logarithm of the likelihood, averaged over a beta prior."""
    return float(special.betaln(first + wins, second + losses) - special.betaln(first, second))


def _log_likelihood(chance: float, wins: float, losses: float) -> float:
    return float(special.xlogy(wins, chance) + special.xlog1py(losses, -chance))


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
    return float(optimize.brentq(beyond, edge, inner, xtol=1e-12))


def _odds(chance: float) -> float:
    return chance / (1 - chance) if chance < 1 else inf


def _difference(lift: Interval, base: float, share: float) -> Interval:
    """Of the rates, where their mean over the traffic is the pooled rate."""

    def gap(end: float) -> float:
        return base / share if end == inf else base * end / (1 + share * end)

    return Interval(gap(lift.low), gap(lift.high))


def _rate_variance(side: Moments) -> float:
    return side.mean * (1 - side.mean) / side.count if side.count else inf
