import pytest

from omakase.data.readers import load
from omakase.errors import ConfigError, DataError
from omakase_cli.demo import source
from omakase_cli.demo.source import obtain, require_room
from omakase_cli.movielens import Download


def test_movielens_where_it_can_be_had(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "fetched_to", lambda *_: Download(tmp_path, "official"))
    found = obtain(tmp_path)
    assert (found.name, found.folder) == ("movielens-100k", tmp_path)
    assert "grouplens.org" in found.said


def test_a_cinema_stands_in_and_is_said_to(tmp_path, monkeypatch, capsys):
    def refuse(*_: object) -> Download:
        raise DataError("neither here nor there")

    monkeypatch.setattr(source, "fetched_to", refuse)
    monkeypatch.setattr(source, "CINEMA", {"users": 30, "items": 40, "events": 300})
    found = obtain(tmp_path)
    assert found.name == "cinema"
    assert len(load(found.folder).dataset.events) == 300
    assert "made-up cinema" in capsys.readouterr().err
    assert obtain(tmp_path) == found


@pytest.mark.django_db
def test_an_empty_store_has_room_and_is_marked(tmp_path):
    require_room(tmp_path / "var")
    assert (tmp_path / "var" / source.MARK).exists()


@pytest.mark.usefixtures("tribes")
def test_events_of_ones_own_are_not_mixed_with_the_demos(tmp_path):
    with pytest.raises(ConfigError, match="OMAKASE_DATA_FOLDER"):
        require_room(tmp_path)


@pytest.mark.usefixtures("tribes")
def test_an_earlier_demo_may_run_again(tmp_path):
    (tmp_path / source.MARK).touch()
    assert require_room(tmp_path) is None
