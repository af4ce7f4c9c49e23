"""Pages of figures read roll-ups: the logs of answers, outcomes and events grow without end."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omakase_service.analytics.inputs import count_inputs
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log import writer
from omakase_service.serving.services import recommend

pytestmark = pytest.mark.django_db
LOGS = re.compile(r'"omakase_(answers_answer|answers_outcome|events_event)"')
LAST_ROW = re.compile(r"ORDER BY .* DESC LIMIT 1$")
PAGES = ("", "figures/", "figures/?by=version", "alerts/", "jobs/", "versions/")


@pytest.mark.parametrize("path", PAGES)
def test_page_reads_no_raw_rows(trained, owner, path):
    recommend(user_id="u01", n=3)
    writer.flush()
    run_now(kind="roll_up")
    count_inputs()
    owner.get("/console/")  # what is counted once a minute is counted now
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert owner.get(f"/console/{path}").status_code == 200
    raw = [each["sql"] for each in captured if LOGS.search(each["sql"])]
    assert [sql for sql in raw if not LAST_ROW.search(sql)] == []
