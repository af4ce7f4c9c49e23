import json

import pytest

from omakase_cli import doctor
from omakase_service.platform.services import create_key


def codes(result) -> set[str]:
    return {finding["code"] for finding in json.loads(result.stdout)}


@pytest.mark.django_db
def test_an_empty_house_has_no_model_and_no_event(omakase):
    result = omakase("doctor", "--json")
    assert {"no_model", "no_events", "no_key"} <= codes(result)
    assert result.exit_code == 3


@pytest.mark.usefixtures("trained")
def test_a_trained_house_has_warnings_only(omakase):
    create_key(name="shop")
    result = omakase("doctor", "--json")
    assert "no_model" not in codes(result)
    assert "no_key" not in codes(result)
    assert "few_users" in codes(result)
    assert result.exit_code == 0


@pytest.mark.usefixtures("trained")
def test_people_are_told_what_to_do(omakase):
    shown = omakase("doctor").stdout
    assert "omakase key create" in shown
    assert shown.count("warning") >= 2


@pytest.mark.usefixtures("tribes")
def test_popularity_that_wins_is_told(omakase, monkeypatch):
    omakase("train", "--models", "random")
    from omakase_service.training.selectors import live_card

    figures = doctor.figures(live_card().table)
    monkeypatch.setattr(doctor, "figures", lambda _: {**figures, "popular": {"ndcg@10": 1.0}})
    assert "popularity_wins" in codes(omakase("doctor", "--json"))


@pytest.mark.usefixtures("trained")
def test_a_damaged_version_is_told(omakase):
    from omakase_service.serving import live_version
    from omakase_service.training.selectors import live_card
    from omakase_service.training.services import versions_folder

    live_version.forget()
    (versions_folder() / live_card().name / "manifest.json").write_text("{}")
    assert "broken_model" in codes(omakase("doctor", "--json"))


def test_settings_that_are_not_valid_end_the_round(omakase, monkeypatch):
    def refuse() -> None:
        raise doctor.ConfigError("no such settings: OMAKASE_DATAFOLDER")

    monkeypatch.setattr(doctor, "read_settings", refuse)
    result = omakase("doctor", "--json")
    assert codes(result) == {"settings"}
    assert result.exit_code == 3


def test_a_file_is_examined_before_it_is_stored(omakase, tmp_path):
    lines = [f"u{n % 30},i{n % 29},{n % 5 + 1},1700000000" for n in range(300)]
    (tmp_path / "ratings.csv").write_text("user,item,rating,time\n,i1,3,1\n" + "\n".join(lines))
    result = omakase("doctor", "--data", tmp_path, "--json")
    assert {"equal_times", "rejects"} <= codes(result)
    assert result.exit_code == 3


def test_healthy_files_are_said_to_be(omakase, tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.time, "time", lambda: 1_700_002_000)
    pairs = [(u, i) for u in range(30) for i in range(30) if (u + i) % 3 == 0]
    lines = [f"u{u},i{i},{(u + i) % 5 + 1},{1_700_000_000 + n}" for n, (u, i) in enumerate(pairs)]
    (tmp_path / "ratings.csv").write_text("user,item,rating,time\n" + "\n".join(lines))
    result = omakase("doctor", "--data", tmp_path)
    assert result.exit_code == 0
    assert "Nothing is wrong." in result.stderr
