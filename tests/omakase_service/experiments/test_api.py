"""Experiments over HTTP."""

import pytest

from omakase_service.experiments.contracts import ExposureIn
from omakase_service.experiments.services.exposures import record_exposures

pytestmark = pytest.mark.django_db
BODY = {
    "name": "colours",
    "place": "home",
    "variants": [
        {"name": "now", "weight": 0.5},
        {"name": "varied", "weight": 0.5, "placement": {"diversity": 0.5}},
    ],
    "metrics": [{"name": "clicks"}],
}


def test_experiment_over_http_is_created_read_and_replaced(api, post):
    made = post("/api/experiments", BODY)
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    read = api.get("/api/experiments/colours").json()
    assert read["variants"][1]["placement"]["diversity"] == 0.5
    assert (read["target"], read["days"], read["level"]) == (1000, 14.0, 0.95)
    body = {key: value for key, value in BODY.items() if key != "name"}
    changed = api.put(
        "/api/experiments/colours", {**body, "target": 50}, content_type="application/json"
    )
    assert changed.json()["target"] == 50
    assert [each["name"] for each in api.get("/api/experiments").json()] == ["colours"]
    assert api.get("/api/experiments?state=active").json() == []


def test_experiment_over_http_runs_its_course(api, post):
    post("/api/experiments", BODY)
    assert post("/api/experiments/colours/start", {}).json()["state"] == "active"
    assert post("/api/experiments/colours/pause", {}).json()["state"] == "paused"
    assert post("/api/experiments/colours/start", {}).status_code == 200
    ended = post("/api/experiments/colours/complete", {"winner": "varied"}).json()
    assert (ended["state"], ended["winner"]) == ("completed", "varied")
    assert post("/api/experiments/colours/start", {}).status_code == 409
    assert api.delete("/api/experiments/colours").status_code == 409


def test_results_over_http_have_words_in_both_languages(api, post):
    post("/api/experiments", BODY)
    post("/api/experiments/colours/start", {})
    record_exposures(exposures=[ExposureIn("colours", "now", f"u{n}", 1) for n in range(3)])
    results = api.get("/api/experiments/colours/results").json()
    assert (results["state"], results["units"]) == ("running", {"now": 3, "varied": 0})
    assert results["comparisons"][0]["lift_high"] is None
    assert "Still open" in results["verdict"][0]
    korean = api.get("/api/experiments/colours/results?language=ko").json()
    assert "아직" in korean["verdict"][0]


def test_plot_over_http_is_an_svg(api, post):
    post("/api/experiments", BODY)
    answer = api.get("/api/experiments/colours/plot?language=ko")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "아직" in answer.content.decode()
    assert api.get("/api/experiments/colours/plot?metric=other").status_code == 404


def test_draft_over_http_is_deleted(api, post):
    post("/api/experiments", BODY)
    assert api.delete("/api/experiments/colours").status_code == 204
    assert api.get("/api/experiments/colours").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"variants": BODY["variants"][:1]}, {"metrics": []}, {"traffic": 2}, {"unit": "household"}],
)
def test_experiment_that_makes_no_sense_is_refused(post, wrong):
    assert post("/api/experiments", {**BODY, **wrong}).status_code == 422


def test_admin_lists_experiments_and_their_verdicts(staff, post):
    post("/api/experiments", BODY)
    page = staff.get("/admin/omakase_experiments/experiment/").content.decode()
    assert "colours" in page and "Still open" in page
    staff.post(
        "/admin/omakase_experiments/experiment/",
        {"action": "start", "_selected_action": ["colours"]},
    )
    assert "active" in staff.get("/admin/omakase_experiments/experiment/").content.decode()
