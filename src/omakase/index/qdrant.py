"""Vectors in Qdrant: in memory, in a folder, or on a server."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.lists import from_pairs
from omakase.errors import CapabilityError
from omakase.types import Arrays, Rows, Slate, Vectors


class Config(types.Config):
    """Where the vectors are kept. With neither folder nor server: in memory."""

    collection: str = Field(
        default="items",
        pattern=r"^[A-Za-z0-9_-]{1,100}$",
        description="alias that always names the newest complete upload",
    )
    path: str = Field(default="", description="folder of an embedded store; one process at a time")
    url: str = Field(default="", description="address of a server, http://host:6333")
    batch: int = Field(default=500, ge=1, description="vectors sent at once")
    timeout_seconds: int = Field(default=300, ge=1, description="longest wait for one answer")


@dataclass(frozen=True)
class QdrantIndex:
    """A collection of item vectors, by inner product; point ids are item rows.

    An upload goes into a collection of its own; the alias moves to it when its count is right,
    so a search meets the old vectors or the new, never half of them.

    Needs the extra `qdrant`. What is saved are the vectors, so that a store that was lost is
    filled again when the version is loaded.

    Attributes:
        client: the connection.
        config: where it is.
        width: D.
    """

    config_type: ClassVar[type[types.Config]] = Config
    exact: ClassVar[bool] = False
    client: Any
    config: Config
    width: int

    @classmethod
    def build(cls, vectors: Vectors, config: Config, *, rng: np.random.Generator) -> Self:
        rows = np.arange(len(vectors), dtype=np.int32)
        return cls._uploaded(_client(config), config, rows, vectors)

    def search(self, vectors: Vectors, k: int) -> Slate:
        return self._found(vectors, k, None)

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        """As the protocol says; the rows travel with the question, so keep them few on a server."""
        from qdrant_client import models

        among = models.HasIdCondition(has_id=np.flatnonzero(allowed).tolist())
        return self._found(vectors, k, models.Filter(must=[among]))

    def upsert(self, rows: Rows, vectors: Vectors) -> None:
        _send(self.client, self.config.collection, rows, vectors, self.config.batch)

    def delete(self, rows: Rows) -> None:
        from qdrant_client import models

        if len(rows):  # Qdrant refuses a request that names nothing
            chosen = models.PointIdsList(points=rows.tolist())
            self.client.delete(self.config.collection, points_selector=chosen, wait=True)

    def arrays(self) -> Arrays:
        points, after = [], None
        while True:
            some, after = self.client.scroll(
                self.config.collection, limit=10_000, offset=after, with_vectors=True
            )
            points += some
            if after is None:
                break
        rows = np.asarray([point.id for point in points], dtype=np.int32)
        vectors = np.asarray([point.vector for point in points], dtype=np.float32)
        return {"rows": rows, "vectors": vectors.reshape(len(points), self.width)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> Self:
        rows, vectors = arrays["rows"], arrays["vectors"]
        client = _client(config)
        there = client.collection_exists(config.collection)
        if there and client.count(config.collection, exact=True).count == len(rows):
            return cls(client, config, vectors.shape[1])
        return cls._uploaded(client, config, rows, vectors)

    @classmethod
    def _uploaded(cls, client: Any, config: Config, rows: Rows, vectors: Vectors) -> Self:
        from qdrant_client import models

        fresh = f"{config.collection}-{uuid4().hex[:12]}"
        shape = models.VectorParams(size=vectors.shape[1], distance=models.Distance.DOT)
        client.create_collection(fresh, vectors_config=shape)
        _send(client, fresh, rows, vectors, config.batch)
        held = client.count(fresh, exact=True).count
        if held != len(rows):
            raise CapabilityError(f"{held} of {len(rows)} vectors arrived in {fresh}")
        _switch(client, config.collection, fresh)
        return cls(client, config, vectors.shape[1])

    def _found(self, vectors: Vectors, k: int, some: Any) -> Slate:
        from qdrant_client import models

        asks = [
            models.QueryRequest(query=vector, limit=k, filter=some)
            for vector in np.asarray(vectors, dtype=np.float32).tolist()
        ]
        answers = self.client.query_batch_points(self.config.collection, asks) if asks else []
        return from_pairs([[(p.id, p.score) for p in a.points] for a in answers], k)


def _client(config: Config) -> Any:
    try:
        from qdrant_client import QdrantClient
    except ImportError as error:
        raise CapabilityError("Qdrant needs the extra: pip install omakase[qdrant]") from error
    if config.url:
        return QdrantClient(url=config.url, timeout=config.timeout_seconds)
    return QdrantClient(path=config.path) if config.path else QdrantClient(":memory:")


def _send(client: Any, collection: str, rows: Rows, vectors: Vectors, batch: int) -> None:
    from qdrant_client import models

    for at in range(0, len(rows), batch):
        some = slice(at, at + batch)
        points = models.Batch(ids=rows[some].tolist(), vectors=vectors[some].tolist())
        client.upsert(collection, points=points, wait=True)


def _switch(client: Any, alias: str, fresh: str) -> None:
    """Move the alias to the fresh collection and drop the one that it named."""
    from qdrant_client import models

    before = [a.collection_name for a in client.get_aliases().aliases if a.alias_name == alias]
    create = models.CreateAlias(collection_name=fresh, alias_name=alias)
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=create)])
    for name in before:
        client.delete_collection(name)
