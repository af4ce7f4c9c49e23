"""`omakase spark features`"""

from pathlib import Path
from typing import Annotated

import typer

from omakase.errors import ConfigError
from omakase_cli.console import remark
from omakase_cli.spark.options import Master, Memory, Partitions, Scratch, spark_plan


def features(
    data: Annotated[Path, typer.Option(help="Parquet of events, or a snapshot")],
    out: Annotated[Path, typer.Option(help="folder that gets users.parquet and items.parquet")],
    at: Annotated[
        int | None, typer.Option(help="Unix seconds: what was known then; by itself now")
    ] = None,
    master: Master = "local[*]",
    memory: Memory = "2g",
    partitions: Partitions = 0,
    scratch: Scratch = None,
) -> None:
    """What is known of people and items at a moment: counts, rates, ages, tastes; as Parquet.

    The columns are those that rankers learn from.

    Example: `omakase spark features --data events/ --out features/`
    """
    plan = spark_plan(master, memory, partitions, scratch)
    if out.exists():
        raise ConfigError(f"{out} is there already; name a folder that is not, or delete it")
    from omakase_spark.events import read_events
    from omakase_spark.features import item_table, user_table
    from omakase_spark.session import spark_session

    with spark_session(plan) as spark:
        events = read_events(spark, data)
        moment = events.last + 1 if at is None else at
        parts = plan.parts(events.count, spark.sparkContext.defaultParallelism)
        out.mkdir(parents=True)
        user_table(events, moment, parts).write.parquet(str((out / "users.parquet").absolute()))
        item_table(events, moment, parts).write_parquet(out / "items.parquet")
    remark(f"Features of people and items lie in {out}.")
