"""Figures, targets and reports over HTTP."""

import time

import pytest

from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log.models import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rolled_up(settings_with) -> None:
    settings_with()
    Answer.objects.bulk_create(
        Answer(
            request_id=f"r{n}",
            time=int(time.time()) - 60,
            user_id="ada",
            algorithm="ease",
            version="v<1>",
            latency_ms=7.0,
            items=[["i1", 0.5, 1.0]],
        )
        for n in range(4)
    )
    run_now(kind="roll_up")


def test_figures_over_http(api):
    (row,) = api.get("/api/analytics/figures").json()
    assert (row["group"], row["requests"], row["people"], row["p95_ms"]) == ("ease", 4, 1, 10.0)
    (month,) = api.get("/api/analytics/figures?period=month&group=none").json()
    assert month["requests"] == 4
    assert api.get("/api/analytics/figures?start=2026-02-02&end=2026-02-01").status_code == 422


def test_targets_over_http_say_where_they_stand(api):
    targets = {each["name"]: each for each in api.get("/api/analytics/targets").json()}
    assert targets["click_rate"] == {
        "name": "click_rate", "target": 0.05, "value": 0.0, "met": False
    }  # fmt: skip


@pytest.mark.parametrize(
    ("form", "type_", "words"),
    [
        ("html", "text/html", "<svg"),
        ("markdown", "text/markdown", "| ease |"),
        ("csv", "text/csv", "start,group,requests"),
    ],
)
def test_report_in_each_form(api, form, type_, words):
    answer = api.get(f"/api/analytics/report?form={form}")
    assert answer.headers["content-type"] == f"{type_}; charset=utf-8"
    assert words in answer.content.decode()


def test_report_escapes_what_owners_named(api):
    page = api.get("/api/analytics/report?group=version").content.decode()
    assert "v&lt;1&gt;" in page
    assert "v<1>" not in page
