"""FAISS, a graph of neighbours walked towards the question."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from omakase import types
from omakase.index.with_faiss.searching import FaissIndex, take_in
from omakase.types import Progress, Vectors, silent


class HnswConfig(types.Config):
    """How dense the graph is, and how widely it is walked."""

    links: int = Field(default=32, ge=2, description="neighbours kept of each vector")
    build_depth: int = Field(default=80, ge=1, description="candidates kept while building")
    search_depth: int = Field(
        default=96, ge=1, description="candidates kept while searching; at least k is used"
    )


@dataclass(frozen=True)
class FaissHnsw(FaissIndex):
    """A navigable small-world graph: quick and exact, slow to build, large.

    Paper: Malkov, Yashunin, "Efficient and robust approximate nearest neighbor search using
    Hierarchical Navigable Small World graphs", TPAMI 2020.
    Differs: built on one thread, as several give another graph each time.
    Cost: O(log N) a query; N (4 D + 8 links) bytes; vectors cannot be deleted.
    """

    config_type: ClassVar[type[types.Config]] = HnswConfig
    effort: ClassVar[str] = "search_depth"

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: HnswConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        import faiss  # where it is called

        native = faiss.IndexHNSWFlat(vectors.shape[1], config.links, faiss.METRIC_INNER_PRODUCT)
        native.hnsw.efConstruction = config.build_depth
        with _one_thread():
            take_in(native, vectors, progress)
        return cls(native, config)

    def parameters(self, k: int, selector: Any = None) -> Any:
        import faiss  # where it is called

        return faiss.SearchParametersHNSW(sel=selector, efSearch=max(k, self.config.search_depth))


@contextmanager
def _one_thread() -> Iterator[None]:
    import faiss  # where it is called

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
