"""Exports in the console: asked for, listed, downloaded."""

import pytest

from omakase_service.backup.contracts import EXPORTING
from omakase_service.jobs.selectors import jobs
from omakase_service.platform.exports import new_export

pytestmark = pytest.mark.django_db


def test_export_is_asked_for_and_downloaded(trained, owner):
    assert owner.post("/console/data/export", {"format": "csv"}).status_code == 302
    assert [each.kind for each in jobs(kind=EXPORTING)] == [EXPORTING]
    with new_export("data", "zip", job_id=1) as (making, file):
        making.write_bytes(b"archive")
    assert file.name in owner.get("/console/data/").content.decode()
    answer = owner.get("/console/data/exported", {"name": file.name})
    assert b"".join(answer.streaming_content) == b"archive"


@pytest.mark.parametrize("name", ["", "../secret_key", "nothing.zip"])
def test_download_of_anything_else_is_refused(trained, owner, name):
    assert owner.get("/console/data/exported", {"name": name}).status_code == 404


def test_export_in_a_form_that_there_is_not_asks_for_nothing(trained, owner):
    owner.post("/console/data/export", {"format": "exe"})
    assert jobs(kind=EXPORTING) == []
