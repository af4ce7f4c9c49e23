"""One side of `benchmarks.spark_scale`: every step once, its seconds, and what came out of it."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.data.weighting import EVERY_RATING, Weighting
from omakase.features.items import item_features
from omakase.features.past import PastEvents
from omakase.features.users import user_features
from omakase.models.ials import Ials, IalsConfig
from omakase.models.item_knn import ItemKnn, ItemKnnConfig
from omakase.models.popular import Popular, PopularConfig
from omakase.models.trending import Trending, TrendingConfig
from omakase.pipeline.pipeline import Pipeline
from omakase.registry import build_pipeline, version_store
from omakase.types import PAD

KNN = ItemKnnConfig()
PEOPLE_AT_ONCE = 256
VERSION = "made"


@dataclass
class Steps:
    """Seconds of each step, and arrays that are kept to be compared."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        start = time.perf_counter()
        yield
        self.seconds[f"{name} s"] = time.perf_counter() - start

    def keep(self, name: str, **arrays: Any) -> None:
        """Save arrays outside of any step."""
        self.folder.mkdir(exist_ok=True)
        np.savez(self.folder / f"{name}.npz", **arrays)


def engine(folder: Path, plan: dict[str, Any], steps: Steps) -> None:
    """All steps in this process."""
    warm_up()
    with steps.step("read"):
        table = pl.read_parquet(folder / "events.parquet")
        catalog = folder / "items.parquet"
        items = pl.read_parquet(catalog) if catalog.exists() else None
        data = Dataset.from_table(table, items=items, weighting=weighting_of(plan))
        del table
        assert data.matrix.nnz
    with steps.step("features"):
        past = PastEvents(data, int(data.events.times.max()) + 1)
        people, things = user_features(past), item_features(past)
    rng = np.random.default_rng(0)
    with steps.step("counts"):
        popular = Popular.fit(data, PopularConfig(), rng=rng)
        trending = Trending.fit(data, TrendingConfig(), rng=rng)
    with steps.step("neighbours"):
        near = ItemKnn.fit(data, KNN, rng=rng)
    config = IalsConfig(**plan["ials"])
    with steps.step("ALS"):
        als = Ials.fit(data, config, rng=np.random.default_rng(0))
    steps.keep("features of people", values=people.values)
    steps.keep("features of items", values=things.values)
    keep_models(steps, popular, trending, near, als)
    if plan["lists"]:
        version = saved(folder, data, near, popular)
        with steps.step("lists"):
            lists = everybody(build_pipeline(version.pipelines["item_knn"], version), data)
        keep_lists(steps, lists)


def everybody(pipeline: Pipeline, data: Dataset) -> pl.DataFrame:
    """Lists of ten for all people."""
    users, items = data.ids.users.series(), data.ids.items.series()
    parts = []
    for first in range(0, data.n_users, PEOPLE_AT_ONCE):
        rows = np.arange(first, min(first + PEOPLE_AT_ONCE, data.n_users), dtype=np.int32)
        slate = pipeline.recommend(data.queries(rows), 10)
        people, places = np.nonzero(slate.items != PAD)
        parts.append(
            pl.DataFrame(
                {
                    "user_id": users.gather(rows[people]),
                    "rank": places + 1,
                    "item_id": items.gather(slate.items[people, places]),
                    "score": slate.scores[people, places],
                }
            )
        )
    return pl.concat(parts)


def saved(folder: Path, data: Dataset, near: ItemKnn, popular: Popular) -> Any:
    """A version with the neighbours, which both sides answer by."""
    from datetime import UTC, datetime

    from omakase.artifacts.version import VersionPart
    from omakase.build.version import pipeline_of

    parts = {
        "item_knn": VersionPart(near, "item_knn", KNN),
        "popular": VersionPart(popular, "popular", PopularConfig()),
    }
    return version_store(folder / "versions").create(
        ids=data.ids,
        items=data.items,
        created=datetime.now(UTC),
        models=parts,
        pipelines={name: pipeline_of(name) for name in parts},
        name=VERSION,
    )


