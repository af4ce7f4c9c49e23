"""The best item left at each position, but with a small chance any item left."""

import numpy as np

from omakase.arrays.kernel import kernel
from omakase.bandits.race import Numbers, Order


def draw_order(n_items: int, k: int, epsilon: float, rng: np.random.Generator) -> Order:
    """(k,) places in a list of n items, best first, each position drawn by itself."""
    explores = rng.random(k) < epsilon
    remaining = list(range(n_items))
    order = [
        remaining.pop(int(rng.integers(len(remaining))) if explores[position] else 0)
        for position in range(min(k, n_items))
    ]
    return np.asarray(order, dtype=np.int64)


@kernel
def position_chances(n_items: int, k: int, epsilon: float) -> Numbers:
    """(n, k) the exact chance of each place of the list at each position; columns add up to 1.

    An item is reached when nothing better is left. What counts is only how many better ones are:
    a chain over that number, of O(k) steps for each item and position.
    """
    width = min(k, n_items)
    chances = np.zeros((n_items, width))
    for item in range(n_items):
        better = np.zeros(item + 1)
        better[item] = 1.0
        for position in range(width):
            remaining = n_items - position
            chances[item, position] = epsilon * better.sum() / remaining
            chances[item, position] += (1 - epsilon) * better[0]
            _step(better, remaining, epsilon)
    return chances


@kernel
def _step(better: Numbers, left: int, epsilon: float) -> None:
    """One more position is filled by another item, in place; `better` holds who is not yet in."""
    for count in range(len(better)):
        worse = max(left - 1 - count, 0)
        stays = epsilon * worse / left * better[count]
        falls = 0.0
        if count + 1 < len(better):
            falls = ((1 - epsilon) + epsilon * (count + 1) / left) * better[count + 1]
        better[count] = stays + falls


def order_chances(n_items: int, order: Order, epsilon: float) -> Numbers:
    """(k,) the chance of each place of an order at its position."""
    table = position_chances(n_items, len(order), epsilon)
    return table[order, np.arange(len(order))]
