"""Thompson sampling: each item's worth is drawn from what is believed of it, and sorted.

A belief is a law for each item, independent of the others, so the exact chance of each item at
each position is an integral (see `race`).
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from scipy import special

from omakase.bandits.race import Numbers, Order, chances_of_all, chances_of_order

GRID = 192
"""Nodes of the integral for each item's own law."""


class Posterior(Protocol):
    """n independent laws of worth."""

    def __len__(self) -> int: ...

    def draw(self, rng: np.random.Generator) -> Numbers:
        """(n,) one draw of each."""
        ...

    def means(self) -> Numbers:
        """(n,)"""
        ...

    def quantiles(self, at: Numbers) -> Numbers:
        """(n, Q) of each law."""
        ...

    def above(self, nodes: Numbers) -> Numbers:
        """(n, Q) the chance that each is above each of (Q,) nodes."""
        ...


@dataclass(frozen=True)
class BetaPosterior:
    """Rates: beta laws, each shifted by an offset and stretched by a factor.

    Attributes:
        wins, losses: (n,) parameters, above 0: successes and failures with the prior's added.
        offsets: (n,) added to each draw; 0 where None.
        factor: by which the rate is multiplied before.
    """

    wins: Numbers
    losses: Numbers
    offsets: Numbers | None = None
    factor: float = 1.0

    @classmethod
    def of_counts(cls, shown: Numbers, clicked: Numbers, strength: float) -> Self:
        """From counts an item, with a prior at the mean rate of all, worth `strength` showings."""
        mean = (clicked.sum() + 1) / (shown.sum() + 2)
        wins = clicked + strength * mean
        return cls(wins, np.maximum(shown - clicked, 0) + strength * (1 - mean))

    def __len__(self) -> int:
        return len(self.wins)

    def draw(self, rng: np.random.Generator) -> Numbers:
        return self._moved(rng.beta(self.wins, self.losses))

    def means(self) -> Numbers:
        return self._moved(self.wins / (self.wins + self.losses))

    def quantiles(self, at: Numbers) -> Numbers:
        rates = special.betaincinv(self.wins[:, None], self.losses[:, None], at[None])
        return self._moved(rates.T).T

    def above(self, nodes: Numbers) -> Numbers:
        shift = 0.0 if self.offsets is None else self.offsets[:, None]
        rates = np.clip((nodes[None] - shift) / self.factor, 0.0, 1.0)
        chances: Numbers = special.betaincc(self.wins[:, None], self.losses[:, None], rates)
        return chances

    def expected_best(self) -> float:
        """The mean of the largest."""
        return _expected_best(self)

    def _moved(self, rates: Numbers) -> Numbers:
        scaled = self.factor * rates
        return scaled if self.offsets is None else scaled + self.offsets


@dataclass(frozen=True)
class GaussianPosterior:
    """Worths: normal laws.

    Attributes:
        centres: (n,)
        errors: (n,) standard deviations, above 0.
    """

    centres: Numbers
    errors: Numbers

    def __len__(self) -> int:
        return len(self.centres)

    def draw(self, rng: np.random.Generator) -> Numbers:
        return rng.normal(self.centres, self.errors)

    def means(self) -> Numbers:
        return self.centres

    def quantiles(self, at: Numbers) -> Numbers:
        return self.centres[:, None] + self.errors[:, None] * special.ndtri(at)[None]

    def above(self, nodes: Numbers) -> Numbers:
        distance = (nodes[None] - self.centres[:, None]) / self.errors[:, None]
        chances: Numbers = special.ndtr(-distance)
        return chances

    def expected_best(self) -> float:
        """The mean of the largest."""
        return _expected_best(self)


def draw_order(posterior: Posterior, k: int, rng: np.random.Generator) -> Order:
    """(k,) items by one draw of each worth, best first; ties by lower place."""
    return np.argsort(-posterior.draw(rng), kind="stable")[:k].astype(np.int64)


def order_chances(posterior: Posterior, order: Order) -> Numbers:
    """(k,) the chance of each item of an order at its position, over all draws."""
    return chances_of_order(*_race(posterior), order)


def position_chances(posterior: Posterior, k: int) -> Numbers:
    """(n, k) the chance of each item at each position; columns add up to 1."""
    return chances_of_all(*_race(posterior), k)


def best_chances(posterior: Posterior) -> Numbers:
    """(n,) the chance that each is the best; they add up to 1."""
    chances = position_chances(posterior, 1)[:, 0]
    return chances / chances.sum()


def _race(posterior: Posterior) -> tuple[Numbers, Numbers]:
    """Steps between all laws' quantiles: each law has its mass within a step known exactly.

    A draw within a step is taken to be at its middle, where each rival is ahead by the mean of its
    chances at the two ends: ties within a step are split evenly. Chances are right to 1e-4.
    """
    inner = special.ndtr(np.linspace(-8.2, 8.2, _steps(len(posterior))))
    edges = np.unique(posterior.quantiles(inner))
    above = posterior.above(edges)
    above = np.concatenate([np.ones((len(above), 1)), above, np.zeros((len(above), 1))], axis=1)
    return above[:, :-1] - above[:, 1:], (above[:, :-1] + above[:, 1:]) / 2


def _steps(size: int) -> int:
    """Nodes a law: fewer of many, for their quantiles fill each other's gaps."""
    return max(GRID // max(size // 8, 1), 24)


def _expected_best(posterior: Posterior) -> float:
    """By the law of the largest, over the same steps."""
    edges = np.unique(posterior.quantiles(special.ndtr(np.linspace(-8.2, 8.2, 4 * GRID))))
    below = np.prod(1 - posterior.above(edges), axis=0)
    mass, middle = np.diff(below), (edges[1:] + edges[:-1]) / 2
    return float((mass * middle).sum() / mass.sum())
