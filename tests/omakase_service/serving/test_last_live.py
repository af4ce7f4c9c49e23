"""What was live last, in a file: written whole, and read or refused."""

import pytest

from omakase_service.serving import last_live


@pytest.mark.parametrize(
    ("name", "best"),
    [("v1", "ease"), ("", ""), ("버전", "user_knn"), ("a/b", '"'), ("🍣", "line\nbreak")],
)
def test_read_what_was_written(tmp_path, name, best):
    last_live.write(tmp_path, name, best)
    assert last_live.read(tmp_path) == (name, best)


def test_write_takes_the_place_of_what_was_written_before(tmp_path):
    last_live.write(tmp_path, "v1", "ease")
    last_live.write(tmp_path, "v2", "bpr")
    assert last_live.read(tmp_path) == ("v2", "bpr")
    assert [each.name for each in tmp_path.iterdir()] == ["live.json"]


def test_read_where_nothing_was_written(tmp_path):
    with pytest.raises(FileNotFoundError):
        last_live.read(tmp_path)


@pytest.mark.parametrize(
    "written",
    [b"", b"{", b"{}", b"[]", b'"v1"', b"null", b"7", b'{"name": "v1"}', b'{"best": "e"}', b"\xff"],
)
def test_read_what_cannot_be_read_is_refused(tmp_path, written):
    (tmp_path / "live.json").write_bytes(written)
    with pytest.raises(ValueError):
        last_live.read(tmp_path)


def test_read_what_names_no_version_says_so(tmp_path):
    (tmp_path / "live.json").write_bytes(b'{"name": "v1"}')
    with pytest.raises(ValueError, match=r"^live\.json names no version$"):
        last_live.read(tmp_path)


def test_write_into_a_folder_that_is_not_there_is_told_in_the_log(tmp_path, caplog):
    last_live.write(tmp_path / "gone", "v1", "ease")
    assert "a start without the database would not find version v1" in caplog.text


def test_write_that_cannot_take_the_place_leaves_nothing_behind(tmp_path, caplog):
    (tmp_path / "live.json").mkdir()
    (tmp_path / "live.json" / "full").touch()
    last_live.write(tmp_path, "v1", "ease")
    assert [each.name for each in tmp_path.iterdir()] == ["live.json"]
    assert "version v1" in caplog.text
