"""Counts and sums of one variant, from which every statistic here is computed.

Sums add up: those of two days are those of each day, added. So a store of daily figures is enough.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Moments:
    """What is left of the measurements of n units, one each.

    Attributes:
        count: units.
        total: sum of the measurements.
        squares: sum of their squares.
    """

    count: float
    total: float
    squares: float

    @classmethod
    def of(cls, samples: Numbers) -> Self:
        """From (n,) measurements, one a unit."""
        return cls(float(len(samples)), float(samples.sum()), float((samples**2).sum()))

    @classmethod
    def of_rate(cls, successes: float, trials: float) -> Self:
        """Of trials that are 0 or 1."""
        return cls(float(trials), float(successes), float(successes))

    @classmethod
    def of_summary(cls, count: float, mean: float, variance: float) -> Self:
        """From a mean and a sample variance (n - 1)."""
        return cls(count, count * mean, max(count - 1, 0) * variance + count * mean**2)

    def __add__(self, later: "Moments") -> "Moments":
        return Moments(
            self.count + later.count, self.total + later.total, self.squares + later.squares
        )

    @property
    def mean(self) -> float:
        """Of the measurements; 0 without any."""
        return self.total / self.count if self.count else 0.0

    @property
    def variance(self) -> float:
        """Sample variance (n - 1); 0 with fewer than two units."""
        if self.count < 2:
            return 0.0
        return max(self.squares - self.count * self.mean**2, 0.0) / (self.count - 1)

    @property
    def mean_variance(self) -> float:
        """Variance of the mean; infinite with fewer than two units."""
        return self.variance / self.count if self.count >= 2 else float("inf")


@dataclass(frozen=True, slots=True)
class PairMoments:
    """What is left of two measurements a unit: numerator and denominator, or now and earlier.

    Attributes:
        count: units.
        first, second: sums of the two.
        first_squares, second_squares: sums of their squares.
        products: sum of first times second.
    """

    count: float
    first: float
    second: float
    first_squares: float
    second_squares: float
    products: float

    @classmethod
    def of(cls, first: Numbers, second: Numbers) -> Self:
        """From (n,) and (n,), a unit at each position.

        Raises:
            ValueError: of different length.
        """
        if first.shape != second.shape:
            raise ValueError(f"{len(first)} and {len(second)} measurements cannot be paired")
        squares = float((first**2).sum()), float((second**2).sum())
        products = float((first * second).sum())
        return cls(float(len(first)), float(first.sum()), float(second.sum()), *squares, products)

    def __add__(self, later: "PairMoments") -> "PairMoments":
        fields = self.__dataclass_fields__
        return PairMoments(*(getattr(self, name) + getattr(later, name) for name in fields))

    @property
    def numerator(self) -> Moments:
        """The first measurement alone."""
        return Moments(self.count, self.first, self.first_squares)

    @property
    def denominator(self) -> Moments:
        """The second measurement alone."""
        return Moments(self.count, self.second, self.second_squares)

    @property
    def covariance(self) -> float:
        """Sample covariance (n - 1) of the two; 0 with fewer than two units."""
        if self.count < 2:
            return 0.0
        return (self.products - self.first * self.second / self.count) / (self.count - 1)
