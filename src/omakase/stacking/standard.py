"""Features on one scale, as nets want them."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from omakase.stacking.examples import Features, StackExamples
from omakase.types import Arrays

FAR: Final = 5
"""Deviations within which a feature is held: one wild value must not drown the others."""
LEAST_SPREAD: Final = 1e-6
"""A feature that varies less tells nothing, and becomes 0."""


@dataclass(frozen=True, slots=True)
class Standard:
    """What brings features to mean 0 and deviation 1.

    Attributes:
        mean: (F,) float32.
        scale: (F,) float32, one over the deviation; 0 for a feature that tells nothing.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]

    @classmethod
    def of(cls, examples: StackExamples) -> Self:
        """Over the candidates that there are."""
        rows = examples.features[examples.known]
        spread = rows.std(axis=0)
        scale = np.where(spread > LEAST_SPREAD, 1 / np.maximum(spread, LEAST_SPREAD), 0)
        return cls(rows.mean(axis=0), scale.astype(np.float32))

    def scaled(self, features: Features) -> Features:
        """(..., F) float32, each within five deviations."""
        return np.clip((features - self.mean) * self.scale, -FAR, FAR).astype(np.float32)

    def arrays(self) -> Arrays:
        """All that must be saved."""
        return {"mean": self.mean, "scale": self.scale}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Inverse of `arrays`, which may hold others."""
        return cls(arrays["mean"], arrays["scale"])
