"""A linear model of worth that knows how sure it is: LinUCB and linear Thompson sampling."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class LinearBandit:
    """Ridge regression of rewards on features, and what it does not know yet.

    Paper: Li, Chu, Langford, Schapire, "A Contextual-Bandit Approach to Personalized News Article
    Recommendation", WWW 2010; Agrawal, Goyal, "Thompson Sampling for Contextual Bandits with
    Linear Payoffs", ICML 2013.
    Differs: one model for all items by their features, so that an item nobody has seen has an
    estimate, too.

    Attributes:
        precision: (D, D) l2 times the identity, plus the features' outer products.
        response: (D,) features times rewards, added up.
    """

    precision: Numbers
    response: Numbers

    @classmethod
    def empty(cls, n_features: int, l2: float = 1.0) -> Self:
        """Knows nothing.

        Raises:
            ValueError: an l2 that is not above 0.
        """
        if l2 <= 0:
            raise ValueError(f"an l2 of {l2} is not above 0")
        return cls(l2 * np.eye(n_features), np.zeros(n_features))

    def updated(
        self, features: Numbers, rewards: Numbers, counts: Numbers | None = None
    ) -> "LinearBandit":
        """A new model that has also seen (n, D) features and what they brought.

        Args:
            rewards: (n,) sums over the counts.
            counts: (n,) how often each was shown; None is once.
        """
        weighed = features if counts is None else features * counts[:, None]
        return LinearBandit(
            self.precision + weighed.T @ features, self.response + features.T @ rewards
        )

    def means(self, features: Numbers) -> Numbers:
        """(n,) expected rewards of (n, D) features."""
        return features @ self._coefficients

    def errors(self, features: Numbers) -> Numbers:
        """(n,) standard deviations of the estimates, for rewards of variance 1."""
        solved = np.linalg.solve(self._factor, features.T)
        deviations: Numbers = np.sqrt((solved**2).sum(axis=0))
        return deviations

    def upper(self, features: Numbers, width: float) -> Numbers:
        """(n,) means plus so many standard deviations."""
        return self.means(features) + width * self.errors(features)

    def draw(self, features: Numbers, width: float, rng: np.random.Generator) -> Numbers:
        """(n,) worths by one draw of the coefficients: alike items rise and fall together."""
        noise = np.linalg.solve(self._factor.T, rng.standard_normal(len(self.response)))
        return features @ (self._coefficients + width * noise)

    @cached_property
    def _coefficients(self) -> Numbers:
        return np.linalg.solve(self.precision, self.response).astype(np.float64)

    @cached_property
    def _factor(self) -> Numbers:
        """Lower Cholesky factor of the precision."""
        return np.linalg.cholesky(self.precision).astype(np.float64)
