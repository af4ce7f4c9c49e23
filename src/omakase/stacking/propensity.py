"""How likely each position of a list is looked at, from lists that were shown and their clicks."""

from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from omakase.stacking.examples import StackExamples

Numbers = NDArray[np.float64]

LEAST: Final = 0.1
"""Propensity below which no click counts more: it would be loud and mean little."""

PENALTY: Final = 1e-3
"""On squared weights of features, against the mean loss."""


def position_propensities(shown: StackExamples, ranks: NDArray[np.int64]) -> Numbers:
    """(P,) chance that each position is looked at, as a share of the one looked at most.

    A click needs a look and a liking. The looks depend on the position, the liking on the features
    by which the list was ranked: log E[click] = look(position) + features · w. Both are learnt
    together, so that a position is not taken for good because good items stood there.

    Paper: Wang et al., "Position Bias Estimation for Unbiased Learning to Rank in Personal Search",
        WSDM 2018.
    Differs: one convex Poisson regression instead of expectation maximisation, for clicks that are
        rare.

    Args:
        shown: lists as they were shown; right is what was clicked.
        ranks: (Q, C) position of each candidate, from 0.
    """
    x = shown.features[shown.known].astype(np.float64)
    positions, clicked = ranks[shown.known], shown.right[shown.known].astype(np.float64)
    size, count = int(positions.max(initial=0)) + 1, x.shape[1]
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread > 1e-9, spread, np.inf)
    rates = np.bincount(positions, clicked, size) / np.maximum(
        np.bincount(positions, minlength=size), 1
    )
    start = np.concatenate([np.log(np.maximum(rates, 1e-4)), np.zeros(count)])
    optimum = scipy.optimize.minimize(
        _loss,
        start,
        args=(x, positions, clicked, size),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 200},
    )
    looks = np.exp(optimum.x[:size])
    return np.asarray(looks / looks.max())


def corrected(shown: StackExamples, ranks: NDArray[np.int64], looks: Numbers) -> StackExamples:
    """The lists with each click counting 1 / its position's propensity, at most 1 / `LEAST`."""
    weights = np.where(shown.right, 1 / np.maximum(looks, LEAST)[ranks], 1.0).astype(np.float32)
    return StackExamples(
        shown.names, shown.features, shown.right, shown.known, shown.codes, weights
    )


def _loss(
    parameters: Numbers, x: Numbers, places: NDArray[np.int64], clicked: Numbers, size: int
) -> tuple[float, Numbers]:
    """Mean Poisson loss with the penalty on features, and its gradient."""
    looks, weights = parameters[:size], parameters[size:]
    logs = np.clip(looks[places] + x @ weights, -20, 5)
    rates, n = np.exp(logs), max(1, len(clicked))
    loss = float((rates - clicked * logs).mean()) + PENALTY * float(weights @ weights)
    gap = (rates - clicked) / n
    return loss, np.append(np.bincount(places, gap, size), x.T @ gap + 2 * PENALTY * weights)
