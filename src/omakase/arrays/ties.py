"""What decides where a model has nothing to say: the more used item comes first."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.types import Weights

LARGEST: Final = 1e-6
"""Small against the scores of any model, so that it only decides between equals."""


def tie_breaks(matrix: sparse.csr_array) -> Weights:
    """(N,) float32 from 0 to `LARGEST`, in order of the number of positive entries of a column.

    Added to scores, it orders what a model gives the same score by popularity; somebody of whom
    nothing is known gets the popular list.
    """
    return by_count(np.bincount(matrix.indices[matrix.data > 0], minlength=matrix.shape[1]))


def by_count(counts: NDArray[np.number]) -> Weights:
    """(N,) float32 from 0 to `LARGEST`, in order of (N,) counts that are known already."""
    return (LARGEST * counts / max(float(counts.max(initial=0)), 1.0)).astype(np.float32)
