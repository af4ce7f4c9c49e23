"""Vectors in PostgreSQL, by its extension pgvector: for those who run one database and no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.arrays.lists import from_pairs
from omakase.errors import CapabilityError, StoreError
from omakase.types import Arrays, Progress, Rows, Slate, Vectors, silent
from omakase.upload import UploadError, UploadPlan, digest, labelled, upload

MOST_DEPTH = 1000
"""pgvector itself walks no wider."""


class PgvectorConfig(types.Config):
    """Where the vectors are, and whether a graph finds them."""

    url: str = Field(description="postgresql://… of the database")
    table: str = Field(
        default="omakase_vectors", pattern=r"^[a-z_][a-z0-9_]{0,40}$", description="their table"
    )
    graph: bool = Field(
        default=False, description="build an HNSW graph; without it every vector is looked at"
    )
    depth: int = Field(
        default=100, ge=1, le=MOST_DEPTH, description="candidates kept while walking the graph"
    )
    sending: UploadPlan = Field(default=UploadPlan(), description="how vectors are sent")
    timeout_seconds: int = Field(default=300, ge=1, description="longest wait for one answer")


@dataclass(frozen=True)
class PgvectorIndex:
    """A table of item vectors, by inner product.

    An upload goes into a table of its own, named after what it holds, so that a broken one is
    taken up again; it takes the name in one transaction, so a search meets the old vectors or the
    new, never half of them.

    Needs the extra `postgres`. What is saved are the vectors, so that a table that was lost is
    filled again when the version is loaded.

    Attributes:
        connection: to the database; one at a time uses it.
        config: as given.
        width: D.
    """

    config_type: ClassVar[type[types.Config]] = PgvectorConfig
    exact: ClassVar[bool] = False
    is_remote: ClassVar[bool] = True
    connection: Any
    config: PgvectorConfig
    width: int

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: PgvectorConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        rows = np.arange(len(vectors), dtype=np.int32)
        with _as_store_errors():
            connection = _connect(config)
        return cls._upload(connection, config, rows, vectors, progress)

    def count(self) -> int:
        with _as_store_errors():
            return _count(self.connection, self.config.table)

    def search(self, vectors: Vectors, k: int) -> Slate:
        """As the protocol says.

        Raises:
            StoreError: the database does not answer.
        """
        with _as_store_errors():
            return self._search(vectors, k, "", [])

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        rows = np.flatnonzero(allowed).tolist()
        with _as_store_errors():
            return self._search(vectors, k, "WHERE item = ANY(%s)", [rows])

    def upsert(self, rows: Rows, vectors: Vectors) -> None:
        put_rows(self.connection, self.config.table, rows, vectors)

    def delete(self, rows: Rows) -> None:
        statement = f"DELETE FROM {self.config.table} WHERE item = ANY(%s)"  # noqa: S608
        self.connection.execute(statement, [rows.tolist()])

    def arrays(self) -> Arrays:
        statement = f"SELECT item, place::real[] FROM {self.config.table} ORDER BY item"  # noqa: S608
        records = self.connection.execute(statement).fetchall()
        vectors = np.asarray([row for _, row in records], dtype=np.float32)
        rows = np.asarray([item for item, _ in records], dtype=np.int32)
        return {"rows": rows, "vectors": vectors.reshape(len(records), self.width)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: PgvectorConfig) -> Self:
        rows, vectors = arrays["rows"], arrays["vectors"]
        with _as_store_errors():
            connection = _connect(config)
            exists = connection.execute("SELECT to_regclass(%s)", [config.table]).fetchone()[0]
            if exists and _count(connection, config.table) == len(rows):
                return cls(connection, config, vectors.shape[1])
            return cls._upload(connection, config, rows, vectors)

    @classmethod
    def renamed(cls, config: PgvectorConfig, label: str) -> PgvectorConfig:
        """A table of its own."""
        return config.model_copy(update={"table": labelled(config.table, label, 40, "_")})

    @classmethod
    def drop(cls, config: PgvectorConfig) -> None:
        with _as_store_errors():
            connection = _connect(config)
            for table in (config.table, *_left_behind(connection, config.table)):
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.close()

    def close(self) -> None:
        self.connection.close()

    @classmethod
    def _upload(
        cls,
        connection: Any,
        config: PgvectorConfig,
        rows: Rows,
        vectors: Vectors,
        progress: Progress = silent,
    ) -> Self:
        name = f"{config.table}_{digest(rows, vectors)}"
        pending = PendingTable(connection, config, name, vectors.shape[1])
        upload(pending, rows, vectors, config.sending, progress=progress)
        return cls(pending.connection, config, vectors.shape[1])

    def _search(self, vectors: Vectors, k: int, where: str, rows: list[Any]) -> Slate:
        order = "distance" if self.config.graph else "distance, item"
        statement = (
            f"SELECT item, place <#> %s::vector AS distance FROM {self.config.table} "  # noqa: S608
            f"{where} ORDER BY {order} LIMIT %s"
        )
        with self.connection.transaction():
            self._widen(k)
            found = [
                self.connection.execute(statement, [_text(vector), *rows, k]).fetchall()
                for vector in np.asarray(vectors, dtype=np.float32)
            ]
        return from_pairs([[(item, -distance) for item, distance in hits] for hits in found], k)

    def _widen(self, k: int) -> None:
        """For this transaction: walk wide enough for k, and on until a filter is satisfied."""
        if self.config.graph:
            depth = min(MOST_DEPTH, max(k, self.config.depth))
            self.connection.execute(f"SET LOCAL hnsw.ef_search = {depth}")
            self.connection.execute("SET LOCAL hnsw.iterative_scan = strict_order")


@dataclass
class PendingTable:
    """A table that is being filled; satisfies `upload.Store`.

    Attributes:
        connection: made anew where it was lost.
        config: where it is; its table's name is taken at the switch.
        name: its own.
        width: D.
    """

    connection: Any
    config: PgvectorConfig
    name: str
    width: int

    def held(self) -> int:
        self.connection.execute(
            f"CREATE TABLE IF NOT EXISTS {self.name} "
            f"(item integer PRIMARY KEY, place vector({self.width}))"
        )
        return _count(self.connection, self.name)

    def put(self, rows: Rows, vectors: Vectors) -> None:
        import psycopg

        try:
            if self.connection.closed:
                self.connection = _connect(self.config)
            put_rows(self.connection, self.name, rows, vectors)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise UploadError(str(error)) from error

    def switch(self) -> None:
        """Build the graph, take the name, drop what had it and what broken uploads left."""
        table = self.config.table
        with self.connection.transaction():
            self.connection.execute("SET LOCAL statement_timeout = 0")  # a graph takes its time
            if self.config.graph:
                self.connection.execute(
                    f"CREATE INDEX ON {self.name} USING hnsw (place vector_ip_ops)"
                )
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")
            self.connection.execute(f"ALTER TABLE {self.name} RENAME TO {table}")
        for leftover in _left_behind(self.connection, table):
            self.connection.execute(f"DROP TABLE {leftover}")


def _left_behind(connection: Any, table: str) -> list[str]:
    """Tables of uploads that were never finished."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename ~ %s",
        [f"^{table}_[0-9a-f]{{12}}$"],
    )
    return [name for (name,) in tables.fetchall()]


