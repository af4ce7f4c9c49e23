"""FAISS, the lists near the question: plain or compressed vectors."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.index.with_faiss.searching import FaissIndex, seed_of, take_in
from omakase.types import Progress, Rows, Vectors, silent

POINTS_A_LIST = 39
"""Fewer vectors a list than this, and FAISS itself warns that its centre means little."""


class IvfConfig(types.Config):
    """How finely the space is cut, and how much of it is searched."""

    lists: int = Field(
        default=0, ge=0, description="parts of the space; 0: 4 sqrt(N), fewer for small catalogs"
    )
    probes: int = Field(default=64, ge=1, description="parts searched: more finds more, slower")
    learnt_from: int = Field(
        default=256,
        ge=1,
        description="vectors a part that its centre is found from, drawn at random",
        json_schema_extra={"search": False},
    )


class ProductConfig(IvfConfig):
    """The same, and how small a vector becomes."""

    bytes: int = Field(
        default=32, ge=1, description="bytes a vector, lowered to a divisor of its width"
    )


@dataclass(frozen=True)
class FaissIvf(FaissIndex):
    """An inverted file: vectors in lists by their nearest centre, the nearest lists searched.

    Paper: Jegou, Douze, Schmid, "Product Quantization for Nearest Neighbor Search", TPAMI 2011.
    Cost: about O(sqrt(N) D probes) a query, 4 N D bytes.
    """

    config_type: ClassVar[type[types.Config]] = IvfConfig
    effort: ClassVar[str] = "probes"

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: IvfConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        lists = _lists(len(vectors), config.lists)
        if not lists:
            return cls(_whole(vectors), config)
        width = vectors.shape[1]
        native = cls._empty_index(width, lists, config)
        native.cp.seed = seed_of(rng)
        native.cp.spherical = True
        native.cp.min_points_per_centroid = 1
        native.cp.max_points_per_centroid = config.learnt_from
        native.train(vectors)
        take_in(native, vectors, progress)
        return cls(native, config)

    def upsert(self, rows: Rows, vectors: Vectors) -> None:
        labels = rows.astype(np.int64)
        self.native.remove_ids(labels)
        self.native.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), labels)

    def delete(self, rows: Rows) -> None:
        self.native.remove_ids(rows.astype(np.int64))

    @staticmethod
    def _empty_index(width: int, lists: int, config: Any) -> Any:
        import faiss  # where it is called

        metric = faiss.METRIC_INNER_PRODUCT
        return faiss.IndexIVFFlat(_centres(width), width, lists, metric)

    def parameters(self, k: int, selector: Any = None) -> Any:
        import faiss  # where it is called

        if not isinstance(self.native, faiss.IndexIVF):
            return FaissIndex.parameters(self, k, selector)
        return faiss.SearchParametersIVF(sel=selector, nprobe=self.config.probes)


@dataclass(frozen=True)
class FaissScalar(FaissIvf):
    """An inverted file of vectors with one byte a number: a quarter of the memory.

    Cost: N D bytes.
    """

    @staticmethod
    def _empty_index(width: int, lists: int, config: Any) -> Any:
        import faiss  # where it is called

        metric, kind = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer.QT_8bit
        centres = _centres(width)
        return faiss.IndexIVFScalarQuantizer(centres, width, lists, kind, metric)


@dataclass(frozen=True)
class FaissProduct(FaissIvf):
    """An inverted file of product-quantised vectors: a few bytes each, and less exact for it.

    Paper: Jegou, Douze, Schmid, "Product Quantization for Nearest Neighbor Search", TPAMI 2011.
    Cost: N `bytes` bytes.
    """

    config_type: ClassVar[type[types.Config]] = ProductConfig

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: IvfConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        if len(vectors) < 256:  # one byte names 256 centres
            return cls(_whole(vectors), config)
        return super().build(vectors, config, rng=rng, progress=progress)

    @staticmethod
    def _empty_index(width: int, lists: int, config: Any) -> Any:
        import faiss  # where it is called

        size = max(n for n in range(1, min(width, config.bytes) + 1) if width % n == 0)
        metric = faiss.METRIC_INNER_PRODUCT
        native = faiss.IndexIVFPQ(_centres(width), width, lists, size, 8, metric)
        native.pq.cp.min_points_per_centroid = 1
        return native


def _lists(size: int, wanted: int) -> int:
    """Lists for so many vectors; 0 where there are too few to cut."""
    most = size // POINTS_A_LIST
    return min(most, wanted or round(4 * size**0.5))


def _whole(vectors: Vectors) -> Any:
    """All vectors as they are, by label: without labels FAISS numbers them anew when some go."""
    import faiss  # where it is called

    native = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    native.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.arange(len(vectors)))
    return native


def _centres(width: int) -> Any:
    import faiss  # where it is called

    return faiss.IndexFlatIP(width)
