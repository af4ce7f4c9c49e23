"""Vectors in Qdrant: in memory, in a folder, or on a server."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.lists import from_pairs
from omakase.arrays.topk import top_k
from omakase.errors import CapabilityError, StoreError
from omakase.types import PAD, Arrays, Progress, Rows, Slate, Vectors, silent
from omakase.upload import UploadError, UploadPlan, digest, labelled, upload

FEW: Final = 5_000
"""Rows that are compared one by one, where the vectors lie within the process."""

WIDER: Final = 4


class QdrantConfig(types.Config):
    """Where the vectors are kept. With neither folder nor server: in memory."""

    collection: str = Field(
        default="items",
        pattern=r"^[A-Za-z0-9_-]{1,100}$",
        description="alias that always names the newest complete upload",
    )
    path: str = Field(default="", description="folder of an embedded store; one process at a time")
    url: str = Field(default="", description="address of a server, http://host:6333")
    sending: UploadPlan = Field(default=UploadPlan(), description="how vectors are sent")
    timeout_seconds: int = Field(default=300, ge=1, description="longest wait while sending")
    search_seconds: int = Field(default=2, ge=1, description="longest wait for what was searched")


@dataclass(frozen=True)
class QdrantIndex:
    """A collection of item vectors, by inner product; point ids are item rows.

    An upload goes into a collection of its own, named after what it holds, so that a broken one
    is taken up again; the alias moves to it when its count is right, so a search meets the old
    vectors or the new, never half of them.

    Needs the extra `qdrant`. What is saved are the vectors, so that a store that was lost is
    filled again when the version is loaded.

    Attributes:
        client: the connection.
        config: where it is.
        width: D.
        searcher: the connection that is searched by, more impatient.
    """

    config_type: ClassVar[type[types.Config]] = QdrantConfig
    exact: ClassVar[bool] = False
    is_remote: ClassVar[bool] = True
    client: Any
    config: QdrantConfig
    width: int
    searcher: Any

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: QdrantConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        rows = np.arange(len(vectors), dtype=np.int32)
        return cls.upload_rows(connect(config), config, rows, vectors, progress)

    def count(self) -> int:
        with _as_store_errors():
            return int(self.client.count(self.config.collection, exact=True).count)

    def search(self, vectors: Vectors, k: int) -> Slate:
        """As the protocol says.

        Raises:
            StoreError: the store does not answer.
        """
        return self._search(vectors, k, None)

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        """As the protocol says; the rows travel with the question, so keep them few on a server.

        Within the process the client looks through them once for every point it holds: few are
        compared here, and of many the best are asked for until enough of them are allowed.
        """
        from qdrant_client import models

        rows = np.flatnonzero(allowed).astype(np.int32)
        if self.config.url:
            among = models.HasIdCondition(has_id=rows.tolist())
            return self._search(vectors, k, models.Filter(must=[among]))
        return self._few(vectors, k, rows) if len(rows) <= FEW else self._many(vectors, k, allowed)

    def _few(self, vectors: Vectors, k: int, rows: Rows) -> Slate:
        with _as_store_errors():
            points = self.searcher.retrieve(
                self.config.collection, rows.tolist(), with_payload=False, with_vectors=True
            )
        if not points:
            return from_pairs([[]] * len(vectors), k)
        ids = np.asarray([point.id for point in points], dtype=np.int32)
        held = np.asarray([point.vector for point in points], dtype=np.float32)
        best = top_k(np.asarray(vectors, dtype=np.float32) @ held.T, min(k, len(ids)))
        items = np.where(best.items == PAD, PAD, ids[np.maximum(best.items, 0)])
        return Slate(items.astype(np.int32), best.scores)

    def _many(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        total, wide = len(allowed), k
        while True:
            wide = min(total, wide * WIDER)
            hits = self._search(vectors, wide, None)
            passing = (hits.items != PAD) & allowed[np.maximum(hits.items, 0)]
            if wide == total or (passing.sum(axis=1) >= k).all():
                return _first(hits, passing, k)

    def upsert(self, rows: Rows, vectors: Vectors) -> None:
        most = self.config.sending.most
        for at in range(0, len(rows), most):
            some = slice(at, at + most)
            put_points(self.client, self.config.collection, rows[some], vectors[some])

    def delete(self, rows: Rows) -> None:
        from qdrant_client import models

        if len(rows):  # Qdrant refuses a request that names nothing
            chosen = models.PointIdsList(points=rows.tolist())
            self.client.delete(self.config.collection, points_selector=chosen, wait=True)

    def arrays(self) -> Arrays:
        points, offset = [], None
        while True:
            some, offset = self.client.scroll(
                self.config.collection, limit=10_000, offset=offset, with_vectors=True
            )
            points += some
            if offset is None:
                break
        rows = np.asarray([point.id for point in points], dtype=np.int32)
        vectors = np.asarray([point.vector for point in points], dtype=np.float32)
        return {"rows": rows, "vectors": vectors.reshape(len(points), self.width)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: QdrantConfig) -> Self:
        rows, vectors = arrays["rows"], arrays["vectors"]
        client = _own_client(config)
        searcher = search_client(client, config)
        with _as_store_errors():
            exists = searcher.collection_exists(config.collection)
            if exists and searcher.count(config.collection, exact=True).count == len(rows):
                return cls(client, config, vectors.shape[1], searcher)
            return cls.upload_rows(client, config, rows, vectors)

    @classmethod
    def renamed(cls, config: QdrantConfig, label: str) -> QdrantConfig:
        """A collection of its own on a server; an embedded store is a folder of its own."""
        if config.path:
            return config.model_copy(update={"path": labelled(config.path, label)})
        return config.model_copy(update={"collection": labelled(config.collection, label, 100)})

    @classmethod
    def drop(cls, config: QdrantConfig) -> None:
        if config.path:
            shutil.rmtree(config.path, ignore_errors=True)
        elif config.url:
            with _as_store_errors(), closing(connect(config)) as client:
                _drop(client, config.collection)

    def close(self) -> None:
        self.client.close()
        if self.searcher is not self.client:
            self.searcher.close()

    @classmethod
    def upload_rows(
        cls,
        client: Any,
        config: QdrantConfig,
        rows: Rows,
        vectors: Vectors,
        progress: Progress = silent,
    ) -> Self:
        name = f"{config.collection}-{digest(rows, vectors)}"
        pending = PendingCollection(client, config.collection, name, vectors.shape[1])
        upload(pending, rows, vectors, config.sending, progress=progress)
        return cls(client, config, vectors.shape[1], search_client(client, config))

    def _search(self, vectors: Vectors, k: int, some: Any) -> Slate:
        from qdrant_client import models

        asks = [
            models.QueryRequest(query=vector, limit=k, filter=some)
            for vector in np.asarray(vectors, dtype=np.float32).tolist()
        ]
        if not asks:
            return from_pairs([], k)
        with _as_store_errors():
            answers = self.searcher.query_batch_points(self.config.collection, asks)
        return from_pairs([[(p.id, p.score) for p in a.points] for a in answers], k)


def _first(found: Slate, passing: NDArray[np.bool_], k: int) -> Slate:
    """The first k of each query that pass."""
    pairs = [
        list(zip(items[keep][:k].tolist(), scores[keep][:k].tolist(), strict=True))
        for items, scores, keep in zip(found.items, found.scores, passing, strict=True)
    ]
    return from_pairs(pairs, k)


def _drop(client: Any, alias: str) -> None:
    """An alias and the collections that were uploaded for it."""
    from qdrant_client import models

    gone = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
    if any(entry.alias_name == alias for entry in client.get_aliases().aliases):
        client.update_collection_aliases([gone])
    pattern = re.compile(re.escape(alias) + "-[0-9a-f]{12}")
    for collection in client.get_collections().collections:
        if pattern.fullmatch(collection.name):
            client.delete_collection(collection.name)


@contextmanager
def _as_store_errors() -> Iterator[None]:
    """What the client raises where the store does not answer, or not as it should, in our words."""
    from httpx import TransportError
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except (ResponseHandlingException, UnexpectedResponse, TransportError) as error:
        raise StoreError(f"Qdrant: {error}") from error


def search_client(client: Any, config: QdrantConfig) -> Any:
    """Of a server a second connection; a folder has one owner."""
    return connect(config, config.search_seconds) if config.url else client


def connect(config: QdrantConfig, seconds: int = 0) -> Any:
    try:
        from qdrant_client import QdrantClient
    except ImportError as error:
        raise CapabilityError(
            "Qdrant needs the extra: pip install 'omakase-recsys[qdrant]'"
        ) from error
    if config.url:
        timeout = seconds or config.timeout_seconds
        return QdrantClient(url=config.url, timeout=timeout, check_compatibility=False)
    if not config.path:
        return QdrantClient(":memory:")
    try:
        return QdrantClient(path=config.path)
    except RuntimeError as error:  # its folder has one owner
        raise StoreError(f"Qdrant: {error}") from error


def _own_client(config: QdrantConfig) -> Any:
    """As `connect`; in memory where another process has the folder, which has one owner."""
    try:
        return connect(config)
    except StoreError:
        if not config.path:
            raise
        return connect(config.model_copy(update={"path": ""}))


@dataclass(frozen=True)
class PendingCollection:
    """A collection that is being filled; satisfies `upload.Store`.

    Attributes:
        client: the connection.
        alias: that will name it.
        name: its own.
        width: D.
    """

    client: Any
    alias: str
    name: str
    width: int

    def held(self) -> int:
        from qdrant_client import models

        with _as_store_errors():
            if not self.client.collection_exists(self.name):
                shape = models.VectorParams(size=self.width, distance=models.Distance.DOT)
                self.client.create_collection(self.name, vectors_config=shape)
            return int(self.client.count(self.name, exact=True).count)

    def put(self, rows: Rows, vectors: Vectors) -> None:
        from httpx import TransportError
        from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

        try:
            put_points(self.client, self.name, rows, vectors)
        except (ResponseHandlingException, TransportError) as error:
            raise UploadError(str(error)) from error
        except UnexpectedResponse as error:
            if error.status_code is not None and error.status_code < 500:
                raise  # refused, and will be again
            raise UploadError(str(error)) from error

    def switch(self) -> None:
        """Move the alias here and drop what it named, and what broken uploads left."""
        from qdrant_client import models

        create = models.CreateAlias(collection_name=self.name, alias_name=self.alias)
        self.client.update_collection_aliases([models.CreateAliasOperation(create_alias=create)])
        pattern = re.compile(re.escape(self.alias) + "-[0-9a-f]{12}")
        for collection in self.client.get_collections().collections:
            if collection.name != self.name and pattern.fullmatch(collection.name):
                self.client.delete_collection(collection.name)


def put_points(client: Any, collection: str, rows: Rows, vectors: Vectors) -> None:
    from qdrant_client import models

    points = models.Batch(ids=rows.tolist(), vectors=vectors.tolist())
    client.upsert(collection, points=points, wait=True)
