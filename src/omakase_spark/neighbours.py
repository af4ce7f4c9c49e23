"""Item neighbours on Spark: the engine's search, for a part of the items at a time.

A part needs the events of those people who did something with one of its items, and no others.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.links import Links
from omakase.arrays.nearest import Measure, most_alike
from omakase.arrays.similarity import Weigher
from omakase.arrays.ties import by_count
from omakase.models.item_knn import ItemKnn, ItemKnnConfig
from omakase.types import Rows
from omakase_spark.arrow import Table, arrow, flat, frame_of, lists, of_one
from omakase_spark.pairs import PairTable, sums_of_items

PEOPLE = "user int, items array<int>, weights array<float>"
FOUND = "item int, near int, likeness float"
Weighing = Callable[[sparse.csr_array], sparse.csr_array]


def item_neighbours(pairs: PairTable, config: ItemKnnConfig) -> ItemKnn:
    """As `ItemKnn.fit`. Cost: each person's events once for each part that they have an item in.

    The same bits as on one machine, but where two sums in double round to different floats.
    """
    from pyspark.sql import functions as F

    people = weighed_people(pairs, config).cache()
    measure = _measure(people, pairs.n_items, config)
    parts = pairs.parts
    in_part = F.array_distinct(F.transform("items", lambda item: item % parts))
    spread = people.select("user", "items", "weights", F.explode(in_part).alias("part"))
    search = BlockSearch(pairs.n_items, parts, config, measure)
    neighbours = frame_of(spread.groupBy("part").applyInArrow(of_one(search), FOUND).toArrow())
    people.unpersist()
    columns = tuple(neighbours[name].to_numpy() for name in ("likeness", "item", "near"))
    near = sparse.coo_array((columns[0], columns[1:]), (pairs.n_items,) * 2).tocsr()
    positive = pairs.item_sums((F.col("weight") > 0).cast("double"))
    return ItemKnn(Links.of(near), by_count(positive))


def weighed_people(pairs: PairTable, config: ItemKnnConfig) -> Any:
    """Each person's items, ascending, and their weights as the likeness sees them; `PEOPLE`."""
    from pyspark.sql import functions as F

    entries = F.sort_array(F.collect_list(F.struct("item", "weight"))).alias("entries")
    people = pairs.frame.groupBy("user").agg(entries)
    raw = people.select(
        "user", F.col("entries.item").alias("items"), F.col("entries.weight").alias("weights")
    )
    if config.similarity == "cosine" and config.weighting == "none":
        return _mapped(raw, pairs.n_items, without_zeros)
    length = float(pairs.item_sums(F.abs("weight").cast("double")).sum()) / max(1, pairs.n_items)
    first = Weighed(config, max(length, 1e-12), means=_means(pairs, config))
    if config.weighting != "bm25":
        return _mapped(raw, pairs.n_items, first)
    centred = _mapped(raw, pairs.n_items, replace(first, only_centred=True))
    lengths = _item_sums(centred, pairs.n_items, F.abs("weight")).astype(np.float32)
    return _mapped(raw, pairs.n_items, replace(first, lengths=lengths))


def _means(pairs: PairTable, config: ItemKnnConfig) -> NDArray[np.float32]:
    """(N,) mean weight of each item, which Pearson's likeness alone asks for."""
    from pyspark.sql import functions as F

    if config.similarity != "pearson":
        return np.zeros(pairs.n_items, dtype=np.float32)
    sums = pairs.item_sums(F.col("weight").cast("double"))
    counts = np.maximum(pairs.item_sums(F.lit(1.0)), 1)
    return (sums / counts).astype(np.float32)


def without_zeros(rows: sparse.csr_array) -> sparse.csr_array:
    """What weighs nothing is like nothing."""
    nonzero = rows.copy()
    nonzero.eliminate_zeros()
    return nonzero


