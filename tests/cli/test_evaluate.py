import json

import pytest

TRIBES = [(u, i) for u in range(20) for i in range(12) if (u + i) % 2 == 0]


@pytest.fixture
def folder(tmp_path):
    """Two tribes with times, one event a minute, in an order that mixes them."""
    lines = [f"u{u},i{i},5,{1_600_000_000 + 60 * ((u * 7 + i * 5) % 97)}" for u, i in TRIBES]
    (tmp_path / "ratings.csv").write_text("user_id,item_id,rating,timestamp\n" + "\n".join(lines))
    return tmp_path


def test_programs_get_the_table(omakase, folder):
    result = omakase("evaluate", "--data", folder, "--models", "ease", "--json", "-", "--k", 3)
    table = json.loads(result.stdout)
    assert {line["model"] for line in table["models"]} == {"ease", "popular"}
    assert table["split"] == "time"
    assert table["k"] == 3
    assert result.exit_code == 0


def test_people_see_a_line_a_model_and_a_verdict(omakase, folder):
    words = ("evaluate", "--data", folder, "--split", "leave-one-out", "--models", "ease")
    shown = omakase(*words, "--set", "ease.l2=1").stdout
    assert "popular" in shown
    assert "Verdict: ease wins" in shown


def test_the_same_seed_gives_the_same_table(omakase, folder, tmp_path):
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file in files:
        omakase("evaluate", "--data", folder, "--seed", 3, "--seeds", 2, "--json", file)
    first, second = (json.loads(file.read_text())["models"] for file in files)
    assert [line["figures"] for line in first] == [line["figures"] for line in second]


def test_no_times_no_split_by_time(omakase, tmp_path):
    (tmp_path / "ratings.csv").write_text(
        "user_id,item_id\n" + "\n".join(f"u{u},i{i}" for u, i in TRIBES)
    )
    result = omakase("evaluate", "--data", tmp_path, "--split", "time")
    assert result.exit_code == 1
    assert "leave-one-out" in result.stderr


def test_no_parts_no_split_as_given(omakase, folder):
    result = omakase("evaluate", "--data", folder, "--split", "given")
    assert result.exit_code == 1
    assert "one piece" in result.stderr


def test_the_parts_that_come_with_the_data(omakase, tmp_path):
    lines = [" ".join(map(str, [u, *(i for v, i in TRIBES if v == u)])) for u in range(20)]
    (tmp_path / "train.txt").write_text("\n".join(line.rsplit(" ", 1)[0] for line in lines) + "\n")
    last = [f"{line.split()[0]} {line.split()[-1]}" for line in lines]
    (tmp_path / "test.txt").write_text("\n".join(last) + "\n")
    result = omakase("evaluate", "--data", tmp_path, "--split", "given", "--json", "-")
    assert json.loads(result.stdout)["counts"]["queries"] == 20


def test_a_missing_file_is_a_sentence(omakase, tmp_path):
    result = omakase("evaluate", "--data", tmp_path / "none")
    assert result.exit_code == 1
    assert "no such file" in result.stderr
