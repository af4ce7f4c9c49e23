"""`omakase import gorse`, in the terminal."""

import json

import pytest

ROW = {"FeedbackType": "star", "UserId": "하나", "ItemId": "i1", "Timestamp": "2024-05-01"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "feedback.jsonl").write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        '[recommend.data_source]\npositive_feedback_types = ["star"]\n[oidc]\nenable = false\n'
    )
    return tmp_path


def test_import_gorse_of_a_folder_says_what_came_and_what_holds(db, omakase, folder):
    done = omakase("import", "gorse", folder)
    assert done.exit_code == 0
    assert "0 users, 0 items and 1 rows of feedback read; 0 refused." in done.output
    assert "positive feedback: star" in done.output
    assert "staff log in to the admin" in done.output
    assert "omakase serve --gorse-port 8088" in done.output


def test_import_gorse_for_programs_is_json(db, omakase, folder):
    said = json.loads(omakase("import", "gorse", folder, "--json").stdout)
    assert said["rows"]["feedback"] == 1
    assert said["settings"][0]["taken"][0] == "positive feedback: star"


def test_import_gorse_with_refused_rows_ends_with_3(db, omakase, tmp_path):
    file = tmp_path / "users.jsonl"
    file.write_text('{"UserId": "a/b"}\n{"UserId": "ok"}\n')
    done = omakase("import", "gorse", file)
    assert done.exit_code == 3
    assert "holds a slash" in done.output


def test_import_gorse_of_nothing_says_what_to_give(db, omakase, tmp_path):
    done = omakase("import", "gorse", tmp_path)
    assert done.exit_code == 1
    assert "give the file, or a folder with some of them" in " ".join(done.output.split())


def test_gorse_share_and_mirror_say_what_holds(db, omakase):
    assert "30 % of the people get our lists now." in omakase("gorse", "share", 30).output
    assert omakase("gorse", "share", 130).exit_code == 1
    assert "Nothing was mirrored yet" in omakase("gorse", "mirror").output
    assert json.loads(omakase("gorse", "mirror", "--json").stdout)["own_percent"] == 30
