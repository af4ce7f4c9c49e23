"""Versions that learnt from people who were erased are gone by the day that receipts name."""

import re

import pytest

from omakase_service.events.models import Erasure
from omakase_service.events.services import record
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services import worker
from omakase_service.jobs.services.worker import run_now
from omakase_service.privacy.pending import pending_places
from omakase_service.privacy.services import erase_user
from omakase_service.training import engine, selectors, services
from omakase_service.training.contracts import FORGETTING
from omakase_service.training.models import ModelVersion
from omakase_service.training.versions import versions_folder

pytestmark = pytest.mark.django_db
EASE = {"ease": {"l2": 1.0}}


def forget() -> dict:
    return dict(job_by_id(job_id=run_now(kind=FORGETTING)).result)


@pytest.fixture
def at_once(tribes, settings_with):
    settings_with(retention={"forgotten_days": 0}, serving={"refresh_seconds": 0})


def test_forget_deletes_old_versions_and_trains_in_place_of_the_live_one(at_once):
    first, live = (services.train(models=EASE, evaluate=False) for _ in range(2))
    erase_user(user_id="u03")
    result = forget()
    assert result["deleted"] == [first.name]
    assert not (versions_folder() / first.name).exists()
    assert selectors.live_version() == live.name
    assert worker.run_next() == result["run"]
    renewed = selectors.live_card()
    assert renewed.name != live.name
    assert (renewed.best, renewed.recipe) == (live.best, live.recipe)
    knobs = [
        engine.knobs_of(folder=versions_folder(), name=name) for name in (live.name, renewed.name)
    ]
    assert knobs[0] == knobs[1]
    assert forget() == {"deleted": [live.name]}
    assert list(ModelVersion.objects.values_list("name", flat=True)) == [renewed.name]


def test_forget_of_a_recent_erasure_waits(tribes):
    services.train(models=EASE, evaluate=False)
    services.train(models=EASE, evaluate=False)
    erase_user(user_id="u03")
    assert forget() == {"deleted": []}
    Erasure.objects.update(time=1_700_000_000)
    assert len(forget()["deleted"]) == 1


def test_forget_where_nobody_was_erased_keeps_everything(at_once):
    services.train(models=EASE, evaluate=False)
    record(events=[{"user_id": "ada", "item_id": "i1", "type": "view"}])
    services.train(models=EASE, evaluate=False)
    assert forget() == {"deleted": []}


def test_receipt_names_the_day_of_the_job(tribes):
    place = next(each for each in pending_places(is_log_cut=True) if "versions" in each)
    assert FORGETTING in place
    assert re.search(r"until \d{4}-\d\d-\d\d 04:10 UTC", place)
