"""Lists for everybody, by a version's own pipeline, a part of the people at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from omakase.artifacts.version import Version
from omakase.data.dataset import Dataset
from omakase.data.ids import Vocabulary
from omakase.data.weighting import Weighting
from omakase.errors import UnknownName
from omakase.pipeline.pipeline import Pipeline
from omakase.registry import build_pipeline, version_store
from omakase.types import PAD, Queries, Rows, Slate
from omakase_spark.arrow import Table, arrow, frame_of, of_one
from omakase_spark.events import EventTable
from omakase_spark.people import dataset_of
from omakase_spark.session import make_room

LISTS: Final = "user_id string, rank int, item_id string, score float"
"""A place of a list, ranks from 1."""

AT_ONCE: Final = 256
"""People who are asked about together; their scores of all items are in memory."""


def recommend_all(
    spark: Any,
    events: EventTable,
    version: Path,
    model: str,
    weighting: Weighting,
    *,
    n: int = 10,
    parts: int,
) -> Any:
    """The best n items for everybody with events or in the table of people; a table as `LISTS`.

    The lists are those of the pipeline over `Dataset.queries`: what somebody has had does not
    come back, and who has done nothing gets what is popular.

    Args:
        spark: a session.
        version: its folder, which all workers see.
        model: the name of a pipeline of the version.
        parts: that people are cut into.

    Raises:
        ArtifactError: the version is damaged or of another release.
        UnknownName: it has no such pipeline.
    """
    from pyspark.sql import functions as F

    folder = str(version.absolute())
    _pipeline(folder, model)
    make_room(spark, parts)
    everybody = events.frame
    lonely = _without_events(events)
    if lonely:
        rows = spark.createDataFrame([(user,) for user in lonely], "user_id string")
        everybody = everybody.unionByName(rows, allowMissingColumns=True)
    part = F.pmod(F.hash("user_id"), F.lit(parts)).alias("part")
    groups = everybody.groupBy(part)
    work = PartAnswers(folder, model, weighting, events.reference, n)
    return groups.applyInArrow(of_one(work), LISTS)


def _without_events(events: EventTable) -> list[str]:
    """People whom the table of people alone knows."""
    if events.users is None:
        return []
    met = frame_of(events.frame.select("user_id").distinct().toArrow())
    return events.users.join(met, on="user_id", how="anti")["user_id"].unique().to_list()


@dataclass(frozen=True)
class PartAnswers:
    """Answers the people of one part.

    Attributes:
        folder: of the version.
        model: the pipeline.
        weighting, reference: what events count, and the Unix seconds that ages are counted from.
        n: items a list.
    """

    folder: str
    model: str
    weighting: Weighting
    reference: int
    n: int

    def __call__(self, table: Table) -> Table:
        """Rows of `LISTS`, from the events of a part; who has none has a row without an item."""
        version, pipeline = _pipeline(self.folder, self.model)
        rows = frame_of(table)
        lonely = rows.filter(pl.col("item_id").is_null())["user_id"]
        lists = self._strangers(version, pipeline, lonely)
        items = rows.filter(pl.col("item_id").is_not_null())
        if len(items):
            data = dataset_of(items.to_arrow(), self.weighting, self.reference)
            lists += self._people(version, pipeline, data)
        return arrow(pl.concat(lists))

    def _people(self, version: Version, pipeline: Pipeline, data: Dataset) -> list[pl.DataFrame]:
        items = _rows_in(version.ids.items, data.ids.items)
        users = data.ids.users.series()
        rows = version.ids.users.rows(users)
        lists = []
        for first in range(0, data.n_users, AT_ONCE):
            people = np.arange(first, min(first + AT_ONCE, data.n_users), dtype=np.int32)
            queries = data.queries(people)
            translated = replace(
                queries,
                users=rows[people],
                history=_translated(queries.history, items),
                exclude=_translated(queries.exclude, items),
            )
            slate = pipeline.recommend(translated, self.n)
            lists.append(_places(users.gather(people), slate, version.ids.items))
        return lists

    def _strangers(
        self, version: Version, pipeline: Pipeline, users: pl.Series
    ) -> list[pl.DataFrame]:
        if not len(users):
            return [_places(users, Slate(*_nothing()), version.ids.items)]
        nothing = np.full((len(users), 1), PAD, dtype=np.int32)
        queries = Queries.of(nothing, users=version.ids.users.rows(users))
        return [_places(users, pipeline.recommend(queries, self.n), version.ids.items)]


@lru_cache(maxsize=1)
def _pipeline(folder: str, model: str) -> tuple[Version, Pipeline]:
    """A version and its pipeline, opened once a process."""
    path = Path(folder)
    version = version_store(path.parent).open(path.name)
    if model not in version.pipelines:
        raise UnknownName(f"model of version {version.name}", model, version.pipelines)
    return version, build_pipeline(version.pipelines[model], version)


def _rows_in(whole: Vocabulary, part: Vocabulary) -> Rows:
    """(n + 1,) of each row of a part its row in the whole; the last one stands for PAD."""
    return np.append(whole.rows(part.series()), np.int32(PAD)).astype(np.int32)


def _translated(rows: Rows, places: Rows) -> Rows:
    return places[rows]  # PAD is -1, the last place


def _nothing() -> tuple[Rows, Any]:
    return np.zeros((0, 1), dtype=np.int32), np.zeros((0, 1), dtype=np.float32)


def _places(users: pl.Series, slate: Slate, items: Vocabulary) -> pl.DataFrame:
    filled = slate.items != PAD
    people, columns = np.nonzero(filled)
    return pl.DataFrame(
        {
            "user_id": users.gather(people),
            "rank": (columns + 1).astype(np.int32),
            "item_id": pl.Series(_ids_of_rows(items, slate.items[filled]), dtype=pl.String),
            "score": slate.scores[filled].astype(np.float32),
        }
    )


def _ids_of_rows(items: Vocabulary, rows: Rows) -> Sequence[str]:
    names = items.ids
    id_of = {row: names[row] for row in np.unique(rows).tolist()}
    return [id_of[row] for row in rows.tolist()]
