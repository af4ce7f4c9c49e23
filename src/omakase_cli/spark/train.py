"""`omakase spark train`"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase.errors import ConfigError
from omakase_cli.boot import open_service
from omakase_cli.console import remark, show_json, steps
from omakase_cli.spark.options import FadeDays, Master, Memory, Partitions, Scratch, spark_plan
from omakase_cli.train import card
from omakase_cli.trainable import contenders

if TYPE_CHECKING:
    from omakase.build.version import StepCallback
    from omakase.data.weighting import Weighting
    from omakase.types import Config
    from omakase_spark.session import SparkPlan


def train(
    models: Annotated[
        str, typer.Option(help="item_knn, ials; separated by commas, the first one answers")
    ] = "item_knn",
    knobs: Annotated[
        list[str] | None, typer.Option("--set", help="MODEL.KNOB=VALUE; may be repeated")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Parquet of events, or a snapshot; by itself every stored event"),
    ] = None,
    versions: Annotated[
        Path | None, typer.Option(help="with --data: folder that gets the version")
    ] = None,
    fade_days: FadeDays = None,
    seed: Annotated[int, typer.Option(min=0, help="with --data: the seed")] = 0,
    promote: Annotated[bool, typer.Option(help="make the version live, though unjudged")] = False,
    master: Master = "local[*]",
    memory: Memory = "2g",
    partitions: Partitions = 0,
    scratch: Scratch = None,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Train on Apache Spark: more events than one machine holds, the same version.

    Popularity, trends and what is new are trained beside the models that are named. Nothing is
    judged, so the version is a candidate until --promote, or the console, makes it live. With
    --data no database is needed.

    Example: `omakase spark train --models ials,item_knn --master spark://10.0.0.5:7077`,
    or `omakase spark train --data events/ --versions versions/`
    """
    plan = spark_plan(master, memory, partitions, scratch)
    chosen = {name: trainable.config for name, trainable in contenders(models, knobs or []).items()}
    if (data is None) != (versions is None):
        raise ConfigError("--data and --versions go together: what is read, and what is written")
    if data is not None and versions is not None:
        from omakase.data.weighting import Weighting

        with steps() as hear:
            weighting = Weighting(fade_days=fade_days)
            name = train_folder(data, versions, chosen, plan, weighting, seed=seed, step=hear)
        if json:
            show_json({"version": name, "folder": str(versions / name)})
        remark(f"Version {name} lies in {versions / name}.")
        return
    version = _train_stored(chosen, plan, promote)
    if json:
        show_json(card(version))
    live = "live" if version.stage.value == "live" else "a candidate; nobody has judged it"
    remark(f"Version {version.name} is {live}; {version.best} answers.")


def train_folder(
    data: Path,
    versions: Path,
    models: "Mapping[str, Config]",
    plan: "SparkPlan",
    weighting: "Weighting",
    *,
    step: "StepCallback",
    seed: int = 0,
    latest: int | None = None,
    person_day_most: int = 0,
) -> str:
    """Train on what lies in a folder; the name of the version."""
    from omakase_spark.events import read_events
    from omakase_spark.models import require_trainable
    from omakase_spark.session import spark_session
    from omakase_spark.train import SparkTraining, train_version

    require_trainable(models)
    step(0, 0, "starting Spark")
    with spark_session(plan) as spark:
        events = read_events(spark, data, latest=latest, person_day_most=person_day_most)
        training = SparkTraining(models, weighting, seed)
        return train_version(spark, events, training, plan, versions, step=step).name


def _train_stored(models: "Mapping[str, Config]", plan: "SparkPlan", promote: bool) -> Any:
    """Train on every stored event, by the rules of the settings."""
    from time import time

    settings = open_service()
    from omakase_service.events.engine import latest_credible, weighting_of
    from omakase_service.events.selectors import kinds
    from omakase_service.training import services

    weighting = weighting_of(kinds(), settings.training.fade_days or None)
    latest = latest_credible(int(time()), settings.events.future_seconds)
    best, config = next(iter(models.items()))
    with steps() as hear:

        def make(snapshot: Path, folder: Path) -> str:
            return train_folder(
                snapshot,
                folder,
                models,
                plan,
                weighting,
                step=hear,
                seed=settings.training.seed,
                latest=latest,
                person_day_most=settings.training.person_day_events,
            )

        return services.train_elsewhere(
            model=best,
            knobs=config.model_dump(mode="json", exclude_unset=True),
            make=make,
            promote=promote,
            progress=hear,
        )
