"""Candidates from several models' scores over the whole catalog, added up."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.standard import standardised
from omakase.arrays.topk import mask_rows, top_k
from omakase.protocols import Model, Parts
from omakase.types import Queries, Slate


class BlendConfig(types.Config):
    """Which models, and how much each counts."""

    models: dict[str, float] = Field(
        min_length=1, description="names of models in the version to their weights"
    )


@dataclass(frozen=True)
class BlendSource:
    """The best of the whole catalog by a weighted sum of standardised scores.

    Cost: O(B N) a model a request.
    """

    config_type: ClassVar[type[types.Config]] = BlendConfig
    name: str
    models: tuple[tuple[Model[Any], float], ...]

    @classmethod
    def of(cls, name: str, config: BlendConfig, parts: Parts) -> Self:
        return cls(name, tuple((parts.model(m), weight) for m, weight in config.models.items()))

    def candidates(self, queries: Queries, k: int) -> Slate:
        parts = [standardised(m.score(queries)) * np.float32(weight) for m, weight in self.models]
        scores = mask_rows(np.sum(parts, axis=0, dtype=np.float32), queries.exclude)
        if queries.allowed is not None:
            scores[:, ~queries.allowed] = -np.inf
        return top_k(scores, k)
