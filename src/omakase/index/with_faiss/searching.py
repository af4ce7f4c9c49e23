"""What all FAISS indexes share: searching, filtering, and being saved as bytes."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from weakref import ReferenceType, ref

import faiss
import numpy as np
from numpy.typing import NDArray

from omakase import types
from omakase.arrays.lists import sorted_slate
from omakase.types import PAD, Arrays, Slate, Vectors


@dataclass(slots=True)
class Packed:
    """The last mask that cannot change, packed: the same one comes with request after request.

    Attributes:
        last: the mask and its bits; replaced as a whole, so threads need no lock.
    """

    last: tuple[ReferenceType[NDArray[np.bool_]], NDArray[np.uint8]] | None = None

    def bits(self, mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """(N / 8,) eight items a byte, the first in the lowest bit."""
        last = self.last
        if last is not None and last[0]() is mask:
            return last[1]
        packed = np.packbits(mask, bitorder="little")
        if not mask.flags.writeable:
            self.last = (ref(mask), packed)
        return packed


@dataclass(frozen=True)
class FaissIndex:
    """A built FAISS index over the item rows, by inner product.

    Attributes:
        native: the index as FAISS knows it. Its labels are item rows.
        config: how it is searched.
        packed: the filter met last.
    """

    config_type: ClassVar[type[types.Config]] = types.Config
    exact: ClassVar[bool] = False
    native: Any
    config: Any
    packed: Packed = field(default_factory=Packed, repr=False, compare=False)

    def search(self, vectors: Vectors, k: int) -> Slate:
        return self._found(vectors, k, self.parameters(k))

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        bits = self.packed.bits(allowed)
        return self._found(vectors, k, self.parameters(k, faiss.IDSelectorBitmap(bits)))

    def arrays(self) -> Arrays:
        return {"faiss": faiss.serialize_index(self.native)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Any) -> Self:
        return cls(faiss.deserialize_index(np.asarray(arrays["faiss"])), config)

    def parameters(self, k: int, selector: Any = None) -> Any:
        """How FAISS is told to search; with a selector, among its rows only."""
        return faiss.SearchParameters(sel=selector) if selector is not None else None

    def _found(self, vectors: Vectors, k: int, parameters: Any) -> Slate:
        probes = np.ascontiguousarray(vectors, dtype=np.float32)
        width = min(k, self.native.ntotal)
        if not width or not len(probes):
            return _nothing(len(probes), width)
        scores, labels = self.native.search(probes, width, params=parameters)
        items = labels.astype(np.int32)
        if items[:, -1].min() == PAD:  # FAISS, too, keeps what it lacks at the end
            scores[items == PAD] = -np.inf
        if (scores[:, 1:] < scores[:, :-1]).all():
            return Slate(items, scores)
        return sorted_slate(items, scores)


def _nothing(size: int, width: int) -> Slate:
    return Slate(
        np.full((size, width), PAD, dtype=np.int32),
        np.full((size, width), -np.inf, dtype=np.float32),
    )


def flat(vectors: Vectors) -> Any:
    """All vectors as they are; what a catalog too small to train anything else gets."""
    native = faiss.IndexFlatIP(vectors.shape[1])
    native.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return native


def seed_of(rng: np.random.Generator) -> int:
    """What FAISS wants for a seed."""
    return int(rng.integers(2**31 - 1))
