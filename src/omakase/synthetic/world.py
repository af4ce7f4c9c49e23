"""`World`: items, users and events by known laws, streamed in chunks of any size."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from omakase.synthetic.behaviour import behaviour
from omakase.synthetic.catalog import catalog
from omakase.synthetic.dice import Dice, Positions
from omakase.synthetic.people import people
from omakase.synthetic.spec import Spec
from omakase.synthetic.tastes import Tastes
from omakase.types import Rows, Scores

CHUNK = 100_000


@dataclass(frozen=True)
class World:
    """A made-up world whose tastes are known.

    The same kind, seed and sizes give the same rows, whatever the size of the chunks.
    Cost: memory of one chunk, whatever the sizes.

    Attributes:
        spec: what kind of world.
        n_users, n_items, n_events, days: its sizes, at least 1 each; it starts at `days.START`.
        seed: of all chance in it.
    """

    spec: Spec
    n_users: int
    n_items: int
    n_events: int
    seed: int = 0
    days: int = 180

    def __post_init__(self) -> None:
        if min(self.n_users, self.n_items, self.n_events, self.days) < 1:
            raise ValueError("a world has at least one user, item, event and day")

    @cached_property
    def tastes(self) -> Tastes:
        """Who likes what."""
        sizes = len(self.spec.leaves), len(self.spec.styles)
        return Tastes(Dice(self.seed), self.n_items, *sizes)

    def affinity(self, users: Rows, items: Rows) -> Scores:
        """(B, C) the truth: how much each of (B,) user numbers likes (B, C) item numbers.

        Numbers count from 0 as in the ids: the user of number 7 is "U00000007".
        """
        return self.tastes.affinity(users, items)

    def items(self, chunk: int = CHUNK) -> Iterator[pl.DataFrame]:
        """The catalog, texts in Korean (also as `title`, `description`, `category`) and English."""
        for numbers in _chunks(self.n_items, chunk):
            yield catalog(self.spec, self.tastes, numbers, self.days)

    def users(self, chunk: int = CHUNK) -> Iterator[pl.DataFrame]:
        """People, and what they say they prefer."""
        for numbers in _chunks(self.n_users, chunk):
            yield people(self.spec, self.tastes, numbers)

    def events(self, chunk: int = CHUNK) -> Iterator[pl.DataFrame]:
        """What people did, in the order of their sessions' starts."""
        sizes = {"n_users": self.n_users, "n_events": self.n_events, "days": self.days}
        for numbers in _chunks(self.n_events, chunk):
            yield behaviour(self.spec, self.tastes, numbers, **sizes)


def _chunks(total: int, size: int) -> Iterator[Positions]:
    for start in range(0, total, size):
        yield np.arange(start, min(total, start + size), dtype=np.int64)