def spark(folder: Path, plan: dict[str, Any], steps: Steps) -> None:
    """All steps on Spark."""
    from omakase_spark import counts
    from omakase_spark.als import als
    from omakase_spark.answers import recommend_all
    from omakase_spark.arrow import frame_of
    from omakase_spark.events import read_events
    from omakase_spark.features import item_table, user_table
    from omakase_spark.neighbours import item_neighbours
    from omakase_spark.pairs import pair_table
    from omakase_spark.session import SparkPlan, spark_session

    here, weighting = SparkPlan(master="local[2]"), weighting_of(plan)
    start = time.perf_counter()
    with spark_session(here) as session, tempfile.TemporaryDirectory(dir=folder) as scratch:
        steps.seconds["start s"] = time.perf_counter() - start
        with steps.step("read"):
            catalog = (folder / "items.parquet").exists()
            events = read_events(session, folder if catalog else folder / "events.parquet")
            ids, parts = events.ids(), here.parts(events.count, 2)
            half_life = counts.half_life_of(events, TrendingConfig())
            pairs = pair_table(
                session,
                events,
                ids,
                weighting,
                half_life=half_life,
                parts=parts,
                scratch=Path(scratch),
            )
        with steps.step("features"):
            items = item_table(events, events.last + 1, parts)
            written = str(folder / "people")
            user_table(events, events.last + 1, parts).write.parquet(written)
        with steps.step("counts"):
            popular = counts.popular(pairs, PopularConfig())
            trending = counts.trending(pairs, TrendingConfig())
        with steps.step("neighbours"):
            near = item_neighbours(pairs, KNN)
        with steps.step("ALS"):
            vectors = als(pairs, IalsConfig(**plan["ials"]))
        people = pl.read_parquet(f"{written}/*.parquet")
        order = np.argsort(ids.users.rows(people["user_id"]))
        values = people.drop("user_id").to_numpy().astype(np.float32)[order]
        steps.keep("features of people", values=values)
        steps.keep("features of items", values=items.drop("item_id").to_numpy())
        keep_models(steps, popular, trending, near, vectors)
        if plan["lists"]:
            version = folder / "versions" / VERSION
            with steps.step("lists"):
                asked = recommend_all(
                    session, events, version, "item_knn", weighting, n=10, parts=parts
                )
                lists = frame_of(asked.toArrow())
            keep_lists(steps, lists)


def keep_models(
    steps: Steps, popular: Popular, trending: Trending, near: ItemKnn, als: Ials
) -> None:
    """What was learnt."""
    steps.keep("popularity", **popular.arrays())
    steps.keep("trends", **trending.arrays())
    steps.keep("neighbours", **near.arrays())
    steps.keep("ials", **als.arrays())


def keep_lists(steps: Steps, lists: pl.DataFrame) -> None:
    """All lists, in one order."""
    ordered = lists.sort("user_id", "rank")
    steps.keep("lists", items=np.asarray(ordered["item_id"].to_list()), scores=ordered["score"])


def weighting_of(plan: dict[str, Any]) -> Weighting:
    """What events count."""
    if plan.get("every_rating"):
        return EVERY_RATING
    return Weighting(fade_days=plan["fade_days"])


def warm_up() -> None:
    """Load what is compiled, so that no step is charged for it."""
    data, rng = two_tribes(), np.random.default_rng(0)
    ItemKnn.fit(data, KNN, rng=rng)
    Ials.fit(data, IalsConfig(iterations=1, factors=4), rng=rng)


SIDES: dict[str, Callable[[Path, dict[str, Any], Steps], None]] = {
    "engine": engine,
    "spark": spark,
}

if __name__ == "__main__":
    side, place, words = sys.argv[1:]
    found = Steps(Path(place) / side)
    SIDES[side](Path(place), json.loads(words), found)
    print(json.dumps(found.seconds))
