"""Thompson sampling: each item's worth is drawn from what is believed of it, and sorted.

A belief is a law for each item, independent of the others, so the exact chance of each item at
each position is an integral (see `race`).
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import scipy
from numpy.typing import NDArray

from omakase.bandits.race import Numbers, Order, chances_of_all, chances_of_order

GRID = 96
"""Nodes of the integral for each item's own law."""
GOLDEN = (5**0.5 - 1) / 2
"""Its multiples are spread evenly, whichever of them one takes."""
REACH = 8.0
"""How far they go, in standard deviations."""
WEAKEST, STRONGEST = 5.0, 200.0
"""Showings that a prior may be worth."""


class Posterior(Protocol):
    """n independent laws of worth."""

    def __len__(self) -> int: ...

    def draw(self, rng: np.random.Generator) -> Numbers:
        """(n,) one draw of each."""
        ...

    def means(self) -> Numbers:
        """(n,)"""
        ...

    def nodes(self, z_scores: Numbers) -> Numbers:
        """(n, Q) worths that lie about (n, Q) standard deviations from the middle of each law."""
        ...

    def above(self, nodes: Numbers) -> Numbers:
        """(n, Q) the chance that each is above each of (Q,) nodes."""
        ...


@dataclass(frozen=True)
class BetaPosterior:
    """Rates: beta laws.

    Attributes:
        wins, losses: (n,) parameters, above 0: successes and failures with the prior's added.
    """

    wins: Numbers
    losses: Numbers

    @classmethod
    def of_counts(cls, shown: Numbers, clicked: Numbers, strength: float | None = None) -> Self:
        """From counts an item, with a prior at the mean rate of all.

        Args:
            strength: showings that the prior is worth; None: as alike as the items are.
        """
        mean = (clicked.sum() + 1) / (shown.sum() + 2)
        strength = likeness(shown, clicked) if strength is None else strength
        wins = clicked + strength * mean
        return cls(wins, np.maximum(shown - clicked, 0) + strength * (1 - mean))

    def __len__(self) -> int:
        return len(self.wins)

    def draw(self, rng: np.random.Generator) -> Numbers:
        return rng.beta(self.wins, self.losses)

    def means(self) -> Numbers:
        return self.wins / (self.wins + self.losses)

    def nodes(self, z_scores: Numbers) -> Numbers:
        law = LogitNormalPosterior.of_beta(self)
        return law.nodes(z_scores)

    def above(self, nodes: Numbers) -> Numbers:
        rates = np.clip(nodes, 0.0, 1.0)[None]
        chances: Numbers = scipy.special.betaincc(self.wins[:, None], self.losses[:, None], rates)
        return chances


def likeness(shown: Numbers, clicked: Numbers) -> float:
    """Showings that a prior at the mean rate is worth, by how far items' rates spread.

    The method of moments for beta-binomial counts, within `WEAKEST` and `STRONGEST`.
    """
    counts, total = shown[shown > 0], float(shown.sum())
    if len(counts) < 2:
        return WEAKEST
    mean = float(clicked.sum()) / total
    apart = float((counts * (clicked[shown > 0] / counts - mean) ** 2).sum())
    chance = (len(counts) - 1) * mean * (1 - mean)
    spread = max(apart - chance, 0.0) / max(total - float((counts**2).sum()) / total, 1e-12)
    if spread <= 0:
        return STRONGEST
    return float(np.clip(mean * (1 - mean) / spread - 1, WEAKEST, STRONGEST))


