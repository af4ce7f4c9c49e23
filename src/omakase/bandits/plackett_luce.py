"""Softmax over orders: the next item is drawn in proportion to exp(score / temperature)."""

import numpy as np
from numpy.typing import NDArray

from omakase.bandits.race import Numbers, Order, chances_of_all, chances_of_order

STEP = 0.25
"""Of the logarithmic grid of times; the error of the integral is below 1e-12."""
LEFT, RIGHT = 36.0, 4.0
"""How far the grid goes before the fastest item's time, and beyond the slowest's."""
FLATTEST = 60.0
"""Logits this far below the best are raised to that: their chance is nothing in any case."""


def draw_order(logits: Numbers, k: int, rng: np.random.Generator) -> Order:
    """(k,) items drawn without replacement, by Gumbel noise.

    Paper: Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019.
    """
    keys = clipped(logits) + rng.gumbel(size=len(logits))
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
    weights = np.exp(clipped(logits))
    rest = np.delete(weights, order).sum()
    left = rest + np.cumsum(weights[order][::-1])[::-1]  # from the back: nothing is subtracted
    return float(np.log(weights[order] / left).sum())


def clipped(logits: Numbers) -> Numbers:
    """(n,) less the largest, and none too far below it."""
    return np.maximum(logits - logits.max(initial=-np.inf), -FLATTEST)


def _race(logits: Numbers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Exponential arrivals: items come in the order of their times."""
    rates = np.exp(clipped(logits))
    nodes = np.arange(-LEFT - np.log(rates.sum()), RIGHT - np.log(rates.min()) + STEP, STEP)
    elapsed = np.exp(nodes)[None] * rates[:, None]
    return elapsed * np.exp(-elapsed) * STEP, -np.expm1(-elapsed)
