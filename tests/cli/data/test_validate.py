import json

import pytest

GOOD = "u1,i1,4,2024-01-01T00:00:00Z"
LINES = [
    "user,item,rating,time",
    GOOD,
    ",i2,3,2024-01-02T00:00:00Z",
    "u2,i2,nan,2024-01-03T00:00:00Z",
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("\n".join(LINES) + "\n")
    return path


def test_bad_rows_are_told_by_line_and_reason(omakase, file):
    result = omakase("data", "validate", file, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 3
    assert found["rows"] == 1
    assert [(r["line"], r["reason"]) for r in found["rejects"]] == [
        (3, "empty_user"),
        (4, "value_not_finite"),
    ]
    assert found["columns"]["user_id"] == "user"


def test_people_see_totals_and_the_first_lines(omakase, file):
    shown = omakase("data", "validate", file).stdout
    assert "1 rows can be stored, 2 are refused." in shown
    assert "the user is empty" in shown


def test_refused_rows_go_to_a_file(omakase, file, tmp_path):
    omakase("data", "validate", file, "--rejects", tmp_path / "refused.json")
    refused = json.loads((tmp_path / "refused.json").read_text())
    assert [row["line"] for row in refused] == [3, 4]


def test_a_clean_file_is_code_0(omakase, file):
    file.write_text("\n".join(LINES[:2]) + "\n")
    assert omakase("data", "validate", file).exit_code == 0


def test_a_column_may_be_named(omakase, file):
    file.write_text("who,item\nu1,i1\n")
    assert omakase("data", "validate", file).exit_code == 1
    assert omakase("data", "validate", file, "--map", "user_id=who").exit_code == 0


@pytest.mark.parametrize("word", ["user_id", "=who", "user_id="])
def test_a_mapping_that_is_none_is_explained(omakase, file, word):
    result = omakase("data", "validate", file, "--map", word)
    assert result.exit_code == 1
    assert "OURS=THEIRS" in result.stderr


def test_a_folder_in_a_known_layout(omakase, tmp_path):
    (tmp_path / "u.data").write_text("1\t2\t3\t881250949\n1\t3\t4\t881250950\n")
    found = json.loads(omakase("data", "validate", tmp_path, "--json").stdout)
    assert found["rows"] == 2


def test_odd_rows_are_kept_and_told(omakase, file):
    (file.parent / "items.csv").write_text("item_id,title,price\ni1,Tea,cheap\n")
    file.write_text("\n".join(LINES[:2]) + "\n")
    result = omakase("data", "validate", file.parent)
    assert result.exit_code == 0
    assert "odd" in result.stdout


def test_no_file_no_traceback(omakase, tmp_path):
    result = omakase("data", "validate", tmp_path / "none.csv")
    assert result.exit_code == 1
    assert "none.csv" in result.stderr