@dataclass(frozen=True)
class LogitNormalPosterior:
    """Rates whose log-odds are normal, each with an offset: nearly beta laws, and much faster.

    Attributes:
        centres, errors: (n,) mean and standard deviation of the log-odds.
        offsets: (n,) added to each rate.
    """

    centres: Numbers
    errors: Numbers
    offsets: Numbers

    @classmethod
    def of_beta(cls, beta: BetaPosterior) -> Self:
        """With the mean and variance that the log-odds of beta laws have."""
        centres = scipy.special.digamma(beta.wins) - scipy.special.digamma(beta.losses)
        spread = scipy.special.polygamma(1, beta.wins) + scipy.special.polygamma(1, beta.losses)
        return cls(centres, np.sqrt(spread), np.zeros(len(beta)))

    def chosen(self, rows: NDArray[np.int32], offsets: Numbers) -> "LogitNormalPosterior":
        """The laws of (C,) rows, with offsets (C,) of their own."""
        return LogitNormalPosterior(self.centres[rows], self.errors[rows], offsets)

    def __len__(self) -> int:
        return len(self.centres)

    def draw(self, rng: np.random.Generator) -> Numbers:
        rates: Numbers = scipy.special.expit(rng.normal(self.centres, self.errors))
        return rates + self.offsets

    def means(self) -> Numbers:
        """By 32 nodes of Gauss and Hermite."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(32)
        rates = scipy.special.expit(self.centres[:, None] + self.errors[:, None] * nodes)
        return rates @ weights / weights.sum() + self.offsets

    def nodes(self, z_scores: Numbers) -> Numbers:
        logits = self.centres[:, None] + self.errors[:, None] * z_scores
        rates: Numbers = scipy.special.expit(logits)
        return rates + self.offsets[:, None]

    def above(self, nodes: Numbers) -> Numbers:
        rates = np.clip(nodes[None] - self.offsets[:, None], 0.0, 1.0)
        distance = (scipy.special.logit(rates) - self.centres[:, None]) / self.errors[:, None]
        chances: Numbers = scipy.special.ndtr(-distance)
        return chances


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

    def nodes(self, z_scores: Numbers) -> Numbers:
        return self.centres[:, None] + self.errors[:, None] * z_scores

    def above(self, nodes: Numbers) -> Numbers:
        distance = (nodes[None] - self.centres[:, None]) / self.errors[:, None]
        chances: Numbers = scipy.special.ndtr(-distance)
        return chances


def draw_order(posterior: Posterior, k: int, rng: np.random.Generator) -> Order:
    """(k,) items by one draw of each worth, best first; ties by lower place."""
    return np.argsort(-posterior.draw(rng), kind="stable")[:k].astype(np.int64)


def order_chances(posterior: Posterior, order: Order) -> Numbers:
    """(k,) the chance of each item of an order at its position, over all draws."""
    return chances_of_order(*_race(posterior), order)


def position_chances(posterior: Posterior, k: int) -> Numbers:
    """(n, k) the chance of each item at each position; columns add up to 1."""
    return chances_of_all(*_race(posterior), k)


def best_chances(posterior: Posterior) -> tuple[Numbers, float]:
    """(n,) the chance that each is the best, adding up to 1, and the mean worth of the best."""
    edges, above = _edges(posterior)
    chances = chances_of_all(*_steps_of(above), 1)[:, 0]
    below = np.prod(1 - above, axis=0)
    mass, middle = np.diff(below), (edges[1:] + edges[:-1]) / 2
    return chances / chances.sum(), float((mass * middle).sum() / mass.sum())


def _race(posterior: Posterior) -> tuple[Numbers, Numbers]:
    return _steps_of(_edges(posterior)[1])


def _edges(posterior: Posterior) -> tuple[Numbers, Numbers]:
    """(Q,) the nodes of all laws, and (n, Q) the chance that each law is above them."""
    grid = np.linspace(-REACH, REACH, _nodes(len(posterior)))
    apart = np.arange(len(posterior))[:, None] * GOLDEN % 1  # so that alike laws share no nodes
    edges = np.unique(posterior.nodes(grid[None] + apart * (grid[1] - grid[0])))
    return edges, posterior.above(edges)


def _steps_of(above: Numbers) -> tuple[Numbers, Numbers]:
    """Steps between the nodes of all laws; the mass of each law within a step is exact.

    A draw within a step is taken to be at its middle, where each rival is ahead by the mean of its
    chances at the two ends: ties within a step are split evenly. Chances are right to a few 1e-4.
    """
    ends = np.ones((len(above), 1)), np.zeros((len(above), 1))
    steps = np.concatenate([ends[0], above, ends[1]], axis=1)
    return steps[:, :-1] - steps[:, 1:], (steps[:, :-1] + steps[:, 1:]) / 2


def _nodes(size: int) -> int:
    """Nodes a law: fewer of many, for their quantiles fill each other's gaps."""
    return max(GRID // max(size // 8, 1), 24)
