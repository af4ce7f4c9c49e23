"""`FeatureTable`: named numbers of many rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float32]


@dataclass(frozen=True)
class FeatureTable:
    """F numbers of each of R rows (users, items), or of each of (B, C) pairs.

    Attributes:
        names: (F,) in the order of the last axis.
        values: (R, F) or (B, C, F) float32, finite; 0 where nothing is known.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]

    @classmethod
    def of(cls, columns: Mapping[str, NDArray[np.generic]]) -> Self:
        """From columns of the same shape; what is not finite becomes 0."""
        values = np.stack([np.asarray(c, dtype=np.float32) for c in columns.values()], axis=-1)
        return cls(tuple(columns), np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0))

    def column(self, name: str) -> Column:
        """One feature.

        Raises:
            ValueError: there is none of that name.
        """
        return self.values[..., self.names.index(name)]


def share(part: NDArray[np.generic], whole: NDArray[np.generic]) -> NDArray[np.float64]:
    """part / whole, 0 where the whole is 0."""
    quotient = np.zeros(np.broadcast_shapes(np.shape(part), np.shape(whole)))
    return np.divide(part, whole, out=quotient, where=np.asarray(whole) != 0)
