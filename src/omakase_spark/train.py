"""A version trained on Spark: the same files as one that the engine has built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from omakase.artifacts.version import Version, VersionPart
from omakase.build.version import EVERYBODYS, StepCallback, no_steps, pipeline_of
from omakase.data.dataset import one_row_each
from omakase.data.weighting import Weighting
from omakase.registry import version_store
from omakase.types import Config
from omakase_spark.counts import half_life_of
from omakase_spark.events import EventTable
from omakase_spark.models import TRAINED, Material, default_config, require_trainable
from omakase_spark.pairs import pair_table
from omakase_spark.session import SparkPlan


@dataclass(frozen=True)
class SparkTraining:
    """What is to be trained.

    Attributes:
        models: by name, each with its knobs; the first one answers where none is named. What
            answers alike for everybody is trained beside them.
        weighting: what events count.
        seed: same seed and events, same models.
    """

    models: Mapping[str, Config]
    weighting: Weighting = field(default_factory=Weighting)
    seed: int = 0

    @property
    def all_models(self) -> dict[str, Any]:
        """Those, and what answers alike for everybody."""
        return {name: default_config(name) for name in EVERYBODYS} | dict(self.models)


def train_version(
    spark: Any,
    events: EventTable,
    training: SparkTraining,
    plan: SparkPlan,
    folder: Path,
    *,
    created: datetime | None = None,
    step: StepCallback = no_steps,
) -> Version:
    """Train every model on all events, and write a version into a folder of versions.

    Nothing is judged: `omakase evaluate` compares models, on events that fit one machine.

    Args:
        spark: a session, see `spark_session`.
        created: aware; by itself now.
        step: hears every step.

    Raises:
        CapabilityError: a model that Spark does not train.
    """
    require_trainable(training.models)
    models, steps = training.all_models, len(training.all_models) + 2
    step(0, steps, "reading people and items")
    with TemporaryDirectory(prefix="omakase-", dir=plan.scratch or None) as scratch:
        material = _material(spark, events, training, plan, Path(scratch))
        parts = {}
        for place, (name, config) in enumerate(models.items()):
            step(1 + place, steps, f"training {name}")
            parts[name] = VersionPart(TRAINED[name](material, config), name, config)
    step(steps - 1, steps, "writing")
    version = version_store(folder).create(
        ids=material.ids,
        items=material.items,
        created=created or datetime.now(UTC),
        models=parts,
        pipelines={name: pipeline_of(name) for name in models},
        window=events.window(material.ids),
    )
    step(steps, steps, "done")
    return version


def _material(
    spark: Any, events: EventTable, training: SparkTraining, plan: SparkPlan, scratch: Path
) -> Material:
    """Ids, and the pairs of people and items."""
    ids = events.ids()
    faded = half_life_of(events, training.all_models["trending"])
    pairs = pair_table(
        spark,
        events,
        ids,
        training.weighting,
        half_life=faded,
        parts=plan.parts(events.count, spark.sparkContext.defaultParallelism),
        scratch=scratch,
    )
    return Material(
        events, ids, one_row_each(ids.items, events.items, "item_id"), pairs, training.seed
    )
