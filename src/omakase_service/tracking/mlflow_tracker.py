"""MLflow: a run for each version, in one experiment. Nothing is told to anybody else."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import environ  # noqa: TID251
from typing import Any

from omakase_service.platform.exceptions import Invalid
from omakase_service.tracking.contracts import TrackedRun, TrackerDown

CARD = "model_card.md"
MOST_METRICS, MOST_PARAMETERS = 1000, 100
"""That MLflow takes at once."""


class MlflowTracker:
    """A client of an MLflow server or database.

    Args:
        uri: "http://host:5000" or "sqlite:///path".
        experiment: made where there is none of this name.

    Raises:
        Invalid: mlflow is not installed.
        TrackerDown: the server cannot be reached.
    """

    def __init__(self, uri: str, experiment: str) -> None:
        environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # before it is imported
        environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
        environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
        try:
            from mlflow.tracking import MlflowClient
        except ImportError as error:
            raise Invalid(
                f"{error.name} is not installed: pip install 'omakase-recsys[mlflow]'"
            ) from error
        with _plain():
            self._client = MlflowClient(tracking_uri=uri)
            existing = self._client.get_experiment_by_name(experiment)
            self._experiment = (
                existing.experiment_id if existing else self._client.create_experiment(experiment)
            )

    def create(self, run: TrackedRun) -> str:
        """Tell a run; one that was begun before and not finished is begun anew."""
        moment = int(run.created.timestamp() * 1000)
        with _plain():
            self._remove_partial(run.name)
            run_created = self._client.create_run(
                self._experiment, start_time=moment, run_name=run.name, tags=dict(run.tags)
            )
            run_id = str(run_created.info.run_id)
            for batch in _batches(run, moment):
                self._client.log_batch(run_id, **batch)
            self._client.log_text(run_id, run.card, CARD)
            self._client.set_terminated(run_id, "FINISHED", end_time=moment)
        return run_id

    def retag(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Tell what has changed of a run."""
        with _plain():
            for name, value in tags.items():
                self._client.set_tag(run_id, name, value)

    def _remove_partial(self, name: str) -> None:
        """A process may have died between the first and the last word of a run."""
        words = f"attributes.run_name = '{name}'"
        for run in self._client.search_runs([self._experiment], filter_string=words):
            self._client.delete_run(run.info.run_id)


def _batches(run: TrackedRun, moment: int) -> Iterator[dict[str, Any]]:
    from mlflow.entities import Metric, Param

    metrics = [Metric(allowed(name), value, moment, 0) for name, value in run.metrics.items()]
    metrics += [Metric(allowed(p.metric), p.value, moment, p.step) for p in run.curves]
    parameters = [Param(allowed(name), value) for name, value in run.parameters.items()]
    for at in range(0, len(metrics), MOST_METRICS):
        yield {"metrics": metrics[at : at + MOST_METRICS]}
    for at in range(0, len(parameters), MOST_PARAMETERS):
        yield {"params": parameters[at : at + MOST_PARAMETERS]}


def allowed(name: str) -> str:
    """A name as MLflow takes it: recall@10 is recall_at_10."""
    return re.sub(r"[^\w\-. :/]", "_", name.replace("@", "_at_"))


@contextmanager
def same_logging() -> Iterator[None]:
    """Leave the process's logging as it is: MLflow's migrations silence every logger there is."""
    root, loggers_known = logging.getLogger(), logging.root.manager.loggerDict.values()
    loggers = [logger for logger in loggers_known if isinstance(logger, logging.Logger)]
    disabled = [logger.disabled for logger in loggers]
    handlers, level = [*root.handlers], root.level
    try:
        yield
    finally:
        for each, was_disabled in zip(loggers, disabled, strict=True):
            each.disabled = was_disabled
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def _plain() -> Iterator[None]:
    """What MLflow, its database or the network raises, in one sentence.

    Raises:
        TrackerDown: it could not be told.
    """
    from mlflow.exceptions import MlflowException

    try:
        with same_logging():
            yield
    except (MlflowException, OSError) as error:
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TrackerDown(f"MLflow refuses: {words}") from error
