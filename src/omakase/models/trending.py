"""Trending: what is chosen now, the same for everyone."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.constant_scores import ConstantScores
from omakase.data.clock import reference_time
from omakase.data.dataset import Dataset
from omakase.types import DAY_SECONDS, Progress, silent


class TrendingConfig(types.Config):
    """Knobs of trending."""

    half_life_days: float = Field(
        default=7.0, gt=0, description="days after which an event counts half"
    )
    fewest_events: int = Field(
        default=2000,
        ge=0,
        description="the half-life doubles until the faded events count as many as this, or a "
        "tenth of all: where little happens, a week is chance",
    )


@dataclass(frozen=True, slots=True)
class Trending(ConstantScores):
    """Share of all faded weight that each item holds; age runs back from where
    the newest events are, so that a single odd clock ages nothing.

    All events fade alike, so the order of items is the same at any later moment. A dislike takes
    its faded weight away; an item never falls below 0.

    Attributes:
        share: (N,) float32, sums to 1, or all 0 where nothing was chosen.
    """

    config_type: ClassVar[type[types.Config]] = TrendingConfig

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: TrendingConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        events = data.events
        ages = np.maximum(0, reference_time(events.times) - events.times)
        age_days = ages / DAY_SECONDS
        faded = events.weights * np.exp2(-age_days / _half_life(age_days, config))
        totals = np.maximum(np.bincount(events.items, faded, minlength=data.n_items), 0)
        return cls((totals / max(totals.sum(), 1e-12)).astype(np.float32))


def _half_life(age_days: NDArray[np.float64], config: TrendingConfig) -> float:
    """Days; the shortest doubling of the knob under which enough events count."""
    days = config.half_life_days
    wanted = min(config.fewest_events, len(age_days) / 10)
    while np.exp2(-age_days / days).sum() < wanted:
        days *= 2
    return days
