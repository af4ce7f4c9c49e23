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


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("events.csv", "events.csv"),
        ("C:\\Users\\ada\\my events.csv", "my events.csv"),
        ("/tmp/../etc/passwd", "passwd"),
        ("..hidden.csv", "hidden.csv"),
        ("a\nb\x00c\x1b[31m.csv", "abc[31m.csv"),
        ("  주문 내역.csv  ", "주문 내역.csv"),
        ("🍣.parquet", "🍣.parquet"),
        ("x" * 500 + ".csv", "x" * 236 + ".csv"),
    ],
)
def test_name_of_a_file_is_its_last_part_without_what_is_odd(name, plain):
    key = uploads.keep_upload(name=name, pieces=[b"x"])
    assert uploads.upload_path(key=key).name == plain


@pytest.mark.parametrize("letter", ["한", "한", "🍣", "é"])
def test_name_of_a_file_that_is_long_in_any_script_is_cut_to_what_a_disk_takes(letter):
    key = uploads.keep_upload(name=letter * 300 + ".csv", pieces=[b"x"])
    plain = uploads.upload_path(key=key).name
    assert plain.endswith(f"{letter}.csv")
    assert len(plain.encode()) <= 255
    assert set(plain.removesuffix(".csv")) <= set(letter)


@pytest.mark.parametrize("name", ["", " ", "/", "a/", ".", "..", "...", "\n", uploads.REJECTS])
def test_name_that_is_none_is_refused(name, tmp_path):
    with pytest.raises(Invalid) as caught:
        uploads.keep_upload(name=name, pieces=[b"x"])
    assert str(caught.value) == "the file needs a name, such as events.csv"


def test_file_of_several_pieces_is_kept_whole():
    key = uploads.keep_upload(name="x.csv", pieces=[b"ab", b"", b"c"])
    assert uploads.upload_path(key=key).read_bytes() == b"abc"


@pytest.mark.parametrize("key", ["", "a" * 24, "A" * 24, "..", "../" * 8, "a" * 23 + "/"])
def test_drop_of_a_key_that_nobody_was_given_does_nothing(key):
    kept = uploads.keep_upload(name="x.csv", pieces=[b"x"])
    uploads.drop_upload(key=key)
    assert uploads.upload_path(key=kept).exists()
    with pytest.raises(NotFound, match=r"^there are no refused rows of this import$"):
        uploads.rejects_path(key=key)


def test_drop_takes_the_file_and_what_lies_beside_it():
    key = uploads.keep_upload(name="x.csv", pieces=[b"x"])
    folder = uploads.upload_path(key=key).parent
    (folder / uploads.REJECTS).write_text("{}")
    assert uploads.rejects_path(key=key).read_text() == "{}"
    uploads.drop_upload(key=key)
    assert not folder.exists()
    with pytest.raises(NotFound, match=r"^this file is no longer here; bring it again$"):
        uploads.upload_path(key=key)


def test_start_of_an_import_of_no_file_is_refused():
    with pytest.raises(NotFound, match=r"^this file is no longer here; bring it again$"):
        uploads.start_import(key="a" * 24, mapping={}, kind=None, repeated="")


def test_preview_shows_twenty_refused_rows_and_counts_all():
    lines = ["user_id,item_id,kind,time", *(f"u{n},,view,1700000000" for n in range(50))]
    lines += ["u,i,view,1700000000", "u,i,view,99999999999"]
    key = uploads.keep_upload(name="x.csv", pieces=["\n".join(lines).encode()])
    found = uploads.preview_upload(key=key)
    assert (found.rows, found.rejected, len(found.rejects)) == (1, 51, 20)
    assert sum(found.reasons.values()) == 51
    assert list(found.reasons.values()) == sorted(found.reasons.values(), reverse=True)
    assert not Event.objects.exists()
