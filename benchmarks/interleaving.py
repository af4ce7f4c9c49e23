"""Interleaving beside an A/B of fifty times the traffic.

Pairs of rankings of twenty kinds of question, each a noisy order of items whose appeal is known;
people look down the list and click what appeals to them. Of each pair that truly differs (by 5 %
of its clicks or more) 2,000 lists are interleaved by team draft, and 100,000 lists are shown in an
A/B. "agree" is how often both favour the same ranking; "right" how often each favours the one that
is truly better. "sure" is how often the interleaving's own test says so.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.form import Asked, Result, run
from omakase.experiments.interleaving import credits, preferences, team_draft

QUESTIONS = 20
ITEMS = 30
K = 10
LISTS = 2000
TIMES = 50
LEAST = 0.05
LOOKS = 0.85 ** np.arange(K)
"""How likely each position is to be looked at."""


@dataclass(frozen=True)
class Pair:
    """Two rankings.

    Attributes:
        appeal: (questions, items) chance of a click where one looks.
        orders: (2, questions, K) items.
    """

    appeal: np.ndarray
    orders: np.ndarray

    @property
    def clicks(self) -> np.ndarray:
        """(2,) expected clicks a list."""
        rows = np.arange(QUESTIONS)[:, None]
        return np.array([(self.appeal[rows, order] * LOOKS).sum(1).mean() for order in self.orders])

    @property
    def lift(self) -> float:
        """Of the second over the first."""
        first, second = self.clicks
        return float(second / first - 1)


def interleaving(asked: Asked) -> Result:
    """One row."""
    wanted = 20 if asked.quick else 200
    rng = np.random.default_rng(asked.seeds[0])
    pairs: list[Pair] = []
    while len(pairs) < wanted:
        pair = drawn_pair(rng)
        if abs(pair.lift) >= LEAST:
            pairs.append(pair)
    truth = np.array([pair.lift > 0 for pair in pairs])
    judged = [interleaved(pair, rng) for pair in pairs]
    mixed = np.array([favours for favours, _ in judged])
    split = np.array([split_test(pair, rng) for pair in pairs])
    row = {
        "pairs": wanted,
        "lists interleaved": LISTS,
        "lists of the A/B": TIMES * LISTS,
        "agree": float((mixed == split).mean()),
        "right, interleaving": float((mixed == truth).mean()),
        "right, A/B": float((split == truth).mean()),
        "sure, interleaving": float(np.mean([sure for _, sure in judged])),
        "median lift": float(np.median([abs(pair.lift) for pair in pairs])),
    }
    return Result([row], [f"They agree on {row['agree']:.1%} of {wanted} pairs."])


def drawn_pair(rng: np.random.Generator) -> Pair:
    """Two orders by appeal with noise of their own."""
    appeal = rng.beta(1, 9, (QUESTIONS, ITEMS))
    spreads = rng.uniform(0.02, 0.12, 2)
    noisy = [appeal + spread * rng.standard_normal(appeal.shape) for spread in spreads]
    return Pair(appeal, np.stack([np.argsort(-scores, axis=1)[:, :K] for scores in noisy]))


def interleaved(pair: Pair, rng: np.random.Generator) -> tuple[bool, bool]:
    """Whether team draft favours the second, and whether it is sure."""
    asked = rng.integers(QUESTIONS, size=LISTS)
    lists = [
        team_draft([pair.orders[0, q].tolist(), pair.orders[1, q].tolist()], K, rng) for q in asked
    ]
    items = np.array([each.items for each in lists])
    teams = np.array([each.teams for each in lists])
    clicks = rng.random(items.shape) < pair.appeal[asked[:, None], items] * LOOKS
    (preference,) = preferences(credits(teams, clicks, 2))
    return preference.favours_second, preference.p_value < 0.05


def split_test(pair: Pair, rng: np.random.Generator) -> bool:
    """Whether an A/B favours the second."""
    half = TIMES * LISTS // 2
    rows = np.arange(QUESTIONS)[:, None]
    counts = [rng.multinomial(half, np.full(QUESTIONS, 1 / QUESTIONS)) for _ in range(2)]
    clicks = [
        rng.binomial(count[:, None], pair.appeal[rows, order] * LOOKS).sum()
        for count, order in zip(counts, pair.orders, strict=True)
    ]
    return bool(clicks[1] > clicks[0])


if __name__ == "__main__":
    run("interleaving", interleaving, __doc__)
