"""Runs, and a real MLflow: its own client on a database of its own."""

import logging
from collections.abc import Mapping
from pathlib import Path

import pytest

from omakase_service.platform.exceptions import Conflict, Invalid
from omakase_service.tracking.contracts import TrackedRun, TrackerDown
from omakase_service.tracking.mlflow_tracker import CARD, MlflowTracker, allowed, same_logging
from omakase_service.tracking.models import SentRun
from omakase_service.tracking.selectors import run_by_name, tracked_runs
from omakase_service.tracking.services import send
from omakase_service.training.services import train
from omakase_service.training.versions import promote_version


@pytest.fixture
def version(tribes):
    """A version that was judged, with a model that is learnt step by step."""
    return train(models={"ease": {"l2": 1.0}, "bpr": {"epochs": 3}}, evaluate=True)


class FailingTracker:
    """Takes nothing."""

    def create(self, run: TrackedRun) -> str:
        raise TrackerDown("not now")

    def retag(self, run_id: str, tags: Mapping[str, str]) -> None: ...


def test_run_of_a_version_has_parameters_metrics_and_curves(version):
    run = run_by_name(name=version.name)
    assert run.parameters["best"] == version.best
    assert run.parameters["window.events"] == str(version.window["events"])
    assert set(version.metrics) <= set(run.metrics)
    losses = [point for point in run.curves if point.metric == "bpr.loss"]
    assert [point.step for point in losses] == [1, 2, 3]
    assert all(point.value > 0 for point in losses)


def test_model_card_says_what_it_is_and_what_to_know(version):
    card = run_by_name(name=version.name).card
    assert f"# Version {version.name}" in card
    assert f"| events | {version.window['events']} |" in card
    assert f"`{version.best}` answers" in card
    assert all(f"- {remark}" in card for remark in version.remarks)


@pytest.fixture
def mlflow(settings_with, tmp_path: Path, monkeypatch):
    """A client of the MLflow that the settings name."""
    from mlflow.tracking import MlflowClient

    monkeypatch.chdir(tmp_path)  # MLflow puts files of a database's runs beside us
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    settings_with(tracking={"mlflow_uri": uri}, serving={"refresh_seconds": 0})
    with same_logging():
        return MlflowClient(tracking_uri=uri)


def test_send_tells_mlflow_each_version_once_and_what_changes(
    version, mlflow, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)  # MLflow puts files of a database's runs beside us
    assert send() == (1, 0)
    assert send() == (0, 0)
    run = mlflow.get_run(SentRun.objects.get().run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["best"] == version.best
    expected = {
        allowed(name): value for name, value in run_by_name(name=version.name).metrics.items()
    }
    assert {n: v for n, v in run.data.metrics.items() if n in expected} == pytest.approx(expected)
    assert len(mlflow.get_metric_history(run.info.run_id, "bpr.loss")) == 3
    assert [file.path for file in mlflow.list_artifacts(run.info.run_id)] == [CARD]
    assert run.data.tags["stage"] == version.stage.value
    promote_version(name=version.name, force=True)
    train(models={"ease": {"l2": 2.0}}, evaluate=False, force=True)
    assert send() == (1, 1)
    assert mlflow.get_run(run.info.run_id).data.tags["stage"] == "retired"


def test_send_after_a_process_died_in_between_leaves_one_run(
    version, mlflow, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    send()
    SentRun.objects.all().delete()  # the word of it was lost
    assert send() == (1, 0)
    experiment = mlflow.get_experiment_by_name("omakase").experiment_id
    assert len(mlflow.search_runs([experiment])) == len(tracked_runs())


def test_send_tracker_that_is_away_is_told_the_next_time(version):
    with pytest.raises(Conflict, match="the next time"):
        send(FailingTracker())
    assert not SentRun.objects.exists()


def test_send_without_a_tracker_says_which_setting(db, settings_with):
    settings_with()
    with pytest.raises(Invalid, match=r"tracking\.mlflow_uri"):
        send()


def test_tracker_at_a_wrong_address_says_so_in_a_sentence(tmp_path):
    with pytest.raises(TrackerDown, match="MLflow refuses"):
        MlflowTracker("ftp://nowhere", "omakase")


def test_names_that_mlflow_refuses_are_made_plain():
    assert allowed("recall@10") == "recall_at_10"
    assert allowed("ease.l2") == "ease.l2"


def test_tracking_commands_show_runs_and_cards(version, omakase):
    assert version.name in omakase("tracking", "list").stdout
    assert "## How well" in omakase("tracking", "card", version.name).stdout
    assert "bpr.loss" in omakase("tracking", "show", version.name).stdout
    assert omakase("tracking", "card", "none").exit_code == 1


def test_telling_mlflow_leaves_the_process_s_logging_as_it_is(tmp_path):
    ours, root = logging.getLogger("omakase.online"), logging.getLogger()
    before = [*root.handlers], root.level
    MlflowTracker(f"sqlite:///{tmp_path / 'own.db'}", "omakase")
    assert not ours.disabled
    assert ([*root.handlers], root.level) == before