@dataclass(frozen=True)
class Weighed:
    """The engine's weighing, of items of which only some people are at hand.

    Attributes:
        length: mean over all items of the sum of weights.
        means, lengths: (N,) of the whole items; see `Weigher`. None: nothing asks for them.
        only_centred: leave the second step out.
    """

    config: ItemKnnConfig
    length: float
    means: NDArray[np.float32]
    lengths: NDArray[np.float32] | None = None
    only_centred: bool = False

    def __call__(self, rows: sparse.csr_array) -> sparse.csr_array:
        """(N, u) weights of items by people, all of whose items are here."""
        weigher = replace(Weigher.fitted(rows, self.config), length=self.length)
        centred = weigher.centred(rows, self.means)
        return without_zeros(
            centred if self.only_centred else weigher.dampened(centred, self.lengths)
        )


def _mapped(people: Any, n_items: int, weigh: Weighing) -> Any:
    """The same people with other weights."""

    def work(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            table = pa.Table.from_batches([batch])
            matrix = weigh(people_matrix(table, n_items).T.tocsr()).T.tocsr()
            matrix.sort_indices()
            columns = [
                table["user"].combine_chunks(),
                lists(matrix.indices.astype(np.int32), matrix.indptr),
                lists(matrix.data.astype(np.float32), matrix.indptr),
            ]
            yield pa.RecordBatch.from_arrays(columns, names=["user", "items", "weights"])

    return people.mapInArrow(work, PEOPLE)


def people_matrix(table: Table, n_items: int) -> sparse.csr_array:
    """(u, N) of a table as `PEOPLE`, in the order of its rows."""
    items, starts = flat(table, "items")
    weights, _ = flat(table, "weights")
    return sparse.csr_array((weights, items, starts), shape=(len(starts) - 1, n_items))


def _item_sums(people: Any, n_items: int, value: Any) -> NDArray[np.float64]:
    """(N,) sum of a column of `item` and `weight` over weighed people."""
    from pyspark.sql import functions as F

    entries = people.select(F.explode(F.arrays_zip("items", "weights")).alias("entry")).select(
        F.col("entry.items").alias("item"), F.col("entry.weights").cast("double").alias("weight")
    )
    return sums_of_items(entries, n_items, value)


def _measure(people: Any, n_items: int, config: ItemKnnConfig) -> Measure:
    """Sizes of all items, which every worker holds."""
    from pyspark.sql import functions as F

    squares = _item_sums(people, n_items, F.col("weight") * F.col("weight"))
    nothing = np.zeros(0, dtype=np.float32)
    weigher = Weigher(config, nothing, nothing, 1.0)
    left_size, right_size = (
        weigher.size_of(squares, share) for share in (config.alpha, 1 - config.alpha)
    )
    return Measure(
        left_size, right_size, config.similarity == "jaccard", shrinkage=config.shrinkage
    )


@dataclass(frozen=True)
class BlockSearch:
    """The nearest of the items of one part: those whose row leaves its number by `parts`."""

    n_items: int
    parts: int
    config: ItemKnnConfig
    measure: Measure

    def __call__(self, table: Table) -> Table:
        """Rows of `FOUND`, from a table as `PEOPLE` with its `part`."""
        users = table["user"].to_numpy()
        columns = people_matrix(table, self.n_items)[np.argsort(users, kind="stable")]
        rows = np.arange(int(table["part"][0].as_py()), self.n_items, self.parts, dtype=np.int32)
        asking = columns.tocsc()[:, rows].T.tocsr()
        asking.sort_indices()
        near = most_alike(
            asking,
            columns,
            self.config.neighbours,
            replace(self.measure, left=self.measure.left[rows]),
            skip=rows,
            threshold=self.config.threshold,
        )
        return _as_table(near, rows)


def _as_table(near: sparse.csr_array, rows: Rows) -> Table:
    return arrow(
        pl.DataFrame(
            {
                "item": np.repeat(rows, np.diff(near.indptr)),
                "near": near.indices.astype(np.int32),
                "likeness": near.data.astype(np.float32),
            }
        )
    )
