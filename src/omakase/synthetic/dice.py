"""Random numbers by position: the n-th throw is the same whatever was thrown before."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Positions = NDArray[np.int64]
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Dice:
    """Independent streams of random numbers, each addressed by a name and a position.

    Paper: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
    (SplitMix64, here as a hash of the position).
    """

    seed: int

    def uniform(self, stream: str, at: Positions) -> NDArray[np.float64]:
        """(n,) in [0, 1)."""
        return np.asarray((self.bits(stream, at) >> np.uint64(11)) * 2.0**-53, dtype=np.float64)

    def whole(self, stream: str, at: Positions, below: int) -> NDArray[np.int64]:
        """(n,) in 0 … below - 1."""
        return (self.uniform(stream, at) * below).astype(np.int64)

    def normal(self, stream: str, at: Positions) -> NDArray[np.float64]:
        """(n,) of mean 0 and deviation 1."""
        return np.asarray(ndtri(np.clip(self.uniform(stream, at), 1e-12, 1 - 1e-12)))

    def bits(self, stream: str, at: Positions) -> NDArray[np.uint64]:
        """(n,) 64 random bits."""
        start = (crc32(stream.encode()) + (self.seed << 32)) % (1 << 64)
        return _mix(_mix(np.asarray([start], dtype=np.uint64)) + at.astype(np.uint64) * GOLDEN)


def _mix(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
