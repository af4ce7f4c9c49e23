"""Candidates by a weighted sum of several models' scores."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.lists import sorted_slate
from omakase.arrays.standard import standardised
from omakase.protocols import Model, Parts
from omakase.scoring import score_items
from omakase.types import Queries, Slate


class WeightedConfig(types.Config):
    """Which models, and how much each counts."""

    models: dict[str, float] = Field(
        min_length=1, description="names of models in the version to their weights"
    )
    merged: float = Field(default=0.0, description="weight of the score that came with the slate")


@dataclass(frozen=True)
class Weighted:
    """Sorts by the weighted sum of scores, each standardised over the query's candidates.

    Standardised, because models score on scales of their own.
    """

    config_type: ClassVar[type[types.Config]] = WeightedConfig
    models: tuple[tuple[Model[Any], float], ...]
    merged: float

    @classmethod
    def of(cls, config: WeightedConfig, parts: Parts) -> Self:
        models = tuple((parts.model(name), weight) for name, weight in config.models.items())
        return cls(models, config.merged)

    def rank(self, queries: Queries, slate: Slate) -> Slate:
        total = self._part(slate.scores, self.merged)
        for model, weight in self.models:
            total = total + self._part(score_items(model, queries, slate.items), weight)
        return sorted_slate(slate.items, total)

    @staticmethod
    def _part(scores: types.Scores, weight: float) -> types.Scores:
        """Weighted; -inf stays where there is no item, whatever the weight."""
        scaled = standardised(scores)
        is_finite = np.isfinite(scaled)
        return np.where(
            is_finite, np.where(is_finite, scaled, 0) * np.float32(weight), -np.inf
        ).astype(np.float32)
