import json

import pytest

from omakase_service.events.selectors import event_count

pytestmark = pytest.mark.django_db
LINES = ["user,item,rating,time", "u1,i1,4,2024-01-01T00:00:00Z", ",i2,3,2024-01-02T00:00:00Z"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("\n".join([*LINES, "u2,i2,5,2024-01-03T00:00:00Z"]) + "\n")
    return path


def test_good_rows_are_stored_and_bad_ones_told(omakase, file, tmp_path):
    result = omakase("data", "import", file, "--rejects", tmp_path / "refused.jsonl", "--json")
    done = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (done["stored"], done["rejected"]) == (2, 1)
    assert event_count() == 2
    (refused,) = (tmp_path / "refused.jsonl").read_text().splitlines()
    assert json.loads(refused)["line"] == 3


def test_the_same_file_twice_changes_nothing(omakase, file):
    omakase("data", "import", file)
    again = omakase("data", "import", file)
    assert event_count() == 2
    assert "0 events stored, 2 were there already" in again.stderr


def test_people_see_totals_columns_and_the_first_refused_row(omakase, file):
    result = omakase("data", "import", file)
    assert "user_id is 'user'" in result.stdout
    assert "the user is empty" in result.stdout


def test_columns_and_type_may_be_told(omakase, file):
    file.write_text("who,item\nu1,i1\n")
    result = omakase("data", "import", file, "--map", "user_id=who", "--kind", "stare")
    assert result.exit_code == 0
    assert "stare" in result.stderr
    assert event_count() == 1


def test_a_missing_file_is_a_sentence(omakase, tmp_path):
    result = omakase("data", "import", tmp_path / "none.csv")
    assert result.exit_code == 1
    assert "none.csv" in result.stderr
