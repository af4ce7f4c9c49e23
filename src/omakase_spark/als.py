"""Implicit ALS on Spark: the engine's own half-steps, for a block of rows at a time.

A block of people needs the vectors of the items that they chose, and no others; a block of items
those of the people who chose them. Sums of squares are made in the engine's parts and order, so
that the vectors are the engine's to the last bit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.gram import PARTS, gram_of, gram_of_part, sum_of_grams
from omakase.models.ials import (
    Ials,
    IalsConfig,
    first_vectors,
    mean_of,
    ridge_rows,
    shares_of,
    solved,
)
from omakase.types import PAD, Progress, Rows, Vectors, silent
from omakase_spark.arrow import Table, arrow, flat, frame_of, lists, of_two
from omakase_spark.pairs import PairTable

SOLVED: Final = "row int, part int, vector array<float>"
"""A row's vector, where `part` is PAD; else the sum of squares of a part of the rows."""


@dataclass(frozen=True)
class MatrixSide:
    """People, or items: how their rows are cut.

    Attributes:
        name, other: columns of the pairs.
        rows, others: how many of each.
        blocks: rows of a block are solved by one worker, one block after the other.
    """

    name: str
    other: str
    rows: int
    others: int
    blocks: int

    @property
    def parts(self) -> int:
        """Parts of the rows whose squares are summed by themselves: a whole number a block."""
        return PARTS * -(-self.blocks // PARTS)

    def part_of(self, rows: Rows) -> NDArray[np.int64]:
        """(R,) the part of each row; they begin where `omakase.arrays.gram.gram_bounds` says."""
        return rows.astype(np.int64) * self.parts // max(1, self.rows)

    def block_of(self, row: Any) -> Any:
        """The same of a Spark column, and from the part to the block."""
        from pyspark.sql import functions as F

        part = F.floor(row.cast("bigint") * self.parts / max(1, self.rows))
        return F.floor(part * self.blocks / self.parts).cast("int")


@dataclass(frozen=True)
class HalfStep:
    """One side of the matrix, laid out for solving.

    Attributes:
        side: which.
        events: `block`, `row`, `other`, `weight`; each block lies on one machine.
        needed: `block`, `id`: rows of the other side that a block has events with.
        share: (rows,) see `omakase.models.ials.shares_of`.
    """

    side: MatrixSide
    events: Any
    needed: Any
    share: NDArray[np.float32]

    def solved(self, own: Any, design: Any, gram: Vectors, config: IalsConfig) -> Any:
        """New vectors of this side, and sums of squares of its parts; a table as `SOLVED`.

        Args:
            own: the vectors so far, `row` and `vector`.
            design: those of the other side.
            gram: (D, D) of the other side.
        """
        from pyspark.sql import functions as F

        side = self.side
        rows = design.withColumnRenamed("row", "id").join(self.needed, "id")
        mine = own.select(
            side.block_of(F.col("row")).alias("block"), F.col("row").alias("id"), "vector"
        )
        vectors = rows.select("block", "id", "vector", F.lit(False).alias("mine")).unionByName(
            mine.withColumn("mine", F.lit(True))
        )
        work = BlockSolver(side, self.share, gram, config)
        grouped = self.events.groupBy("block").cogroup(vectors.groupBy("block"))
        return grouped.applyInArrow(of_two(work), SOLVED)


@dataclass(frozen=True)
class BlockSolver:
    """Solves the rows of one block. Fields as in `HalfStep`."""

    side: MatrixSide
    share: NDArray[np.float32]
    gram: Vectors
    config: IalsConfig

    def __call__(self, events: Table, vectors: Table) -> Table:
        """Rows of `SOLVED`, from the events of a block, and the vectors of both sides."""
        ids, values = vectors_of(vectors, "id")
        current = vectors["mine"].to_numpy(zero_copy_only=False)
        rows, start = _sorted(ids[current], values[current])
        design_rows, design = _sorted(ids[~current], values[~current])
        matrix = _matrix(events, rows, design_rows)
        ridge = ridge_rows(matrix, self.share[rows], self.side.others, self.config)
        solution = solved(ridge, design, self.gram, start, self.config)
        return _as_table(rows, solution, *self._grams(rows, solution))

    def _grams(self, rows: Rows, found: Vectors) -> tuple[Rows, list[Vectors]]:
        """The parts that the rows are in, and the sum of squares of each."""
        parts = self.side.part_of(rows)
        share = self.share[rows] if self.side.name == "item" else np.ones(len(rows), np.float32)
        names = np.unique(parts)
        grams = [gram_of_part(found[parts == part], share[parts == part]) for part in names]
        return names.astype(np.int32), grams


def als(
    pairs: PairTable, config: IalsConfig, *, seed: int = 0, progress: Progress = silent
) -> Ials:
    """As `Ials.fit` with a fresh random stream of this seed.

    Cost: an iteration sends each vector to the blocks that need it, (U + N) D floats times the
    blocks at most; a worker holds one block's events and the vectors that it needs.
    """
    from pyspark.sql import functions as F

    share = shares_of(pairs.item_sums(F.lit(1.0)), config)
    both = {name: _half_step(pairs, name, share) for name in ("user", "item")}
    items = first_vectors(pairs.n_items, config, np.random.default_rng(seed))
    folder = pairs.scratch / "als"
    spark = pairs.frame.sparkSession
    gram, tables = gram_of(items, share), _first_tables(spark, items, pairs.n_users, folder)
    for turn in range(config.iterations):
        for name, opposite in (("user", "item"), ("item", "user")):
            solved_side = both[name].solved(tables[name], tables[opposite], gram, config)
            tables[name], gram = _written(
                spark, solved_side, folder / f"{name}-{turn + 1}", config.factors
            )
            _discard(folder / f"{name}-{turn}")
        progress(turn + 1, config.iterations)
    _, item_vectors = _sorted(*vectors_of(tables["item"].toArrow(), "row"))
    typical = mean_of(_sum(tables["user"], config.factors), pairs.n_users)
    for side in both.values():
        side.events.unpersist()
        side.needed.unpersist()
    _discard(folder)
    return Ials(config, item_vectors, gram_of(item_vectors, share), typical)


def _half_step(pairs: PairTable, name: str, share: NDArray[np.float32]) -> HalfStep:
    from pyspark.sql import functions as F

    sizes = {"user": pairs.n_users, "item": pairs.n_items}
    opposite = "item" if name == "user" else "user"
    side = MatrixSide(name, opposite, sizes[name], sizes[opposite], min(pairs.parts, sizes[name]))
    block = side.block_of(F.col(name)).alias("block")
    events = pairs.frame.select(
        block, F.col(name).alias("row"), F.col(opposite).alias("other"), "weight"
    ).repartition(side.blocks, "block")
    needed = pairs.frame.select(block, F.col(opposite).alias("id")).distinct()
    weights = share if name == "item" else np.ones(sizes["user"], np.float32)
    return HalfStep(side, events.cache(), needed.cache(), weights)


def _first_tables(spark: Any, items: Vectors, n_users: int, folder: Path) -> dict[str, Any]:
    """Where both sides start: people at zero."""
    from pyspark.sql import functions as F

    folder.mkdir(parents=True)
    file = folder / "item-0" / "first.parquet"
    file.parent.mkdir()
    rows = np.arange(len(items), dtype=np.int32)
    pl.DataFrame({"row": rows, "vector": list(items)}).write_parquet(file)
    zeros = F.array_repeat(F.lit(0.0).cast("float"), items.shape[1]).alias("vector")
    people = spark.range(n_users).select(F.col("id").cast("int").alias("row"), zeros)
    return {"item": spark.read.parquet(str(file.absolute())), "user": people}


def _written(spark: Any, made: Any, folder: Path, width: int) -> tuple[Any, Vectors]:
    """Vectors that were solved, read back from the disk; and the sum of all squares, (D, D)."""
    made.write.parquet(str(folder))
    table = spark.read.parquet(str(folder.absolute()))
    grams = table.where(table.part != PAD).select("part", "vector").toArrow()
    _, parts = _sorted(*vectors_of(grams, "part"))
    vectors = table.where(table.part == PAD).select("row", "vector")
    return vectors, sum_of_grams(parts.reshape(-1, width, width))


def vectors_of(table: Table, key: str) -> tuple[Rows, Vectors]:
    """(R,) a column of rows, and (R, D) the vector of each; no vector where there is no row."""
    values, _ = flat(table, "vector")
    return table[key].to_numpy(), values.reshape(len(table), -1 if len(table) else 0)


def _sorted(rows: Rows, vectors: Vectors) -> tuple[Rows, Vectors]:
    order = np.argsort(rows, kind="stable")
    return rows[order], np.ascontiguousarray(vectors[order])


def _matrix(events: Table, rows: Rows, others: Rows) -> sparse.csr_array:
    """(R, C) weights of the events, by places among the rows of both sides."""
    coordinates = (
        np.searchsorted(rows, events["row"].to_numpy()),
        np.searchsorted(others, events["other"].to_numpy()),
    )
    shape = (len(rows), len(others))
    matrix = sparse.coo_array((events["weight"].to_numpy(), coordinates), shape=shape).tocsr()
    matrix.sort_indices()
    return matrix


def _as_table(rows: Rows, vectors: Vectors, parts: Rows, grams: list[Vectors]) -> Table:
    import pyarrow as pa

    nowhere = np.full(len(parts), PAD, dtype=np.int32)
    values = np.concatenate([vectors.ravel(), *(gram.ravel() for gram in grams)])
    widths = [vectors.shape[1]] * len(rows) + [vectors.shape[1] ** 2] * len(parts)
    columns = [
        np.concatenate([rows.astype(np.int32), nowhere]),
        np.concatenate([np.full(len(rows), PAD, np.int32), parts]),
        lists(values.astype(np.float32), np.append(0, np.cumsum(widths))),
    ]
    return pa.table(columns, names=["row", "part", "vector"])


def _sum(vectors: Any, width: int) -> NDArray[np.float64]:
    """(D,) sum of all vectors of a Spark table."""

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        total = np.zeros(width)
        for batch in batches:
            total += (
                batch["vector"].flatten().to_numpy().reshape(-1, width).sum(axis=0, dtype=float)
            )
        columns = np.arange(width, dtype=np.int32)
        yield from arrow(pl.DataFrame({"place": columns, "total": total})).to_batches()

    sums = frame_of(vectors.select("vector").mapInArrow(work, "place int, total double").toArrow())
    out = np.zeros(width)
    np.add.at(out, sums["place"].to_numpy(), sums["total"].to_numpy())
    return out


def _discard(folder: Path) -> None:
    rmtree(folder, ignore_errors=True)
