"""Stacking by logistic regression: a weight for each feature."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.features.codes import NO_CODES, Codes
from omakase.stacking.examples import Features, StackExamples
from omakase.types import Arrays, Progress, Scores, silent

Numbers = NDArray[np.float64]


class LogisticConfig(types.Config):
    """Knobs of stacking by logistic regression."""

    l2: float = Field(
        default=1e-3, ge=0, description="penalty on squared weights, against the mean loss"
    )
    candidates: int = Field(
        default=40, ge=2, description="candidates of a list learnt from: the right ones, and others"
    )


@dataclass(frozen=True, slots=True)
class Logistic:
    """The log of the odds that a candidate is taken up, linear in its standardised features.

    Paper: Wolpert, "Stacked Generalization", Neural Networks 1992.
    Differs: features are standardised over the examples; wrong candidates are thinned out, which
        moves the offset alone (the chances of a stack are found afterwards).
    Cost: some tens of passes over the examples.

    Attributes:
        weights: (F,) for the features as they come.
        offset: (1,)
    """

    config_type: ClassVar[type[types.Config]] = LogisticConfig
    coded: ClassVar[bool] = False
    weights: NDArray[np.float32]
    offset: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        examples: StackExamples,
        config: LogisticConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        samples = examples.telling().thinned(config.candidates, rng)
        x = samples.features[samples.known].astype(np.float64)
        y = samples.right[samples.known].astype(np.float64)
        shares = samples.worth[samples.known].astype(np.float64)
        shares /= shares.sum()
        mean, spread = x.mean(axis=0), x.std(axis=0)
        spread = np.where(spread > 1e-9, spread, np.inf)
        optimum = scipy.optimize.minimize(
            _loss,
            np.zeros(x.shape[1] + 1),
            args=((x - mean) / spread, y, shares, config.l2),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 200},
        )
        weights = optimum.x[:-1] / spread
        return cls(
            weights.astype(np.float32),
            np.asarray([optimum.x[-1] - weights @ mean], dtype=np.float32),
        )

    def score(self, features: Features, codes: Codes = NO_CODES) -> Scores:
        return features @ self.weights + self.offset

    def arrays(self) -> Arrays:
        return {"weights": self.weights, "offset": self.offset}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: LogisticConfig) -> Self:
        return cls(arrays["weights"], arrays["offset"])


def _loss(
    parameters: Numbers, x: Numbers, y: Numbers, shares: Numbers, l2: float
) -> tuple[float, Numbers]:
    """Mean logistic loss with the penalty, and its gradient.

    Args:
        shares: of each row in the mean; they add up to 1.
    """
    weights, offset = parameters[:-1], parameters[-1]
    odds = x @ weights + offset
    loss = float(shares @ (np.logaddexp(0, odds) - y * odds)) + l2 * float(weights @ weights)
    gap = (scipy.special.expit(odds) - y) * shares
    return loss, np.append(x.T @ gap + 2 * l2 * weights, gap.sum())