def put_rows(connection: Any, table: str, rows: Rows, vectors: Vectors) -> None:
    """All rows or none, new or known."""
    statement = (
        f"INSERT INTO {table} (item, place) VALUES (%s, %s) "  # noqa: S608
        "ON CONFLICT (item) DO UPDATE SET place = EXCLUDED.place"
    )
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(statement, _pairs(rows, vectors))


@contextmanager
def _as_store_errors() -> Iterator[None]:
    """What the driver raises where the database does not answer, in our words."""
    psycopg = _driver()
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreError(f"pgvector: {error}") from error


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise CapabilityError(
            "pgvector needs the extra: pip install 'omakase-recsys[postgres]'"
        ) from error
    return psycopg


def _connect(config: PgvectorConfig) -> Any:
    connection = _driver().connect(config.url, autocommit=True)
    connection.execute(f"SET statement_timeout = '{config.timeout_seconds}s'")
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    return connection


def _count(connection: Any, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def _pairs(rows: Rows, vectors: Vectors) -> list[tuple[int, str]]:
    return [(row, _text(vector)) for row, vector in zip(rows.tolist(), vectors, strict=True)]


def _text(vector: Vectors) -> str:
    """As pgvector reads it."""
    return "[" + ",".join(f"{number:.9g}" for number in vector.tolist()) + "]"
