"""Softmax over orders: the next item is drawn in proportion to exp(score / temperature)."""

import numpy as np
from numpy.typing import NDArray

from omakase.bandits.race import Numbers, Order, chances_of_all, chances_of_order

STEP = 0.25
"""Of the logarithmic grid of times; the error of the integral is below 1e-12."""
LEFT, RIGHT = 36.0, 4.0
"""How far the grid goes before the fastest item's time, and beyond the slowest's."""
SURE = 40.0
"""A logit that much higher comes first for certain; more makes no difference."""
LOWEST = 700.0
"""Exponents beyond it are 0 or endless."""


def draw_order(logits: Numbers, k: int, rng: np.random.Generator) -> Order:
    """(k,) items drawn without replacement, by Gumbel noise.

    Paper: Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019.
    """
    keys = squeezed(logits) + rng.gumbel(size=len(logits))
    return np.argsort(-keys, kind="stable")[:k].astype(np.int64)


def order_chances(logits: Numbers, order: Order) -> Numbers:
    """(k,) the exact chance of each item of an order at its position, over all draws.

    Exact but for the integral's error, below 1e-12. Cost: O(k^2 n) nodes.
    """
    return chances_of_order(*_race(logits), order)


def position_chances(logits: Numbers, k: int) -> Numbers:
    """(n, k) the chance of each item at each position; columns add up to 1."""
    return chances_of_all(*_race(logits), k)


def order_log_chance(logits: Numbers, order: Order) -> float:
    """Logarithm of the chance of this very order: of its first item, its second after it, …"""
    steady = squeezed(logits)
    rest = np.logaddexp.reduce(np.delete(steady, order), initial=-np.inf)
    log_remaining = np.logaddexp.accumulate(np.append(rest, steady[order][::-1]))[:0:-1]
    return float((steady[order] - log_remaining).sum())


def squeezed(logits: Numbers) -> Numbers:
    """(n,) less the largest, with no step from one to the next lower that is more than certain."""
    order = np.argsort(-logits, kind="stable")
    steps = np.minimum(-np.diff(logits[order]), SURE)
    steady = np.empty(len(logits))
    steady[order] = -np.append(0.0, np.cumsum(steps))[: len(logits)]
    return steady


def _race(logits: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exponential arrivals: items come in the order of their times."""
    steady = squeezed(logits)
    first = -LEFT - float(np.logaddexp.reduce(steady))
    nodes = np.arange(first, RIGHT - steady.min() + STEP, STEP)
    elapsed = np.exp(np.clip(nodes[None] + steady[:, None], -LOWEST, LOWEST))
    return elapsed * np.exp(-elapsed) * STEP, -np.expm1(-elapsed)
