"""The chance of an order by drawing again, where no formula tells it; with its error."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from omakase.bandits.race import Numbers, Order

DRAWS = 1000


@dataclass(frozen=True, slots=True)
class SampledChances:
    """Chances as drawn again and again.

    Attributes:
        chances: (k,) never 0, since what was logged did happen: the draw itself counts as one.
        errors: (k,) their standard errors.
        draws: how many.
    """

    chances: Numbers
    errors: Numbers
    draws: int


def sampled_chances(
    draw: Callable[[np.random.Generator], Order],
    order: Order,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
) -> SampledChances:
    """How often a policy puts each item of an order at the same position."""
    hits = np.ones(len(order))
    for _ in range(draws):
        again = draw(rng)[: len(order)]
        hits[: len(again)] += again == order[: len(again)]
    chances = hits / (draws + 1)
    return SampledChances(chances, np.sqrt(chances * (1 - chances) / (draws + 1)), draws)
