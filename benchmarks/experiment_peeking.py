"""Experiments that are looked at every day: false alarms, and whether the sequence holds.

Four weeks of 1,000 people a day, looked at every day; whoever sees a difference that is sure stops
and believes it. "false alarms" is the share of experiments without any difference in which that
ever happens: by the fixed test of the same data ("fixed"), and by the confidence sequences that
Omakase uses ("ours": of conversions below a base rate of 20 %, asymptotic above and for revenue).
"covered" is the share of experiments with a true lift of 10 % whose interval holds the truth at
every one of the looks, of the difference and of the lift.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.experiments.measured import LOW_RATE
from omakase.stats.moments import Moments
from omakase.stats.sequential import (
    conversion_evidence,
    conversions,
    prior_weight,
    sequence_margin,
)

DAYS = 28
PEOPLE = 1000
LIFT = 0.1
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5)
SHARES = (0.5, 0.2)
BUYERS = 0.03
SPREAD = 1.5
"""Of the logarithm of what a buyer spends."""
ASKED = 500
SOME_DAYS = (0, 2, 6, 13, 27)
"""Experiments and looks of which the interval of the difference is computed."""


@dataclass(frozen=True)
class Looks:
    """Sums of both variants (control first) at the end of each day, for each experiment.

    Attributes:
        people, totals, squares: (2, runs, days)
    """

    people: np.ndarray
    totals: np.ndarray
    squares: np.ndarray

    @property
    def fractions(self) -> np.ndarray:
        """(days,) of the planned sample."""
        return (1 + np.arange(DAYS)) / DAYS


def experiment_peeking(asked: Asked) -> Result:
    """A row a metric and split."""
    runs = 100 if asked.quick else 4000
    rates = (0.01, 0.5) if asked.quick else RATES
    rows = [
        rate_row(rate, share, runs, np.random.default_rng([asked.seeds[0], 1, n]))
        for n, rate in enumerate(rates)
        for share in SHARES
    ]
    rows += [
        revenue_row(share, runs, np.random.default_rng([asked.seeds[0], 2])) for share in SHARES
    ]
    return Result(rows, [verdict(rows, runs)])


def rate_row(rate: float, share: float, runs: int, rng: np.random.Generator) -> Row:
    """Of a metric that is 0 or 1: conversions where they are few, else as normal."""
    null, moved = (rate_looks(rate, lift, share, runs, rng) for lift in (0.0, LIFT))
    row = {"metric": f"rate {rate:.0%}", "treated": share, "runs": runs}
    if rate >= LOW_RATE:
        return {**row, **normal_figures(null, moved, rate * LIFT)}
    planned = rate * DAYS * PEOPLE
    misses = partial(missed_by_conversions, share=share, weight=prior_weight(planned))
    return {
        **row,
        "false alarms, fixed": ever(fixed_alarms(null)),
        "false alarms, ours": ever(misses(null, 0.0)),
        "covered, difference": differences_covered(moved, rate * LIFT, share, planned),
        "covered, lift": 1 - ever(misses(moved, LIFT)),
    }


def revenue_row(share: float, runs: int, rng: np.random.Generator) -> Row:
    """Of money: most bring none, few bring much."""
    null, moved = (revenue_looks(lift, share, runs, rng) for lift in (0.0, LIFT))
    truth = BUYERS * float(np.exp(SPREAD**2 / 2)) * LIFT
    row = {"metric": "revenue, heavy tail", "treated": share, "runs": runs}
    return {**row, **normal_figures(null, moved, truth)}


def normal_figures(null: Looks, moved: Looks, truth: float) -> dict[str, float]:
    """False alarms without a difference, and coverage with one."""
    return {
        "false alarms, fixed": ever(fixed_alarms(null)),
        "false alarms, ours": ever(missed_as_normal(null, 1.0, 0.0)),
        "covered, difference": 1 - ever(missed_as_normal(moved, 1.0, truth)),
        "covered, lift": 1 - ever(missed_as_normal(moved, 1 + LIFT, 0.0)),
    }


def ever(missed: np.ndarray) -> float:
    """Share of experiments with at least one such day."""
    return float(missed.any(axis=1).mean())


def missed_by_conversions(
    looks: Looks, lift: float | np.ndarray, share: float, weight: float
) -> np.ndarray:
    """(runs, days) whether the sequence of conversions excludes a lift."""
    evidence = conversion_evidence(looks.totals[1], looks.totals[0], lift, share, weight)
    return evidence >= np.log(20)


def differences_covered(looks: Looks, truth: float, share: float, planned: float) -> float:
    """Share of some experiments whose intervals of the difference hold the truth at all times."""
    some = min(ASKED, looks.people.shape[1])
    return float(
        np.mean(
            [
                all(
                    conversions(
                        *sides(looks, n, day), share=share, planned=planned
                    ).interval.covers(truth)
                    for day in SOME_DAYS
                )
                for n in range(some)
            ]
        )
    )


def sides(looks: Looks, n: int, day: int) -> tuple[Moments, Moments]:
    """Control and treatment of one experiment at one look."""
    control, treatment = (
        Moments.of_rate(looks.totals[side, n, day], looks.people[side, n, day]) for side in (0, 1)
    )
    return control, treatment


def missed_as_normal(looks: Looks, quotient: float, gap: float) -> np.ndarray:
    """(runs, days) whether treatment = quotient * control + gap is excluded."""
    means, variances = moments(looks)
    pooled = (variances * looks.people).sum(axis=0) / looks.people.sum(axis=0)
    errors = np.maximum(variances, pooled) / looks.people
    margins = np.array([sequence_margin(fraction) for fraction in looks.fractions])
    apart = means[1] - quotient * means[0] - gap
    return np.abs(apart) > margins * np.sqrt(errors[1] + quotient**2 * errors[0])


def fixed_alarms(looks: Looks) -> np.ndarray:
    """(runs, days) whether a test made for one look is below 5 %."""
    means, variances = moments(looks)
    return np.abs(means[1] - means[0]) > 1.96 * np.sqrt((variances / looks.people).sum(axis=0))


def moments(looks: Looks) -> tuple[np.ndarray, np.ndarray]:
    """(2, runs, days) means and variances."""
    means = looks.totals / looks.people
    variances = (looks.squares - looks.people * means**2) / (looks.people - 1)
    return means, np.maximum(variances, 1e-12)


def rate_looks(
    rate: float, lift: float, share: float, runs: int, rng: np.random.Generator
) -> Looks:
    """Of people who convert or do not."""
    people = arrivals(share, runs, rng)
    wins = np.stack([rng.binomial(people[0], rate), rng.binomial(people[1], rate * (1 + lift))])
    totals = np.cumsum(wins, axis=2).astype(np.float64)
    return Looks(np.cumsum(people, axis=2).astype(np.float64), totals, totals)


def revenue_looks(lift: float, share: float, runs: int, rng: np.random.Generator) -> Looks:
    """Of what people spend; the lift is in how many buy."""
    people = arrivals(share, runs, rng)
    chances = np.array([BUYERS, BUYERS * (1 + lift)])[:, None, None]
    buyers = rng.binomial(people, chances)
    money = np.exp(SPREAD * rng.standard_normal(int(buyers.sum())))
    at = np.repeat(np.arange(buyers.size), buyers.ravel())
    sums = (np.bincount(at, each, buyers.size).reshape(buyers.shape) for each in (money, money**2))
    return Looks(*(np.cumsum(each, axis=2).astype(np.float64) for each in (people, *sums)))


def arrivals(share: float, runs: int, rng: np.random.Generator) -> np.ndarray:
    """(2, runs, days) people of control and treatment."""
    treated = rng.binomial(PEOPLE, share, (runs, DAYS))
    return np.stack([PEOPLE - treated, treated])


def verdict(rows: list[Row], runs: int) -> str:
    """The worst of all."""
    worst, count = max(row["false alarms, ours"] for row in rows), len(rows)
    plain = max(row["false alarms, fixed"] for row in rows)
    least = min(min(row["covered, difference"], row["covered, lift"]) for row in rows)
    return (
        f"Over {count} settings of {runs:,} experiments each, at most {worst:.1%} raise a false "
        f"alarm in four weeks of looking (nominal 5 %; the fixed test up to {plain:.1%}), and at "
        f"least {least:.1%} of the sequences hold the truth at every look (nominal 95 %)."
    )


if __name__ == "__main__":
    run("experiment_peeking", experiment_peeking, __doc__)
