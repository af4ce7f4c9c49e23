"""Who comes in at which position, where each item's arrival is drawn by itself.

An order drawn by sorting independent draws is a race. The chance that an item comes in at position
k is the integral, over where its own draw falls, of the chance that exactly k others are ahead: a
Poisson-binomial law. The nodes of the integral are given, so one loop serves every policy.
"""

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel

Numbers = NDArray[np.float64]
Order = NDArray[np.int64]
NEGLIGIBLE = 1e-18
"""Weight of a node that is left out."""


@kernel
def chances_of_order(density: Numbers, ahead: Numbers, order: Order) -> Numbers:
    """(k,) the chance that each item of an order comes in where it stands.

    Args:
        density: (n, Q) weight of each node for the draw of each item; rows add up to 1.
        ahead: (n, Q) chance that each item is ahead of a draw at that node.
        order: (k,) items, the first first.
    """
    chances = np.zeros(len(order))
    counts = np.empty(len(order) + 1)
    for position in range(len(order)):
        item = order[position]
        for node in range(density.shape[1]):
            if density[item, node] > NEGLIGIBLE:
                _count_ahead(ahead, node, item, position + 1, counts)
                chances[position] += density[item, node] * counts[position]
    return np.minimum(chances, 1.0)


@kernel
def chances_of_all(density: Numbers, ahead: Numbers, k: int) -> Numbers:
    """(n, k) the chance of each item at each of the first k positions."""
    chances = np.zeros((len(density), k))
    counts = np.empty(k + 1)
    for item in range(len(density)):
        for node in range(density.shape[1]):
            if density[item, node] > NEGLIGIBLE:
                _count_ahead(ahead, node, item, k, counts)
                for position in range(k):
                    chances[item, position] += density[item, node] * counts[position]
    return np.minimum(chances, 1.0)


@kernel
def _count_ahead(ahead: Numbers, node: int, item: int, k: int, counts: Numbers) -> None:
    """Into counts[:k]: the chance that exactly 0, 1, … of the other items are ahead."""
    counts[:k] = 0.0
    counts[0] = 1.0
    for rival in range(len(ahead)):
        if rival == item:
            continue
        chance = ahead[rival, node]
        for number in range(k - 1, 0, -1):
            counts[number] += chance * (counts[number - 1] - counts[number])
        counts[0] *= 1 - chance
