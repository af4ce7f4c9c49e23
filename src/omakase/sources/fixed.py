"""Candidates in one order for everybody: popular, trending, newest."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.lists import keep_allowed
from omakase.arrays.topk import top_k
from omakase.protocols import Parts, SourceReason
from omakase.types import PAD, Queries, Slate

NEWEST = "newest"
"""The model whose order is that of arrival."""


class FixedConfig(types.Config):
    """Whose answer to a stranger is the order."""

    model: str = Field(description="name of the model in the version, usually a popularity")


@dataclass(frozen=True)
class FixedSource:
    """A list made once; a request walks down it past what is left out.

    Attributes:
        order: (1, N) every item, best first.
        is_newest: whether it is the order of arrival.
    """

    config_type: ClassVar[type[types.Config]] = FixedConfig
    name: str
    order: Slate
    is_newest: bool = False

    @classmethod
    def of(cls, name: str, config: FixedConfig, parts: Parts) -> Self:
        stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
        order = top_k(parts.model(config.model).score(stranger), parts.n_items)
        return cls(name, order, is_newest=config.model == NEWEST)

    def candidates(self, queries: Queries, k: int) -> Slate:
        n_items = self.order.items.shape[1]
        depth = k + int((queries.exclude != PAD).sum(axis=1).max(initial=0))
        while True:
            slate = self._walk(queries, depth)
            if depth >= n_items or (slate.items[:, k - 1] != PAD).all():
                return Slate(slate.items[:, :k], slate.scores[:, :k])
            depth *= 4  # much of the list is not allowed

    def says(self, queries: Queries, b: int, item: int) -> SourceReason:
        """That it is the same for everybody."""
        return SourceReason("new" if self.is_newest else "list")

    def _walk(self, queries: Queries, depth: int) -> Slate:
        size = (len(queries), 1)
        first = Slate(
            np.tile(self.order.items[:, :depth], size), np.tile(self.order.scores[:, :depth], size)
        )
        return keep_allowed(first, queries.exclude, self.order.items.shape[1], queries.allowed)
