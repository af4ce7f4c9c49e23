"""What the commands about Spark share: where it runs, and which events it reads."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omakase.errors import ConfigError

if TYPE_CHECKING:
    from omakase_spark.session import SparkPlan

Master = Annotated[
    str, typer.Option(help="a cluster (spark://HOST:7077, yarn, k8s://…), or local[N]: here")
]
Memory = Annotated[str, typer.Option(help="heap of the driver's Java and of each executor")]
Partitions = Annotated[
    int, typer.Option(min=0, help="parts of people and items; 0: by the number of events")
]
Scratch = Annotated[
    Path | None, typer.Option(help="folder that all workers see, for what lies between two steps")
]
FadeDays = Annotated[
    float | None,
    typer.Option(min=0.001, help="with --data: days after which an event counts 1/e"),
]


def spark_plan(master: str, memory: str, partitions: int, scratch: Path | None) -> "SparkPlan":
    """A plan of what was typed.

    Raises:
        CapabilityError: Spark is not installed; said before anything else is done.
        ConfigError: no master that Spark knows, or no size.
    """
    if not re.fullmatch(r"local(\[.+\])?|yarn|(spark|k8s)://.+", master):
        raise ConfigError(
            f"--master {master}: write local[2] for two threads here, or the cluster as "
            "spark://HOST:7077, yarn or k8s://HOST:6443"
        )
    if not re.fullmatch(r"[1-9][0-9]*[kmgt]", memory):
        raise ConfigError(f"--memory {memory}: write it with its unit, as 512m or 4g")
    from omakase_spark.session import SparkPlan, require_spark

    require_spark()
    folder = str(scratch.absolute()) if scratch else ""
    return SparkPlan(master=master, memory=memory, partitions=partitions, scratch=folder)
