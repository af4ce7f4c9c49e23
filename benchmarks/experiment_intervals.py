"""Statistics of experiments against their own promises: coverage, errors, power, splits.

Each line simulates an experiment whose truth is known, over and over, with the functions that
judge real ones. "coverage" is how often a 95 % interval holds the truth; "narrower" is CUPED's
interval as a share of the plain one, beside what the correlation promises; "alarms" of the split
are at p < 0.001; "family-wise" is the share of experiments of ten variants with any false alarm,
"false discoveries" the share of false ones among the alarms; "power" is beside the planned 80 %.
"""

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.stats.adjustment import Stratum, cuped, post_stratified
from omakase.stats.effects import Effect
from omakase.stats.means import ratio, welch
from omakase.stats.moments import Moments, PairMoments
from omakase.stats.multiple import adjusted_p_values
from omakase.stats.power import Design, needed_units
from omakase.stats.quantiles import quantile, quantile_effect
from omakase.stats.rates import two_proportions
from omakase.stats.sample_ratio import sample_ratio, sample_ratio_sequence
from omakase.stats.sequential import anytime

LIFT = 0.1
SKEW = 0.505
"""One of two equal shares, one per cent larger."""


def experiment_intervals(asked: Asked) -> Result:
    """One table a promise."""
    runs = 200 if asked.quick else 6000
    rng = np.random.default_rng(asked.seeds[0])
    rows = [
        *rates(runs, rng),
        *means(runs, rng),
        *cuped_rows(runs, rng),
        stratified(runs, rng),
        *quantiles(runs, rng),
        *splits(runs, rng),
        *corrections(max(runs // 3, 100), rng),
        *powers(runs, rng),
    ]
    return Result(rows, notes(rows))


def covered(
    effects: Iterator[Effect], difference: float, lift: float, runs: int
) -> dict[str, float]:
    """How often the difference and the lift lie in their intervals."""
    hits = np.zeros(2)
    for effect in effects:
        hits += effect.interval.covers(difference), effect.lift_interval.covers(lift)
    return {"coverage": hits[0] / runs, "coverage, lift": hits[1] / runs, "runs": runs}


def rates(runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Two proportions, down to twenty conversions."""
    for rate, size in ((0.01, 2000), (0.01, 20_000), (0.05, 2000), (0.2, 1000), (0.5, 1000)):
        wins = rng.binomial(size, rate, runs), rng.binomial(size, rate * (1 + LIFT), runs)
        effects = (
            two_proportions(Moments.of_rate(a, size), Moments.of_rate(b, size))
            for a, b in zip(*wins, strict=True)
        )
        yield {
            "data": "coverage of fixed intervals",
            "metric": f"rate {rate:.0%}, {size:,} people a variant",
            **covered(effects, rate * LIFT, LIFT, runs),
        }


def means(runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Welch's interval, and the delta method's of a ratio."""
    for name, draw in SAMPLES.items():
        size, centre = 1000, draw(np.random.default_rng(0), 10**6).mean()
        effects = (
            welch(Moments.of(draw(rng, size)), Moments.of(draw(rng, 2 * size) * (1 + LIFT)))
            for _ in range(runs)
        )
        figures = covered(effects, centre * LIFT, LIFT, runs)
        yield {"data": "coverage of fixed intervals", "metric": f"mean, {name}", **figures}
    effects = (ratio(visits(rng, 0.1), visits(rng, 0.1 * (1 + LIFT))) for _ in range(runs))
    figures = covered(effects, 0.01, LIFT, runs)
    yield {
        "data": "coverage of fixed intervals",
        "metric": "clicks a list, people drawn",
        **figures,
    }


def visits(rng: np.random.Generator, rate: float, size: int = 1000) -> PairMoments:
    """People with tastes of their own, each with several lists; their mean rate is `rate`."""
    lists = 1 + rng.poisson(4, size)
    own = rng.beta(4, 4 * (1 / rate - 1), size)
    return PairMoments.of(rng.binomial(lists, own).astype(float), lists.astype(float))


SAMPLES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda rng, n: rng.normal(5, 2, n),
    "exponential": lambda rng, n: rng.exponential(1.0, n),
    "money, half buy": lambda rng, n: (
        rng.binomial(1, 0.5, n) * np.exp(0.7 * rng.standard_normal(n))
    ),
}


def cuped_rows(runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Coverage and width, for several correlations."""
    size = 500
    for linked in (0.0, 0.3, 0.6, 0.9):
        widths, hits = np.zeros(2), 0
        for _ in range(runs):
            sides = [past_and_now(rng, linked, size, moved) for moved in (0.0, LIFT)]
            effect = cuped(*sides).effect
            widths += effect.interval.width, welch(*(s.numerator for s in sides)).interval.width
            hits += effect.interval.covers(LIFT)
        yield {
            "data": "CUPED",
            "correlation": linked,
            "coverage": hits / runs,
            "narrower": widths[0] / widths[1],
            "promised": float(np.sqrt(1 - linked**2)),
            "runs": runs,
        }


def past_and_now(rng: np.random.Generator, linked: float, size: int, moved: float) -> PairMoments:
    """A metric and its covariate from before."""
    past = rng.standard_normal(size)
    now = linked * past + np.sqrt(1 - linked**2) * rng.standard_normal(size) + moved
    return PairMoments.of(now, past)


def stratified(runs: int, rng: np.random.Generator) -> Row:
    """Two kinds of people who differ by two standard deviations."""
    hits = width = plain = 0.0
    for _ in range(runs):
        kinds = [rng.random(500) < 0.3 for _ in range(2)]
        samples = [rng.standard_normal(500) + 2 * kind for kind in kinds]
        samples[1] += LIFT
        strata = [
            Stratum(*(Moments.of(s[k == of]) for s, k in zip(samples, kinds, strict=True)))
            for of in (False, True)
        ]
        effect = post_stratified(strata).effect
        hits += effect.interval.covers(LIFT)
        width += effect.interval.width
        plain += welch(*(Moments.of(s) for s in samples)).interval.width
    return {
        "data": "post-stratification",
        "coverage": hits / runs,
        "narrower": width / plain,
        "promised": float(np.sqrt(1 / (1 + 4 * 0.3 * 0.7))),
        "runs": runs,
    }


def quantiles(runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Seconds to answer: people differ, and each has several requests."""
    for at in (0.5, 0.9, 0.95):
        truth = np.quantile(seconds(np.random.default_rng(0), 2_000_000)[0], at)
        hits = np.zeros(2)
        for _ in range(runs):
            one, other = (quantile(*seconds(rng, 500), at) for _ in range(2))
            hits += one.interval.covers(truth), quantile_effect(one, other).interval.covers(0)
        yield {
            "data": "quantiles of people's requests",
            "quantile": at,
            "coverage": hits[0] / runs,
            "coverage, difference": hits[1] / runs,
            "runs": runs,
        }


def seconds(rng: np.random.Generator, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-normal, half of the spread between people."""
    whose = np.repeat(np.arange(people), 1 + rng.poisson(5, people))
    own = rng.standard_normal(people)[whose]
    return np.exp(0.5 * own + 0.5 * rng.standard_normal(len(whose))), whose


def splits(runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Alarms of a fair and of a skewed split, at one look and at 28."""
    for name, share in (("fair", 0.5), ("1 % skew", SKEW)):
        daily = np.cumsum(rng.binomial(10**6 // 28, share, (runs, 28)), axis=1)
        people = np.arange(1, 29) * (10**6 // 28)
        fixed = [sample_ratio([a, people[-1] - a], [1, 1]).alarm for a in daily[:, -1].tolist()]
        always = [
            any(
                sample_ratio_sequence([a, n - a], [1, 1]).alarm
                for a, n in zip(days[::3].tolist(), people[::3].tolist(), strict=True)
            )
            for days in daily
        ]
        yield {
            "data": "sample-ratio mismatch, 10^6 people",
            "split": name,
            "alarms, one look": float(np.mean(fixed)),
            "alarms, sequence": float(np.mean(always)),
            "runs": runs,
        }


def corrections(runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Ten variants: none differs, or half do."""
    for name, moved in (("none", 0), ("half", 5)):
        tally: dict[str, list[float]] = {"none": [], "holm": [], "benjamini_hochberg": []}
        false: dict[str, list[float]] = {correction: [] for correction in tally}
        for _ in range(runs):
            p_values = ten_variants(rng, moved)
            for correction in tally:
                alarms = np.array(adjusted_p_values(p_values, correction)) < 0.05  # type: ignore[arg-type]
                tally[correction].append(alarms[moved:].any())
                false[correction].append(alarms[moved:].sum() / max(alarms.sum(), 1))
        for correction in tally:
            yield {
                "data": "ten variants against a control",
                "variants that differ": name,
                "correction": correction,
                "family-wise": float(np.mean(tally[correction])),
                "false discoveries": float(np.mean(false[correction])),
                "runs": runs,
            }


def ten_variants(rng: np.random.Generator, moved: int) -> list[float]:
    """p-values against one control, which all share."""
    size = 5000
    control = Moments.of_rate(rng.binomial(size, 0.1), size)
    rates = [0.13 if n < moved else 0.1 for n in range(10)]
    variants = [Moments.of_rate(wins, size) for wins in rng.binomial(size, rates)]
    return [two_proportions(control, variant).p_value for variant in variants]


def powers(runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """How often the planned sample finds the planned effect."""
    for rate, lift, share in ((0.05, 0.2, 0.5), (0.05, 0.2, 0.2), (0.3, 0.1, 0.5)):
        for peeking in (False, True):
            design = Design.of_rate(rate, lift, share=share, peeking=peeking)
            units = needed_units(design)
            treated = round(units * share)
            sides = (units - treated, rate), (treated, rate * (1 + lift))
            wins = [rng.binomial(n, p, runs) for n, p in sides]
            found = 0
            for a, b in zip(*wins, strict=True):
                effect = two_proportions(
                    Moments.of_rate(a, sides[0][0]), Moments.of_rate(b, sides[1][0])
                )
                found += (anytime(effect, 1.0) if peeking else effect).p_value <= 0.05
            yield {
                "data": "power",
                "rate": rate,
                "lift": lift,
                "treated": share,
                "looks": "always" if peeking else "once",
                "people": units,
                "planned": 0.8,
                "power": found / runs,
                "runs": runs,
            }


def notes(rows: list[Row]) -> list[str]:
    """The extremes."""
    fixed = [r["coverage"] for r in rows if "coverage" in r]
    powers = [abs(r["power"] - 0.8) for r in rows if r["data"] == "power"]
    widths = [abs(r["narrower"] - r["promised"]) for r in rows if "promised" in r]
    return [
        f"Coverage of fixed 95 % intervals lies between {min(fixed):.1%} and {max(fixed):.1%}.",
        f"Adjusted intervals are as narrow as promised to within {max(widths):.3f}.",
        f"Power is the planned 80 % to within {100 * max(powers):.1f} points.",
    ]


if __name__ == "__main__":
    run("experiment_intervals", experiment_intervals, __doc__)
