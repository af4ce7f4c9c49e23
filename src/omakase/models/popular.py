"""Popularity: the same answer for everyone, and the bar every other model must clear."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.arrays.constant_scores import ConstantScores
from omakase.data.dataset import Dataset
from omakase.types import Progress, silent


class PopularConfig(types.Config):
    """Knobs of popularity."""

    count: Literal["weight", "people"] = Field(
        default="weight",
        description="what is counted: the weight of all events, or people who chose the item",
    )


@dataclass(frozen=True, slots=True)
class Popular(ConstantScores):
    """Share of all that was chosen that each item holds.

    A dislike takes its weight (or its person) away; an item never falls below 0.

    Attributes:
        share: (N,) float32, sums to 1, or all 0 where nothing was chosen.
    """

    config_type: ClassVar[type[types.Config]] = PopularConfig

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: PopularConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        chosen = data.matrix if config.count == "weight" else data.matrix.sign()
        totals = np.maximum(np.asarray(chosen.sum(axis=0), dtype=np.float64).ravel(), 0)
        return cls((totals / max(totals.sum(), 1e-12)).astype(np.float32))
