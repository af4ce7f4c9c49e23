"""Files that are brought in the browser: looked at, imported, taken back."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.omakase_service.console.markup import (
    chosen_in,
    forms_of,
    messages_of,
    rows_of,
    section_of,
    tree_of,
    values_of,
)

from omakase_service.console.views.imports import OURS
from omakase_service.events.importing import imports
from omakase_service.events.selectors import event_count
from omakase_service.jobs.selectors import job_by_id, jobs
from omakase_service.jobs.services.worker import run_now

pytestmark = pytest.mark.django_db
DATA = "/console/data/"
EVENTS = b"user_id,item_id,kind,time\nann,i01,view,1700000000\nbob,i02,purchase,1700000001\n"


@pytest.fixture(autouse=True)
def folder(settings_with):
    """A data folder of its own."""
    settings_with()


def bring(owner, content: bytes = EVENTS, name: str = "events.csv"):
    return owner.post(f"{DATA}upload", {"file": SimpleUploadedFile(name, content)}, follow=True)


def key_of(page) -> str:
    return values_of(tree_of(page).one("form", action=f"{DATA}import"))["key"]


def run(parameters) -> dict:
    number = run_now(kind="import_upload", parameters=dict(parameters))
    return dict(job_by_id(job_id=number).result)


@pytest.fixture
def imported(owner):
    """A file that was brought and imported: the outcome."""

    def make(content: bytes = EVENTS) -> dict:
        form = forms_of(bring(owner, content), f"{DATA}import")[0]
        owner.post(f"{DATA}import", form)
        (job,) = jobs(kind="import_upload", limit=1)
        return run(job.parameters)

    return make


def test_page_before_anything_was_imported_says_so(owner):
    assert "Nothing was imported yet." in section_of(owner.get(DATA), "Imports").text


def test_page_says_how_large_a_file_may_be(owner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
    assert "Up to 3.0 MB." in tree_of(owner.get(DATA)).text


@pytest.mark.parametrize(
    ("role", "forms"),
    [("see", (0, 0, 0)), ("edit", (1, 0, 0)), ("administer", (1, 1, 3))],
)
def test_page_offers_each_role_what_it_may(member, role, forms):
    page = tree_of(member(role).get(DATA))
    paths = (f"{DATA}upload", f"{DATA}export", f"{DATA}purge")
    assert tuple(len(forms_of(page, path)) for path in paths) == forms


def test_file_is_brought_under_its_name_and_stores_nothing(owner):
    page = bring(owner, name="../../shop events.csv")
    assert tree_of(page).one("h1").text == "shop events.csv"
    assert messages_of(page) == [("success", "The file is here. Nothing is stored yet.")]
    assert event_count() == 0


def test_form_without_a_file_says_what_to_do(owner):
    page = owner.post(f"{DATA}upload", follow=True)
    assert messages_of(page) == [("error", "Choose a file first.")]


def test_empty_file_is_refused_with_its_name(owner):
    page = bring(owner, b"", "nothing.csv")
    assert messages_of(page) == [("error", "Nothing.csv is empty: there is nothing to import.")]


def test_preview_counts_what_can_be_stored_and_what_is_refused(owner):
    page = bring(owner, EVENTS + b"ann,,view,1700000002\n")
    text = section_of(page, "What would become of it").text
    assert "2 events can be stored, 1 rows are refused." in text
    refused = section_of(page, "Refused rows")
    assert "line 4" in refused.text


def test_preview_of_a_sound_file_refuses_nothing(owner):
    assert section_of(bring(owner), "Refused rows").text.endswith("None.")


def test_preview_shows_the_first_rows_by_their_columns(owner):
    (section,) = [
        each for each in tree_of(bring(owner)).every("section")
        if each.every("h2") and each.every("h2")[0].text == "The first rows, as events"
    ]  # fmt: skip
    rows = rows_of(section)
    assert len(rows) == 2
    assert set(rows[0].values()) >= {"ann", "i01"}


@pytest.mark.parametrize("column", ["values", "items", "keys", "0"])
def test_preview_shows_columns_whatever_they_are_called(owner, column):
    content = f"user_id,item_id,kind,{column}\nann,i01,view,seven\n".encode()
    page = bring(owner, content)
    assert page.status_code == 200
    assert "ann" in tree_of(page).text


def test_preview_names_the_columns_that_are_left_aside(owner):
    page = bring(owner, b"user_id,item_id,kind,mood\nann,i01,view,good\n")
    assert "Left aside: mood" in tree_of(page).text


def test_preview_of_columns_that_are_named_reads_them_so(owner):
    content = b"a,b,c\nann,i01,view\n"
    page = bring(owner, content)
    key = page.request["QUERY_STRING"].removeprefix("key=")
    mapping = {"map_user_id": "a", "map_item_id": "b", "map_kind": "c"}
    page = owner.get(f"{DATA}file", {"key": key, **mapping})
    assert "1 events can be stored, 0 rows are refused." in tree_of(page).text
    form = forms_of(page, f"{DATA}import")[0]
    assert {name: form[name] for name in mapping} == mapping


def test_preview_of_a_file_that_cannot_be_read_says_why_and_offers_no_import(owner):
    page = bring(owner, b"a,b\n1,2\n")
    tree = tree_of(page)
    assert page.status_code == 200
    assert len(tree.one("main").every("p", class_="error")) == 1
    assert forms_of(tree, f"{DATA}import") == []
    assert [each.attributes["name"] for each in tree.every("input", list="columns")] == [
        f"map_{ours}" for ours in OURS
    ]


def test_preview_of_one_kind_for_every_row_keeps_it_chosen(owner):
    page = bring(owner, b"user_id,item_id\nann,i01\n")
    key = page.request["QUERY_STRING"].removeprefix("key=")
    page = tree_of(owner.get(f"{DATA}file", {"key": key, "kind": "purchase"}))
    assert chosen_in(page.one("select", name="kind")) == "purchase"
    assert forms_of(page, f"{DATA}import")[0]["kind"] == "purchase"


@pytest.mark.parametrize("key", ["", "nope", "0" * 24, "../../etc"])
def test_file_that_is_not_here_is_a_404_that_says_to_bring_it_again(owner, key):
    page = owner.get(f"{DATA}file", {"key": key})
    assert page.status_code == 404
    assert "This file is no longer here; bring it again." in tree_of(page).text
    page = owner.post(f"{DATA}import", {"key": key}, follow=True)
    assert messages_of(page) == [("error", "This file is no longer here; bring it again.")]
    assert jobs(kind="import_upload") == []


def test_import_is_asked_for_as_it_was_shown(owner):
    page = bring(owner)
    form = forms_of(page, f"{DATA}import")[0]
    response = owner.post(f"{DATA}import", {**form, "repeated": "keep"})
    (job,) = jobs(kind="import_upload")
    assert response["Location"] == f"/console/jobs/{job.id}/"
    assert dict(job.parameters) == {
        "key": form["key"], "mapping": {}, "kind": None, "repeated": "keep",
    }  # fmt: skip


@pytest.mark.parametrize("repeated", ["twice", "'"])
def test_import_of_a_choice_that_there_is_not_is_refused(owner, repeated):
    form = forms_of(bring(owner), f"{DATA}import")[0]
    page = owner.post(f"{DATA}import", {**form, "repeated": repeated}, follow=True)
    assert messages_of(page)[0][0] == "error"
    assert jobs(kind="import_upload") == []


def test_imported_file_is_counted_and_listed(owner, imported):
    outcome = imported(EVENTS + b"ann,,view,1700000002\n")
    assert (outcome["stored"], outcome["rejected"]) == (2, 1)
    (row,) = rows_of(section_of(owner.get(DATA), "Imports"))
    assert row["Import"].endswith("· events.csv")
    assert (row["State"], row["Stored"], row["Refused"]) == ("stands", "2", "1")


def test_page_of_the_job_tells_what_came_of_the_file(owner, imported):
    outcome = imported(EVENTS + b"ann,,view,1700000002\n")
    (job,) = [each for each in jobs(kind="import_upload") if each.result]
    text = tree_of(owner.get(f"/console/jobs/{job.id}/")).text
    assert "2 events are stored, 0 were there already, 1 rows were refused;" in text
    assert f"This is import {outcome['import']}; under Data it can be taken back." in text


def test_refused_rows_are_taken_along_as_json_lines(owner, imported):
    imported(EVENTS + b"ann,,view,1700000002\n")
    (job,) = [each for each in jobs(kind="import_upload") if each.result]
    (link,) = [each for each in tree_of(owner.get(f"/console/jobs/{job.id}/")).every("a")
               if each.text == "All refused rows as a file"]  # fmt: skip
    answer = owner.get(link.attributes["href"])
    assert answer["Content-Disposition"] == 'attachment; filename="refused.jsonl"'
    content = b"".join(answer.streaming_content)
    assert len([json.loads(line) for line in content.splitlines()]) == 1


@pytest.mark.parametrize("key", ["", "nope", "../../etc/passwd", "0" * 24])
def test_refused_rows_of_what_there_is_not_are_a_404(owner, key):
    page = owner.get(f"{DATA}refused", {"key": key})
    assert page.status_code == 404
    assert "There are no refused rows of this import." in tree_of(page).text


def test_import_is_taken_back_by_a_button(owner, imported):
    outcome = imported()
    (form,) = forms_of(owner.get(DATA), f"{DATA}undo")
    page = owner.post(f"{DATA}undo", form, follow=True)
    number = outcome["import"]
    assert messages_of(page) == [
        ("success",
         f"Import {number} is taken back. Models know of it until the next training."),
    ]  # fmt: skip
    assert event_count() == 0
    (row,) = rows_of(section_of(page, "Imports"))
    assert row["State"] == "taken back"
    assert forms_of(page, f"{DATA}undo") == []


def test_import_is_taken_back_once(owner, imported):
    number = imported()["import"]
    owner.post(f"{DATA}undo", {"number": number})
    page = owner.post(f"{DATA}undo", {"number": number}, follow=True)
    assert messages_of(page)[-1][0] == "error"


@pytest.mark.parametrize("number", ["", "x", "-1", "1.0", "²", "9" * 5000])
def test_undo_without_a_number_says_what_to_name(owner, number):
    page = owner.post(f"{DATA}undo", {"number": number})
    assert page.status_code == 422
    assert "Name the import by its number." in tree_of(page).text


@pytest.mark.parametrize("number", ["7", "9" * 18])
def test_undo_of_an_import_that_there_is_not_says_so(owner, number):
    page = owner.post(f"{DATA}undo", {"number": number}, follow=True)
    assert messages_of(page)[0][0] == "error"
    assert imports() == []
