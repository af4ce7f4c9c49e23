"""Files of the data folder in a backup: which are copied, which are left, in which order."""

import shutil
from pathlib import Path

import pytest

from omakase_service.backup import folder as folders
from omakase_service.backup.folder import LEFT_OUT, TRIES, copy_files, copy_new_versions


@pytest.fixture
def data(tmp_path):
    """A data folder with something of everything."""
    data = tmp_path / "var"
    for name in (
        "secret_key", "journal/1.journal", "answers/1.spool", "snapshot/part.parquet",
        "snapshot.erasures/1", "versions/v1/model", "versions/v1/.partial", "versions/.v2/model",
        "versions/v3/weights.making", "layouts/가게.json", "leases/token", "metrics/1/counter",
        "tables.lock", "omakase.sqlite3", "omakase.sqlite3-wal", "online.sqlite3",
        "online.sqlite3-shm", "data/movielens/u.data",
    ):  # fmt: skip
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name)
    return data


def names(folder) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_copy_has_all_that_cannot_be_made_anew_and_nothing_of_the_moment(data, tmp_path):
    copy_files(data, tmp_path / "copy")
    assert names(tmp_path / "copy") == {
        "secret_key", "journal/1.journal", "answers/1.spool", "snapshot/part.parquet",
        "snapshot.erasures/1", "versions/v1/model", "layouts/가게.json", "data/movielens/u.data",
    }  # fmt: skip
    for name in names(tmp_path / "copy"):
        assert (tmp_path / "copy" / name).read_text() == name


def test_copy_leaves_the_folder_itself_as_it_is(data, tmp_path):
    before = names(data)
    copy_files(data, tmp_path / "copy")
    copy_new_versions(data, tmp_path / "copy")
    assert names(data) == before


def test_copy_of_an_empty_folder_is_an_empty_one(tmp_path):
    (tmp_path / "var").mkdir()
    copy_files(tmp_path / "var", tmp_path / "a" / "copy")
    assert list((tmp_path / "a" / "copy").iterdir()) == []


@pytest.mark.parametrize("pattern", LEFT_OUT)
def test_copy_leaves_out_by_name_also_what_is_a_folder(tmp_path, pattern):
    name = pattern.replace("*", "-journal")
    (tmp_path / "var" / name).mkdir(parents=True)
    (tmp_path / "var" / name / "x").touch()
    copy_files(tmp_path / "var", tmp_path / "copy")
    assert names(tmp_path / "copy") == set()


def test_journals_are_copied_before_the_snapshot_and_versions_last(data, tmp_path, monkeypatch):
    heard = []
    copy = shutil.copytree

    def hear(source, target, *rest, **more):
        if Path(source).parent == data:
            heard.append(source.name)
        return copy(source, target, *rest, **more)

    monkeypatch.setattr(folders.shutil, "copytree", hear)
    copy_files(data, tmp_path / "copy")
    assert heard == [
        "journal", "answers", "snapshot.erasures", "snapshot", "data", "layouts", "versions",
    ]  # fmt: skip


def test_versions_that_were_finished_meanwhile_are_copied_behind(data, tmp_path):
    copy_files(data, tmp_path / "copy")
    (data / "versions/v4").mkdir()
    (data / "versions/v4/model").write_text("new")
    (data / "versions/v1/model").write_text("a saved version never changes")
    copy_new_versions(data, tmp_path / "copy")
    assert (tmp_path / "copy/versions/v4/model").read_text() == "new"
    assert (tmp_path / "copy/versions/v1/model").read_text() == "versions/v1/model"
    assert not (tmp_path / "copy/versions/.v2").exists()


def test_versions_of_a_folder_that_has_none_are_none(tmp_path):
    (tmp_path / "var").mkdir()
    copy_new_versions(tmp_path / "var", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def failing(times: int, monkeypatch, then=lambda source: None):
    """`copytree` that finds a file gone so many times."""
    copy, failures = shutil.copytree, []

    def copytree(source, target, *rest, **more):
        if source.name == "snapshot" and len(failures) < times:
            failures.append(target)
            then(source)
            target.mkdir(parents=True)
            (target / "half").touch()
            raise shutil.Error([(str(source), str(target), "gone")])
        return copy(source, target, *rest, **more)

    monkeypatch.setattr(folders.shutil, "copytree", copytree)
    return failures


@pytest.mark.parametrize("times", [1, TRIES - 1])
def test_folder_that_changes_meanwhile_is_copied_anew_from_its_beginning(
    data, tmp_path, monkeypatch, times
):
    failures = failing(times, monkeypatch)
    copy_files(data, tmp_path / "copy")
    assert len(failures) == times
    assert names(tmp_path / "copy/snapshot") == {"part.parquet"}


def test_folder_that_never_rests_is_told(data, tmp_path, monkeypatch):
    failing(TRIES, monkeypatch)
    with pytest.raises(OSError) as caught:
        copy_files(data, tmp_path / "copy")
    assert str(caught.value) == (
        f"{data / 'snapshot'} changed {TRIES} times while it was copied; try again when it rests"
    )


def test_folder_that_is_gone_meanwhile_leaves_nothing_of_it(data, tmp_path, monkeypatch):
    failing(1, monkeypatch, then=shutil.rmtree)
    copy_files(data, tmp_path / "copy")
    assert not (tmp_path / "copy/snapshot").exists()
    assert (tmp_path / "copy/versions/v1/model").exists()
