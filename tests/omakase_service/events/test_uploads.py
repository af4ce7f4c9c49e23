"""Files that staff bring: kept, looked at, imported by a job, and never from elsewhere."""

import orjson
import pytest

from omakase.errors import OmakaseError
from omakase_service.events import uploads
from omakase_service.events.models import Event
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_next
from omakase_service.platform.exceptions import Invalid, NotFound

pytestmark = pytest.mark.django_db
CSV = b"customer,product,what,when\nann,tea,purchase,1700000000\nbob,,view,1700000001\n"
MAPPING = {"user_id": "customer", "item_id": "product", "kind": "what", "time": "when"}


@pytest.fixture(autouse=True)
def own_folder(settings_with):
    """A data folder of the test's own."""
    settings_with()


@pytest.fixture
def key() -> str:
    return uploads.keep_upload(name="events.csv", pieces=[CSV])


def test_preview_shows_columns_and_refused_rows_and_stores_nothing(key):
    found = uploads.preview_upload(key=key, mapping=MAPPING)
    assert (found.name, found.rows, found.rejected, found.whole) == ("events.csv", 1, 1, True)
    assert [bad.line for bad in found.rejects] == [3]
    assert set(found.columns) == {"customer", "product", "what", "when"}
    assert not Event.objects.exists()


def test_preview_of_a_file_without_a_user_says_so():
    key = uploads.keep_upload(name="x.csv", pieces=[b"foo,bar\n1,2\n"])
    with pytest.raises(OmakaseError, match="user_id"):
        uploads.preview_upload(key=key)


def test_import_stores_what_is_valid_and_keeps_what_is_not(key):
    number = uploads.start_import(key=key, mapping=MAPPING, kind=None, repeated="")
    assert run_next()
    card = job_by_id(job_id=number)
    assert card.state == JobState.SUCCEEDED
    assert (card.result["stored"], card.result["rejected"]) == (1, 1)
    assert [e.user_id for e in Event.objects.all()] == ["ann"]
    lines = uploads.rejects_path(key=key).read_bytes().splitlines()
    assert [orjson.loads(line)["line"] for line in lines] == [3]
    with pytest.raises(NotFound, match="bring it again"):
        uploads.upload_path(key=key)


@pytest.mark.parametrize("key", ["", "..", "0" * 24, "../" + "0" * 21, "/etc/passwd"])
def test_a_key_that_nobody_was_given_opens_nothing(key):
    for look in (uploads.upload_path, uploads.rejects_path):
        with pytest.raises(NotFound):
            look(key=key)


@pytest.mark.parametrize("name", ["../../secret.csv", "..\\secret.csv", "/a/b/.secret.csv"])
def test_a_name_with_folders_stays_in_its_own(name):
    key = uploads.keep_upload(name=name, pieces=[CSV])
    assert uploads.upload_path(key=key).name == "secret.csv"


@pytest.mark.parametrize(("name", "text"), [("", CSV), ("...", CSV), ("a.csv", b"")])
def test_a_file_without_name_or_content_is_refused(name, text):
    with pytest.raises(Invalid):
        uploads.keep_upload(name=name, pieces=[text])


def test_files_that_nobody_imported_go_in_time(key):
    assert uploads.drop_old_uploads(older_than_seconds=-1) == 1
    with pytest.raises(NotFound):
        uploads.upload_path(key=key)


def test_preview_of_the_first_ratings_takes_their_scale_as_the_import_does():
    rows = b"".join(b"u%d,i%d,%d\n" % (n % 7, n, n % 10 + 1) for n in range(60))
    key = uploads.keep_upload(name="ratings.csv", pieces=[b"user_id,item_id,rating\n" + rows])
    found = uploads.preview_upload(key=key)
    number = uploads.start_import(key=key, mapping={}, kind=None, repeated="")
    assert run_next()
    result = job_by_id(job_id=number).result
    assert (found.rows, found.rejected) == (result["stored"], result["rejected"]) == (60, 0)


def test_a_file_that_does_not_fit_on_the_disk_leaves_nothing_behind():
    def pieces():
        yield CSV
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        uploads.keep_upload(name="events.csv", pieces=pieces())
    assert uploads.drop_old_uploads(older_than_seconds=-1) == 0


def test_a_folder_that_is_no_upload_is_not_counted_as_one(key):
    other = uploads.upload_path(key=key).parent.parent / "notes"
    other.mkdir()
    assert uploads.drop_old_uploads(older_than_seconds=-1) == 1
    assert other.is_dir()
