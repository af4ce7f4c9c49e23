"""Jobs and schedules over HTTP."""

import pytest

from omakase_service.jobs.services import worker

pytestmark = pytest.mark.django_db


def test_job_over_http_is_enqueued_done_and_read(api, post, handler):
    def run(context, work):
        context.progress(0, 1, "copying")
        return {"copied": work.name}

    handler(run)
    created = post("/api/jobs", {"kind": "copy", "parameters": {"name": "b"}})
    assert (created.status_code, created.json()["state"]) == (202, "queued")
    job_id = created.json()["id"]
    worker.run_next()
    job = api.get(f"/api/jobs/{job_id}").json()
    assert (job["state"], job["result"]) == ("succeeded", {"copied": "b"})
    assert job["log"].endswith("copying\n")
    assert [each["id"] for each in api.get("/api/jobs?kind=copy&state=succeeded").json()] == [
        job_id
    ]
    assert api.get("/api/jobs?state=failed").json() == []
    assert post(f"/api/jobs/{job_id}/cancel", {}).status_code == 409
    assert post(f"/api/jobs/{job_id}/retry", {}).status_code == 409


def test_kinds_over_http_show_the_schema_of_their_parameters(api, handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    kinds = {each["kind"]: each for each in api.get("/api/jobs/kinds").json()}
    assert kinds["copy"]["default_cron"] == "0 3 * * *"
    assert set(kinds["copy"]["parameters"]["properties"]) == {"name", "steps"}


def test_unknown_job_and_kind_are_refused_in_words(api, post):
    assert api.get("/api/jobs/9").status_code == 404
    refused = post("/api/jobs", {"kind": "copy"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_schedule_over_http_is_changed_and_switched_off(api, handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    changed = api.patch(
        "/api/schedules/copy", {"cron": "0 5 * * *"}, content_type="application/json"
    ).json()
    assert (changed["cron"], changed["enabled"]) == ("0 5 * * *", True)
    assert api.delete("/api/schedules/copy").status_code == 204
    by_name = {each["name"]: each for each in api.get("/api/schedules").json()}
    assert (by_name["copy"]["enabled"], by_name["copy"]["next_run"]) == (False, None)
