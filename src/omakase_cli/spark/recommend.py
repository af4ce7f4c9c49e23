"""`omakase spark recommend`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omakase.errors import ConfigError
from omakase_cli.boot import open_service
from omakase_cli.console import remark
from omakase_cli.spark.options import FadeDays, Master, Memory, Partitions, Scratch, spark_plan

if TYPE_CHECKING:
    from omakase.data.weighting import Weighting


def recommend(
    out: Annotated[Path, typer.Option(help="folder that gets the lists, as Parquet")],
    model: Annotated[str | None, typer.Option(help="default: the best of the live version")] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="length of a list")] = 10,
    data: Annotated[
        Path | None,
        typer.Option(help="Parquet of events, or a snapshot; by itself what was last trained on"),
    ] = None,
    version: Annotated[Path | None, typer.Option(help="with --data: folder of a version")] = None,
    fade_days: FadeDays = None,
    master: Master = "local[*]",
    memory: Memory = "2g",
    partitions: Partitions = 0,
    scratch: Scratch = None,
) -> None:
    """The lists of all people at once: user_id, rank, item_id, score.

    What somebody has had does not come back; who has done nothing gets what is popular. The rules
    of placements are not applied.

    Example: `omakase spark recommend --out lists/`,
    or `omakase spark recommend --data events/ --version versions/20261129T120000Z --model ials
    --out lists/`
    """
    plan = spark_plan(master, memory, partitions, scratch)
    if out.exists():
        raise ConfigError(f"{out} is there already; name a folder that is not, or delete it")
    if (data is None) != (version is None):
        raise ConfigError("--data and --version go together: who is asked for, and who answers")
    if data is None or version is None:
        data, version, model, weighting = _live(model)
    else:
        from omakase.data.weighting import Weighting

        weighting = Weighting(fade_days=fade_days)
    if model is None:
        raise ConfigError("with --data, say by --model which model of the version answers")
    from omakase_spark.answers import recommend_all
    from omakase_spark.events import read_events
    from omakase_spark.session import spark_session

    with spark_session(plan) as spark:
        events = read_events(spark, data)
        parts = plan.parts(events.count, spark.sparkContext.defaultParallelism)
        lists = recommend_all(spark, events, version, model, weighting, n=n, parts=parts)
        lists.write.parquet(str(out.absolute()))
        people = spark.read.parquet(str(out.absolute())).select("user_id").distinct().count()
    remark(f"{people:,} lists of {model} lie in {out}.")


def _live(model: str | None) -> "tuple[Path, Path, str, Weighting]":
    """The snapshot, the live version, its best model and what events count.

    Raises:
        NotReady: no version is live.
    """
    settings = open_service()
    from omakase_service.events.engine import weighting_of
    from omakase_service.events.selectors import kinds
    from omakase_service.platform.exceptions import NotReady
    from omakase_service.training.selectors import live_card
    from omakase_service.training.shared_versions import fetch_version
    from omakase_service.training.versions import snapshot_folder

    live = live_card()
    if live is None:
        raise NotReady("no version is live")
    folder = fetch_version(name=live.name) / live.name
    weighting = weighting_of(kinds(), settings.training.fade_days or None)
    return snapshot_folder(), folder, model or live.best, weighting
