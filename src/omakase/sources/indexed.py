"""Candidates from a vector index: for catalogs too large to score in full."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.lists import kept
from omakase.errors import CapabilityError
from omakase.protocols import Embeds, Filters, Parts, VectorIndex
from omakase.types import PAD, Queries, Slate, Vectors


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
        found = self._search(self.model.query_vectors(queries), k + most, queries)
        slate = kept(found, queries.exclude, self.n_items, queries.allowed)
        return Slate(slate.items[:, :k], slate.scores[:, :k])

    def _search(self, vectors: Vectors, k: int, queries: Queries) -> Slate:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if queries.allowed is not None and isinstance(self.index, Filters):
            return self.index.search_among(vectors, k, queries.allowed)
        return self.index.search(vectors, k)
