"""What varied lists cost is measured by a job, kept with the version, and skipped without one."""

import pytest

from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.serving.trade_off import trade_off_of
from omakase_service.training.selectors import live_card
from omakase_service.training.versions import note_shadow

pytestmark = pytest.mark.django_db


def test_trade_off_is_kept_with_the_version_beside_what_was_there(trained):
    note_shadow(name=trained.name, figures={"overlap": 0.5})
    job = job_by_id(job_id=run_now(kind="trade_off"))
    assert job.state == JobState.SUCCEEDED
    card = live_card()
    found = trade_off_of(card, "")
    assert found["people"] == job.result["people"] > 0
    assert len(found["points"]) == 11
    assert found["spread_by"] == "category"
    assert card.verdict["shadow"] == {"overlap": 0.5}


def test_trade_off_of_a_model_that_was_not_measured_is_none(trained):
    run_now(kind="trade_off")
    assert trade_off_of(live_card(), "popular") is None


def test_trade_off_without_a_live_version_is_skipped(tribes):
    assert job_by_id(job_id=run_now(kind="trade_off")).state == JobState.SKIPPED
