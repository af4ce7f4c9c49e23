"""Exports in the console: asked for, listed, downloaded."""

import pytest
from tests.omakase_service.console.markup import messages_of, section_of

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


def exported(name: str = "data", content: bytes = b"x" * 1536) -> str:
    with new_export(name, "zip", job_id=1) as (making, file):
        making.write_bytes(content)
    return file.name


@pytest.fixture
def folder(settings_with):
    """A data folder of its own."""
    settings_with()


def test_exports_are_listed_with_their_size_and_age(folder, owner):
    name = exported()
    (line,) = section_of(owner.get("/console/data/"), "Exports").every("li")
    assert line.text == f"{name} 1.5 KB · just now"


def test_export_that_is_still_being_written_is_not_offered(folder, owner):
    with new_export("data", "zip", job_id=1) as (making, _):
        making.write_bytes(b"half")
        assert section_of(owner.get("/console/data/"), "Exports").every("li") == []


def test_export_is_downloaded_under_its_name(folder, owner):
    name = exported()
    answer = owner.get("/console/data/exported", {"name": name})
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["..", ".", "/etc/passwd", "..\\x", "data*.zip", "x.zip\x00"])
def test_download_leads_out_of_the_folder_by_no_name(folder, owner, name):
    exported()
    assert owner.get("/console/data/exported", {"name": name}).status_code == 404


@pytest.mark.parametrize(("form", "format"), [({}, "jsonl"), ({"format": "csv"}, "csv")])
def test_export_is_asked_for_in_the_form_that_was_chosen(folder, owner, form, format):
    response = owner.post("/console/data/export", form)
    (job,) = jobs(kind=EXPORTING)
    assert dict(job.parameters) == {"format": format}
    assert response["Location"] == f"/console/jobs/{job.id}/"


def test_export_in_a_form_that_there_is_not_says_so(folder, owner):
    page = owner.post("/console/data/export", {"format": "exe"}, follow=True)
    assert messages_of(page)[0][0] == "error"
