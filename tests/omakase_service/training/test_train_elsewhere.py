"""A version that others made of the snapshot, and training by several processes."""

from datetime import UTC, datetime

import pytest

from omakase.artifacts.version import VersionPart
from omakase.build.version import pipeline_of
from omakase.data.snapshot import read_snapshot
from omakase.registry import MODELS, fit_model, version_store
from omakase_service.events.store import settled_seq
from omakase_service.training import engine, services
from omakase_service.training.contracts import Stage
from omakase_service.training.models import ModelVersion

pytestmark = pytest.mark.django_db


def popular_of(snapshot, folder):
    """Writes a version with popularity alone."""
    data, config = read_snapshot(snapshot), MODELS["popular"].config_type()
    version = version_store(folder).create(
        ids=data.ids,
        items=data.items,
        created=datetime.now(UTC),
        models={"popular": VersionPart(fit_model("popular", data, config), "popular", config)},
        pipelines={"popular": pipeline_of("popular")},
    )
    return version.name


def test_train_elsewhere_enters_the_version_as_a_candidate(tribes):
    version = services.train_elsewhere(model="popular", knobs={"count": "people"}, make=popular_of)
    assert (version.stage, version.best) == (Stage.CANDIDATE, "popular")
    assert version.recipe == {"model": "popular", "knobs": {"count": "people"}}
    assert version.window["sequence"] == settled_seq()
    row = ModelVersion.objects.get()
    assert (row.digest, row.size_bytes) == engine.checksum_and_size(
        services.versions_folder() / row.name
    )


def test_train_elsewhere_makes_it_live_where_that_is_asked_for(tribes):
    version = services.train_elsewhere(model="popular", knobs={}, make=popular_of, promote=True)
    assert version.stage is Stage.LIVE


def test_train_elsewhere_that_fails_leaves_nothing(tribes):
    def broken(snapshot, folder):
        popular_of(snapshot, folder)
        raise OSError("a worker was lost")

    with pytest.raises(OSError, match="a worker was lost"):
        services.train_elsewhere(model="popular", knobs={}, make=broken)
    assert not ModelVersion.objects.exists()
    assert list(services.versions_folder().iterdir()) == []


def test_plan_of_several_processes_is_for_nets_that_do_not_say_it():
    models = {"ease": {"l2": 1.0}, "sasrec": {}, "neumf": {"plan": {"processes": 3, "epochs": 2}}}
    plan = engine.plan_of(models, processes=2)
    assert plan.models == {**models, "sasrec": {"plan": {"processes": 2}}}


def test_planned_takes_the_processes_of_the_settings(settings_with):
    settings_with(training={"processes": 4})
    assert services.training_plan(["sasrec"], True, None).models["sasrec"] == {
        "plan": {"processes": 4}
    }
    plan = services.training_plan(["sasrec"], True, None, processes=2)
    assert plan.models["sasrec"] == {"plan": {"processes": 2}}
