"""From a policy over a few candidates to lists that say how likely each item was where it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import numpy as np

from omakase.bandits.race import Numbers, Order
from omakase.types import PAD, Queries, Rows, Scores, Slate


class Policy(Protocol):
    """What is drawn from n candidates of one query, and how likely it was."""

    def draw(self, k: int, rng: np.random.Generator) -> Order:
        """(k,) places of candidates, none twice."""
        ...

    def chances(self, order: Order) -> Numbers:
        """(k,) the chance of each candidate of a drawn order at its position, over all draws."""
        ...


Choosing = Callable[[Rows, Scores], Policy]
"""The policy over (C,) item rows with their scores, best first."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Where draws come from.

    Attributes:
        salt: keeps the draws of two rankers apart.
    """

    salt: int

    def generators(self, queries: Queries) -> Iterator[np.random.Generator]:
        """One a query: by its seed, or else by the question, so that the same one draws alike."""
        for b in range(len(queries)):
            seed = _question(queries, b) if queries.seeds is None else int(queries.seeds[b])
            yield np.random.default_rng([self.salt, seed])


def draw_slate(
    queries: Queries, slate: Slate, k: int, *, depth: int, salt: int, choosing: Choosing
) -> Slate:
    """(B, k): of each row the best `depth` candidates in a drawn order, then the others in theirs.

    Each item keeps its score; `probabilities` holds its chance at its position.
    """
    width = min(k, slate.items.shape[1])
    items, scores = slate.items.copy(), slate.scores.copy()
    chances = np.ones((len(slate), width))
    for b, rng in enumerate(Chance(salt).generators(queries)):
        size = min(int((slate.items[b] != PAD).sum()), depth)
        if size < 2 or not width:
            continue
        pool, worth = slate.items[b, :size], slate.scores[b, :size]
        policy = choosing(pool, worth)
        order = policy.draw(min(width, size), rng)
        remaining = np.setdiff1d(np.arange(size), order)
        both = np.concatenate([order, remaining])
        items[b, :size], scores[b, :size] = pool[both], worth[both]
        chances[b, : len(order)] = policy.chances(order)
    return Slate(items[:, :width], scores[:, :width], chances)


def _question(queries: Queries, b: int) -> int:
    """A number that is the same for the same person, history and time."""
    history = queries.history[b]
    facts = (queries.users[b : b + 1], history[history != PAD], queries.now[b : b + 1])
    digest = blake2b(b"|".join(column.tobytes() for column in facts), digest_size=8).digest()
    return int.from_bytes(digest, "big")
