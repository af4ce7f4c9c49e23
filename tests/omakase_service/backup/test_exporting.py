"""An archive of everything that was brought in, which an import reads again."""

import csv
import io
import stat
from pathlib import Path
from zipfile import ZipFile

import orjson
import pytest

from omakase.data.readers.load import load
from omakase_service.backup.contracts import EXPORTING
from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.services import record
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.platform.exports import delete_exports, export_files, new_export
from omakase_service.privacy.services import erase_user

pytestmark = pytest.mark.django_db
TIME = 1_700_000_000


@pytest.fixture
def shop(settings_with):
    settings_with()
    upsert_items(
        items=[
            ItemIn(
                item_id="tea",
                title='녹차, "첫물"',
                category="Food > Tea",
                price=9000,
                tags=["green", "hot"],
                attributes={"year": 2026},
            ),
            ItemIn(item_id="cup"),
        ]
    )
    upsert_users(users=[UserIn(user_id="ada", age_range="20s")])
    record(
        events=[
            {"user_id": "ada", "item_id": "tea", "type": "purchase", "value": 2.0, "time": TIME},
            {"session_id": "s1", "item_id": "cup", "type": "view", "time": TIME + 1, "page": "x"},
        ]
    )


def exported(form: str = "jsonl") -> Path:
    result = job_by_id(job_id=run_now(kind=EXPORTING, parameters={"format": form})).result
    assert (result["items"], result["users"], result["events"]) == (2, 1, 2)
    return Path(result["file"])


def test_archive_of_json_lines_says_what_is_known(shop):
    with ZipFile(exported()) as archive:
        parts = {n: archive.read(n).decode().splitlines() for n in archive.namelist()}
    assert sorted(parts) == ["events.jsonl", "items.jsonl", "users.jsonl"]
    items = {each["item_id"]: each for each in map(orjson.loads, parts["items.jsonl"])}
    assert items["tea"]["title"] == '녹차, "첫물"'
    assert items["tea"]["tags"] == ["green", "hot"]
    assert "price" not in items["cup"]
    events = list(map(orjson.loads, parts["events.jsonl"]))
    assert [each["kind"] for each in events] == ["purchase", "view"]
    assert events[1]["session_id"] == "s1"
    assert events[1]["page"] == "x"


def test_archive_of_tables_has_a_head_each(shop):
    with ZipFile(exported("csv")) as archive:
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("events.csv"), "utf-8")))
    assert [(row["user_id"], row["item_id"], row["value"]) for row in rows] == [
        ("ada", "tea", "2.0"),
        ("session:s1", "cup", ""),
    ]


def test_archive_is_read_again_by_the_engine(shop, tmp_path):
    folder = tmp_path / "moved"
    with ZipFile(exported()) as archive:
        archive.extractall(folder)
    data = load(folder).dataset
    assert set(data.ids.items.ids) == {"tea", "cup"}
    assert len(data.events) == 2
    assert data.events.times.tolist() == [TIME, TIME + 1]


def test_exports_are_for_their_owner_and_gone_with_the_first_who_is_forgotten(shop):
    file = exported()
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.path for each in export_files()] == [file]
    assert export_files()[0].size == file.stat().st_size
    assert erase_user(user_id="ada").rows["exports"] == 1
    assert export_files() == []


def test_new_export_that_fails_or_is_deleted_meanwhile_leaves_nothing(shop):
    with pytest.raises(KeyError), new_export("x", "txt", job_id=1) as (making, _):
        making.write_text("half")
        raise KeyError
    with pytest.raises(FileNotFoundError), new_export("x", "txt", job_id=1) as (making, _):
        making.write_text("whole")
        delete_exports()
    assert export_files() == []
