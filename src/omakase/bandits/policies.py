"""The policies, each over the candidates of one query."""

from dataclasses import dataclass

import numpy as np

from omakase.bandits import epsilon_greedy, plackett_luce, posteriors
from omakase.bandits.race import Numbers, Order


@dataclass(frozen=True)
class SoftmaxPolicy:
    """Plackett and Luce: the next item by exp(logit).

    Attributes:
        logits: (n,)
    """

    logits: Numbers

    def draw(self, k: int, rng: np.random.Generator) -> Order:
        return plackett_luce.draw_order(self.logits, k, rng)

    def chances(self, order: Order) -> Numbers:
        return plackett_luce.order_chances(self.logits, order)


@dataclass(frozen=True)
class GreedyPolicy:
    """The best left, but with a small chance any left.

    Attributes:
        ranking: (n,) places of the candidates, best first.
        epsilon: the small chance, at each position.
    """

    ranking: Order
    epsilon: float

    def draw(self, k: int, rng: np.random.Generator) -> Order:
        order = epsilon_greedy.draw_order(len(self.ranking), k, self.epsilon, rng)
        return self.ranking[order]

    def chances(self, order: Order) -> Numbers:
        at = np.empty(len(self.ranking), dtype=np.int64)
        at[self.ranking] = np.arange(len(self.ranking))
        return epsilon_greedy.order_chances(len(self.ranking), at[order], self.epsilon)


@dataclass(frozen=True)
class ThompsonPolicy:
    """By one draw of each item's worth.

    Attributes:
        posterior: what is believed of the candidates.
    """

    posterior: posteriors.Posterior

    def draw(self, k: int, rng: np.random.Generator) -> Order:
        return posteriors.draw_order(self.posterior, k, rng)

    def chances(self, order: Order) -> Numbers:
        return posteriors.order_chances(self.posterior, order)
