"""Delete all, by a form that must be meant."""

import pytest

from omakase_service.jobs.selectors import jobs

pytestmark = pytest.mark.django_db


def test_delete_all_asks_for_a_job_with_who_asked(owner):
    form = {"of": "events", "confirm": "delete all events"}
    response = owner.post("/console/data/purge", form)
    (job,) = jobs(kind="purge")
    assert response["Location"] == f"/console/jobs/{job.id}/"
    assert job.parameters["author"] == "administer"


@pytest.mark.parametrize("form", [{"of": "events", "confirm": "delete"}, {"of": "keys"}, {}])
def test_delete_all_that_is_not_meant_is_refused(owner, form):
    page = owner.post("/console/data/purge", form, follow=True)
    assert b"message error" in page.content
    assert jobs(kind="purge") == []


def test_delete_all_is_shown_to_administrators_alone(member):
    assert b"data/purge" not in member("edit").get("/console/data/").content
    assert b"data/purge" in member("administer").get("/console/data/").content
