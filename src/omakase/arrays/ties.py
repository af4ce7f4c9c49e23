"""What decides where a model has nothing to say: the more used item comes first."""

from typing import Final

import numpy as np
from scipy import sparse

from omakase.types import Weights

LARGEST: Final = 1e-6
"""Small against the scores of any model, so that it only decides between equals."""


def tie_breaks(matrix: sparse.csr_array) -> Weights:
    """(N,) float32 from 0 to `LARGEST`, in order of the number of positive entries of a column.

    Added to scores, it orders what a model gives the same score by popularity; somebody of whom
    nothing is known gets the popular list.
    """
    counts = np.bincount(matrix.indices[matrix.data > 0], minlength=matrix.shape[1])
    return (LARGEST * counts / max(int(counts.max(initial=0)), 1)).astype(np.float32)
