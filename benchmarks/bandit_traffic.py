"""Traffic that follows the evidence, beside an equal split.

Five variants of known rates, 1,000 people a day for two weeks. An equal split goes on to the end;
the bandit divides each day's people by the chance of each variant to be the best (Thompson
sampling), with a floor of 5 %. "lost" are the conversions that showing the best variant to
everybody would have brought besides; "best found" is how often the likeliest best is the best.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from benchmarks.plots import save_curves
from omakase.experiments.allocation import thompson_rates
from omakase.stats.moments import Moments

DAYS = 14
PEOPLE = 1000
WORLDS = {
    "one better by 30 %": (0.05, 0.05, 0.05, 0.05, 0.065),
    "all different": (0.04, 0.045, 0.05, 0.055, 0.06),
}
Sharing = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From people and conversions of each variant to the shares of the next day."""


def bandit_traffic(asked: Asked) -> Result:
    """A row a world and way, and the plot of what is lost day by day."""
    runs = 50 if asked.quick else 2000
    ways: dict[str, Sharing] = {"equal": equal, "bandit": thompson}
    rows, panels = [], {}
    for world, rates in WORLDS.items():
        lines = {}
        for way, sharing in ways.items():
            rng = np.random.default_rng([asked.seeds[0], 3])
            lost, hits = simulated(np.array(rates), sharing, runs, rng)
            rows.append(row(world, way, lost, hits, runs))
            lines[way] = list(zip(range(1, DAYS + 1), lost.mean(axis=0).tolist(), strict=True))
        panels[world] = lines
    if not asked.quick:
        save_curves("bandit_traffic", panels, "day", "conversions lost so far")
    return Result(rows, [note(rows)])


def row(world: str, way: str, lost: np.ndarray, hits: float, runs: int) -> Row:
    """The end of a world's way."""
    ends = lost[:, -1]
    half = 1.96 * float(ends.std(ddof=1)) / np.sqrt(runs)
    mean = float(ends.mean())
    return {
        "world": world,
        "way": way,
        "lost": mean,
        "interval": [mean - half, mean + half],
        "best found": hits,
        "runs": runs,
    }


def simulated(
    rates: np.ndarray, sharing: Sharing, runs: int, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """(runs, days) conversions lost so far, and how often the best is the likeliest at the end."""
    lost, hits = np.zeros((runs, DAYS)), 0
    for n in range(runs):
        people, wins = np.zeros(len(rates)), np.zeros(len(rates))
        for day in range(DAYS):
            shares = sharing(people, wins)
            came = rng.multinomial(PEOPLE, shares / shares.sum())
            wins += rng.binomial(came, rates)
            people += came
            lost[n, day] = (people * (rates.max() - rates)).sum()
        hits += rates[int((wins / np.maximum(people, 1)).argmax())] == rates.max()
    return lost, hits / runs


def equal(people: np.ndarray, wins: np.ndarray) -> np.ndarray:
    """The same for all."""
    return np.full(len(people), 1 / len(people))


def thompson(people: np.ndarray, wins: np.ndarray) -> np.ndarray:
    """By the chance of being the best."""
    variants = [Moments.of_rate(w, n) for w, n in zip(wins, people, strict=True)]
    return np.array(thompson_rates(variants).shares)


def note(rows: list[Row]) -> str:
    """What is saved."""
    pairs = [(rows[n], rows[n + 1]) for n in range(0, len(rows), 2) if rows[n]["lost"]]
    saved = ", ".join(
        f"{each['world']}: {1 - bandit['lost'] / each['lost']:.0%} less" for each, bandit in pairs
    )
    return f"Lost to exploration, the bandit beside an equal split: {saved}."


if __name__ == "__main__":
    run("bandit_traffic", bandit_traffic, __doc__)
