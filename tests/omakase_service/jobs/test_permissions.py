"""Jobs, schedules and alerts over HTTP: who may, and what is refused in which words."""

import pytest

from omakase_service.jobs.models import Job, Schedule

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
CALLS = (
    ("get", "/api/jobs", None),
    ("post", "/api/jobs", {"kind": "roll_up"}),
    ("get", "/api/jobs/kinds", None),
    ("get", "/api/jobs/1", None),
    ("post", "/api/jobs/1/cancel", {}),
    ("post", "/api/jobs/1/retry", {}),
    ("get", "/api/schedules", None),
    ("patch", "/api/schedules/roll_up", {"enabled": False}),
    ("delete", "/api/schedules/roll_up", None),
    ("get", "/api/alerts", None),
)


def ask(client, method: str, path: str, body: object):
    return (
        getattr(client, method)(path, body, **JSON)
        if body is not None
        else getattr(client, method)(path)
    )


@pytest.mark.parametrize("scopes", [("read",), ("write",), ("read", "write"), ("public",)])
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_key_without_admin_is_refused_and_changes_nothing(caller, scopes, method, path, body):
    Schedule.objects.create(name="roll_up", kind="roll_up", cron="0 3 * * *")
    assert ask(caller(*scopes), method, path, body).status_code == 403
    assert not Job.objects.exists()
    assert Schedule.objects.get(name="roll_up").enabled


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_nobody_is_asked_for_a_key(client, method, path, body):
    assert ask(client, method, path, body).status_code == 401


@pytest.mark.parametrize("limit", [-5, 0, 1])
def test_least_that_is_listed_is_one_job(api, limit):
    for _ in range(3):
        Job.objects.create(kind="roll_up", key="roll_up")
    assert len(api.get(f"/api/jobs?limit={limit}").json()) == 1


def test_most_that_is_listed_is_two_hundred_jobs(api):
    Job.objects.bulk_create(Job(kind="roll_up", key=f"{n}") for n in range(203))
    assert len(api.get("/api/jobs?limit=9999").json()) == 200
    assert len(api.get("/api/jobs").json()) == 20


@pytest.mark.parametrize("query", ["state=done", "state=", "limit=many", "limit=1.5"])
def test_list_that_is_asked_for_in_wrong_words_is_refused(api, query):
    assert api.get(f"/api/jobs?{query}").status_code == 422


@pytest.mark.parametrize("path", ["0", "99", "9" * 30])
def test_job_that_there_is_not_is_404(api, path):
    for call in (api.get(f"/api/jobs/{path}"), api.post(f"/api/jobs/{path}/cancel", {}, **JSON)):
        assert call.status_code == 404


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": "x" * 256}, "kind"),
        ({"kind": "roll_up", "parameters": []}, "parameters"),
        ({"kind": "roll_up", "colour": "red"}, "colour"),
    ],
)
def test_job_that_makes_no_sense_is_refused_at_its_place(api, body, place):
    refused = api.post("/api/jobs", body, **JSON)
    assert refused.status_code == 422
    assert any(place in error["place"] for error in refused.json()["errors"])
    assert not Job.objects.exists()


def test_job_of_a_kind_that_there_is_not_is_refused_with_the_nearest(api):
    refused = api.post("/api/jobs", {"kind": "rollup"}, **JSON)
    assert refused.status_code == 422
    assert refused.json()["title"] == "no kind of job 'rollup'; did you mean 'roll_up'?"


def test_job_with_parameters_of_another_kind_names_each(api):
    body = {"kind": "roll_up", "parameters": {"colour": "red"}}
    refused = api.post("/api/jobs", body, **JSON).json()
    assert refused["title"].startswith("parameters of roll_up: colour: no field `colour`")
    assert [error["place"] for error in refused["errors"]] == ["colour"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cron": "often"}, "the cron expression 'often' cannot be read"),
        ({"time_zone": "Mars"}, "no time zone 'Mars'; write it like Asia/Seoul"),
        ({"kind": "nothing"}, "no kind of job 'nothing'"),
        ({"parameters": {"colour": 1}}, "parameters of roll_up: colour: "),
    ],
)
def test_schedule_that_makes_no_sense_is_refused_and_stays(api, change, words):
    api.get("/api/schedules")
    before = Schedule.objects.filter(name="roll_up").values().get()
    refused = api.patch("/api/schedules/roll_up", change, **JSON)
    assert refused.status_code == 422
    assert refused.json()["title"].startswith(words)
    assert Schedule.objects.filter(name="roll_up").values().get() == before


def test_schedule_that_there_is_not_cannot_be_deleted(api):
    assert api.delete("/api/schedules/nothing").status_code == 404


def test_schedule_of_nothing_changed_stays(api):
    before = api.get("/api/schedules").json()
    api.patch("/api/schedules/roll_up", {}, **JSON)
    assert api.get("/api/schedules").json() == before
