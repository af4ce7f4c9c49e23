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
    person_most: float = Field(
        default=5.0,
        gt=0,
        description="most weight of one person on one item: who does the same all day is one voice",
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
        voices = np.clip(chosen.data, -config.person_most, config.person_most)
        return cls.of_totals(np.bincount(chosen.indices, voices, minlength=data.n_items))
