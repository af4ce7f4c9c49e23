"""Softmax regression over hashed features: trained in seconds, asked in microseconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class LinearSoftmax:
    """A trained model.

    Attributes:
        labels: (C,) classes.
        weights: (C, D) float32.
        bias: (C,) float32.
    """

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, features: sparse.csr_array) -> FloatArray:
        """(R, C) of R rows of features."""
        return np.asarray(features @ self.weights.T + self.bias, dtype=np.float64)

    def chances(self, features: sparse.csr_array) -> FloatArray:
        """(R, C) probabilities, rows add up to 1."""
        logits = self.logits(features)
        return np.asarray(np.exp(logits - scipy.special.logsumexp(logits, axis=1, keepdims=True)))


def hashed(rows: Sequence[Iterable[str]], dimension: int) -> sparse.csr_array:
    """(R, D) float32: which features each row has, as places by CRC-32; rows of length 1."""
    columns: list[int] = []
    starts = [0]
    weights: list[float] = []
    for row in rows:
        places = {crc32(feature.encode(errors="surrogatepass")) % dimension for feature in row}
        columns.extend(places)
        weights.extend([1 / max(1, len(places)) ** 0.5] * len(places))
        starts.append(len(columns))
    shape = (len(rows), dimension)
    return sparse.csr_array(
        (np.asarray(weights, np.float32), np.asarray(columns, np.int32), starts), shape=shape
    )


def train_softmax(
    features: sparse.csr_array,
    labels: Sequence[str],
    *,
    l2: float = 1e-4,
    iterations: int = 100,
    around: LinearSoftmax | None = None,
) -> LinearSoftmax:
    """The minimum of mean cross-entropy + l2/2·|W - W₀|², by L-BFGS from W₀: the same every time.

    Args:
        around: W₀, a model of as many features that goes on learning; none: zero.

    Raises:
        ValueError: no rows.
    """
    if not labels:
        raise ValueError("there is nothing to train on")
    names = tuple(sorted({*labels, *(around.labels if around else ())}))
    classes = np.searchsorted(names, labels)
    rows, dimension = features.shape
    one_hot = sparse.csr_array(
        (np.ones(rows), (np.arange(rows), classes)), shape=(rows, len(names))
    )
    seen = np.unique(features.indices)  # what no message has keeps its weight
    weights, bias = _begun(names, dimension, around)
    start = np.column_stack((weights[:, seen], bias)).astype(np.float64)
    loss = _Loss(features[:, seen].astype(np.float64), one_hot, l2, start[:, :-1].copy())
    optimum: Any = scipy.optimize.minimize(
        loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": iterations}
    )
    table = optimum.x.reshape(len(names), len(seen) + 1).astype(np.float32)
    weights[:, seen] = table[:, :-1]
    return LinearSoftmax(names, weights, table[:, -1].copy())


def _begun(
    names: Sequence[str], dimension: int, around: LinearSoftmax | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (C, D) and bias (C,) to begin from; a class that is new begins at zero."""
    weights = np.zeros((len(names), dimension), dtype=np.float32)
    bias = np.zeros(len(names), dtype=np.float32)
    if around is not None:
        rows = np.searchsorted(names, around.labels)
        weights[rows], bias[rows] = around.weights, around.bias
    return weights, bias


@dataclass(frozen=True)
class _Loss:
    features: sparse.csr_array
    one_hot: sparse.csr_array
    l2: float
    centre: FloatArray

    def __call__(self, flat: FloatArray) -> tuple[float, FloatArray]:
        rows, dimension = self.features.shape
        table = flat.reshape(-1, dimension + 1)
        logits = self.features @ table[:, :-1].T + table[:, -1]
        logs = logits - scipy.special.logsumexp(logits, axis=1, keepdims=True)
        error = np.exp(logs) - self.one_hot.toarray()
        gradient = np.empty_like(table)
        away = table[:, :-1] - self.centre
        gradient[:, :-1] = (self.features.T @ error).T / rows + self.l2 * away
        gradient[:, -1] = error.mean(axis=0)
        loss = -self.one_hot.multiply(logs).sum() / rows
        return float(loss + self.l2 / 2 * (away**2).sum()), gradient.ravel()
