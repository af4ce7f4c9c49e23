"""A Spark session with what the engine's workers need."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import Field

import omakase
from omakase.errors import CapabilityError, ConfigError
from omakase.types import Config
from omakase_spark.java import provide_java

LOGGING = """rootLogger.level = error
rootLogger.appenderRef.errors.ref = errors
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
appender.errors.type = Console
appender.errors.name = errors
appender.errors.target = SYSTEM_ERR
appender.errors.layout.type = PatternLayout
appender.errors.layout.pattern = Spark: %m%n
"""
"""What Spark's Java says: errors, and nothing else."""

PLACES_A_PART = 2
"""Parts go to places by a hash, so that two may meet in one while another stays empty."""

NEEDED = ("pyspark", "pyarrow", "pandas")


class SparkPlan(Config):
    """Where Spark runs, and with how much."""

    master: str = Field(
        default="local[*]",
        description="a cluster (spark://HOST:7077, yarn, k8s://…), or local[N]: N threads here",
    )
    memory: str = Field(default="2g", description="heap of the driver's Java, and of each executor")
    partitions: int = Field(
        default=0, ge=0, description="parts that people and items are cut into; 0: by the events"
    )
    events_a_part: int = Field(
        default=2_000_000, ge=1, description="events that a worker holds at once, about"
    )
    scratch: str = Field(
        default="", description="folder that all workers see, for what lies between two steps"
    )

    def parts(self, events: int, cores: int) -> int:
        """How many parts so many events are cut into."""
        return self.partitions or max(cores, -(-events // self.events_a_part))


@contextmanager
def spark_session(plan: SparkPlan) -> Iterator[Any]:
    """A session, stopped at the end; one that is open already is used, and stays.

    Raises:
        CapabilityError: PySpark, one of its needs or Java is not installed.
        ConfigError: the master cannot be reached, or is not one.
    """
    require_spark()
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    with TemporaryDirectory(prefix="omakase-spark-") as folder:
        provide_java(Path(folder))
        session = _started(plan, folder)
        make_room(session, plan.partitions or session.sparkContext.defaultParallelism)
        try:
            yield session
        finally:
            session.stop()


def make_room(spark: Any, parts: int) -> None:
    """Let whatever is exchanged between workers from now on go to places enough for the parts."""
    spark.conf.set("spark.sql.shuffle.partitions", str(PLACES_A_PART * parts))


def require_spark() -> None:
    """Pass where everything is installed.

    Raises:
        CapabilityError: something is not.
    """
    from importlib.util import find_spec

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise CapabilityError(
            f"Spark needs {', '.join(missing)}, which is not installed: "
            "pip install 'omakase-recsys[spark]'"
        )


def _started(plan: SparkPlan, folder: str) -> Any:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    Path(folder, "log4j2.properties").write_text(LOGGING, encoding="utf-8")
    builder = SparkSession.builder.appName("omakase").master(plan.master)
    for name, value in _options(plan, folder).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError, ValueError) as error:
        raise ConfigError(_short(plan.master, error)) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "py4j":
            raise
        raise ConfigError(_short(plan.master, error)) from error
    return session


def _short(master: str, error: Exception) -> str:
    reason = next((line for line in str(error).splitlines() if "xception:" in line), str(error))
    return f"Spark does not start with master {master!r}: {reason.strip()[:300]}"


def _options(plan: SparkPlan, folder: str) -> dict[str, str]:
    """Workers find this engine, use one thread each, and results of any size may be collected."""
    home = str(Path(omakase.__file__).parents[1])
    paths = os.pathsep.join(dict.fromkeys([home, *filter(None, sys.path)]))
    threads = ("NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    options = {
        "spark.driver.memory": plan.memory,
        "spark.executor.memory": plan.memory,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={folder}/log4j2.properties",
        "spark.driver.maxResultSize": "0",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": plan.scratch or folder,
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.adaptive.coalescePartitions.enabled": "false",  # small parts may be much work
        **{f"spark.executorEnv.{name}": "1" for name in threads},
    }
    if plan.master.startswith("local"):
        options |= {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.pyspark.python": sys.executable,
            "spark.executorEnv.PYTHONPATH": paths,
        }
    return options
