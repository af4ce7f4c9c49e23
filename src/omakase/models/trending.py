"""Trending: what is chosen now, the same for everyone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.constant_scores import ConstantScores
from omakase.data.clock import reference_time
from omakase.data.dataset import Dataset
from omakase.types import DAY_SECONDS, Progress, Times, silent


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
    person_most: float = Field(
        default=5.0,
        gt=0,
        description="most faded weight of one person on one item: who does the same all day is "
        "one voice",
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
        reference = reference_time(data.events.times)
        age_days = _age_days(data.events.times, reference)
        days = half_life(lambda days: float(np.exp2(-age_days / days).sum()), len(age_days), config)
        pairs = faded_pairs(data, reference, days)
        voices = np.clip(pairs.data, -config.person_most, config.person_most)
        return cls.of_totals(np.bincount(pairs.indices, voices, minlength=data.n_items))


def faded_pairs(data: Dataset, reference: int, days: float) -> sparse.csr_array:
    """(U, N) float64: the weights of each pair, halved for every so many days of age.

    Args:
        reference: Unix seconds from which ages are counted.
    """
    events = data.events
    faded = events.weights * np.exp2(-_age_days(events.times, reference) / days)
    shape = (data.n_users, data.n_items)
    return sparse.coo_array((faded, (events.users, events.items)), shape).tocsr()


def half_life(faded_count: Callable[[float], float], events: int, config: TrendingConfig) -> float:
    """Days; the shortest doubling of the knob under which enough events count.

    Args:
        faded_count: what all events count together under a half-life of so many days.
        events: how many there are.
    """
    days = config.half_life_days
    enough = min(config.fewest_events, events / 10)
    while faded_count(days) < enough:
        days *= 2
    return days


def _age_days(times: Times, reference: int) -> NDArray[np.float64]:
    return np.maximum(0, reference - times) / DAY_SECONDS
