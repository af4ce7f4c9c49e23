"""What all FAISS indexes share: searching, filtering, and being saved as bytes."""

from dataclasses import dataclass, field
from math import ceil
from typing import Any, ClassVar, Self
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from omakase import types
from omakase.arrays.lists import keep_allowed, nothing, sorted_slate
from omakase.types import PAD, Arrays, Progress, Slate, Vectors, silent

BLOCK = 100_000
"""Vectors added at once."""
MOSTLY = 0.5
"""Share that may pass from which a search without filter is tried first."""
SPARE = 1.2
"""Times as many are then asked for as would do if those that may pass were spread evenly."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A mask as FAISS wants it.

    Attributes:
        bits: (N / 8,) eight items a byte, the first in the lowest bit.
        share: of the items, that may pass.
    """

    bits: NDArray[np.uint8]
    share: float

    @classmethod
    def of(cls, mask: NDArray[np.bool_]) -> "Mask":
        """From (N,) marks."""
        share = float(np.count_nonzero(mask)) / max(len(mask), 1)
        return cls(np.packbits(mask, bitorder="little"), share)


@dataclass(slots=True)
class Packed:
    """The last mask that cannot change: the same one comes with request after request.

    Attributes:
        last: the marks and what was made of them; replaced as a whole, so threads need no lock.
    """

    last: tuple[ReferenceType[NDArray[np.bool_]], Mask] | None = None

    def of(self, mask: NDArray[np.bool_]) -> Mask:
        """What FAISS wants of (N,) marks."""
        last = self.last
        if last is not None and last[0]() is mask:
            return last[1]
        row_mask = Mask.of(mask)
        if not mask.flags.writeable:
            self.last = (ref(mask), row_mask)
        return row_mask


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
    effort: ClassVar[str] = ""
    """The knob that says how far is looked; a search of a built index may use another value."""
    native: Any
    config: Any
    packed: Packed = field(default_factory=Packed, repr=False, compare=False)

    def search(self, vectors: Vectors, k: int) -> Slate:
        return self._search(vectors, k, self.parameters(k))

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        """As the protocol says. Where most may pass, a few more are asked for and the rest is
        dropped: FAISS looks up each vector of a list in a filter, which takes longer than scoring
        it."""
        mask = self.packed.of(allowed)
        if mask.share >= MOSTLY:
            hits = self.search(vectors, ceil(k * SPARE / mask.share))
            remaining = keep_allowed(
                hits, np.zeros((len(hits), 0), np.int32), len(allowed), allowed
            )
            if remaining.items.shape[1] >= k and (remaining.items[:, k - 1 : k] != PAD).all():
                return Slate(remaining.items[:, :k], remaining.scores[:, :k])
        import faiss  # where it is called

        return self._search(vectors, k, self.parameters(k, faiss.IDSelectorBitmap(mask.bits)))

    def count(self) -> int:
        return int(self.native.ntotal)

    def arrays(self) -> Arrays:
        import faiss  # where it is called

        return {"faiss": faiss.serialize_index(self.native)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Any) -> Self:
        import faiss  # where it is called

        return cls(faiss.deserialize_index(np.asarray(arrays["faiss"])), config)

    def parameters(self, k: int, selector: Any = None) -> Any:
        """How FAISS is told to search; with a selector, among its rows only."""
        if selector is None:
            return None
        import faiss  # where it is called

        return faiss.SearchParameters(sel=selector)

    def _search(self, vectors: Vectors, k: int, parameters: Any) -> Slate:
        probes = np.ascontiguousarray(vectors, dtype=np.float32)
        width = min(k, self.native.ntotal)
        if not width or not len(probes):
            return nothing(len(probes), width)
        scores, labels = self.native.search(probes, width, params=parameters)
        items = labels.astype(np.int32)
        if items[:, -1].min() == PAD:  # FAISS, too, keeps what it lacks at the end
            scores[items == PAD] = -np.inf
        if (scores[:, 1:] < scores[:, :-1]).all():
            return Slate(items, scores)
        return sorted_slate(items, scores)


def flat(vectors: Vectors, progress: Progress = silent) -> Any:
    """All vectors as they are; what a catalog too small to train anything else gets."""
    import faiss  # where it is called

    native = faiss.IndexFlatIP(vectors.shape[1])
    take_in(native, vectors, progress)
    return native


def take_in(native: Any, vectors: Vectors, progress: Progress) -> None:
    """Add (N, D) vectors in blocks, so that long work is heard of and memory stays small."""
    for at in range(0, len(vectors), BLOCK):
        native.add(np.ascontiguousarray(vectors[at : at + BLOCK], dtype=np.float32))
        progress(min(at + BLOCK, len(vectors)), len(vectors))


def seed_of(rng: np.random.Generator) -> int:
    """What FAISS wants for a seed."""
    return int(rng.integers(2**31 - 1))
