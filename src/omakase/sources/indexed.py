"""Candidates from a vector index: for catalogs too large to score in full."""

from dataclasses import dataclass
from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.lists import keep_allowed
from omakase.errors import CapabilityError
from omakase.protocols import Embeds, Filters, Parts, VectorIndex
from omakase.types import PAD, Queries, Slate, Vectors

MOSTLY_ALLOWED: Final = 0.5
"""Share of allowed items from which it is cheaper to drop the others from a longer answer."""

SLACK: Final = 1.2
"""How much longer than expected: what is not allowed may lie close together."""

SMALLEST_SHARE: Final = 0.05


class IndexedConfig(types.Config):
    """Whose vectors are asked, and where."""

    model: str = Field(description="name of a model with vectors, in the version")
    index: str = Field(description="name of the index over that model's item vectors")


@dataclass(frozen=True)
class IndexedSource:
    """The nearest items to each query's vector.

    Asks the index for as many more as may have to be left out, so that k remain.

    Attributes:
        n_items: N.
    """

    config_type: ClassVar[type[types.Config]] = IndexedConfig
    name: str
    model: Embeds
    index: VectorIndex
    n_items: int

    @classmethod
    def of(cls, name: str, config: IndexedConfig, parts: Parts) -> Self:
        model = parts.model(config.model)
        if not isinstance(model, Embeds):
            raise CapabilityError(f"model {config.model!r} has no vectors for an index to hold")
        return cls(name, model, parts.index(config.index), parts.n_items)

    def candidates(self, queries: Queries, k: int) -> Slate:
        most = int((queries.exclude != PAD).sum(axis=1).max(initial=0))
        hits = self._search(self.model.query_vectors(queries), k + most, queries)
        slate = keep_allowed(hits, queries.exclude, self.n_items, queries.allowed)
        return Slate(slate.items[:, :k], slate.scores[:, :k])

    def _search(self, vectors: Vectors, k: int, queries: Queries) -> Slate:
        """At least k of the allowed items for each query where there are so many.

        What is allowed travels with the question to a store outside, and Qdrant within the process
        looks every row up in it: where most rows are allowed, some more are asked for instead, and
        the others are dropped here.
        """
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        allowed = queries.allowed
        if allowed is None:
            return self.index.search(vectors, k)
        share = float(allowed.mean())
        if share >= MOSTLY_ALLOWED or not isinstance(self.index, Filters):
            hits = self.index.search(vectors, _wider(k, share, self.n_items))
            if not isinstance(self.index, Filters) or _has_enough(hits, allowed, k):
                return hits
        return self.index.search_among(vectors, k, allowed)


def _wider(k: int, share: float, n_items: int) -> int:
    """How many to ask for, so that k are allowed unless what is near is mostly not."""
    return min(n_items, int(np.ceil(k * SLACK / max(share, SMALLEST_SHARE))) + 1)


def _has_enough(found: Slate, allowed: NDArray[np.bool_], k: int) -> bool:
    """Whether every query has k allowed items, or everything that the index holds."""
    is_item = found.items != PAD
    needed = np.minimum(k, int(allowed.sum()))
    counts = (is_item & allowed[np.maximum(found.items, 0)]).sum(axis=1)
    return bool((counts >= needed).all())
