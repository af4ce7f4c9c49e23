import json

import pytest

from omakase.data.readers import load

SIZE = ("--users", 20, "--items", 30, "--events", 200)


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_a_world_can_be_read_again(omakase, tmp_path, format):
    made = omakase(
        "data", "generate", "cinema", "--to", tmp_path, *SIZE, "--format", format, "--json"
    )
    assert made.exit_code == 0
    assert all(file.endswith(format) for file in json.loads(made.stdout)["files"])
    data = load(tmp_path).dataset
    assert (data.n_items, len(data.events)) == (30, 200)


def test_the_same_seed_gives_the_same_world(omakase, tmp_path):
    for name in ("a", "b"):
        omakase(
            "data",
            "generate",
            "shop",
            "--to",
            tmp_path / name,
            *SIZE,
            "--format",
            "csv",
            "--seed",
            4,
        )
    first, second = ((tmp_path / name / "events.csv").read_bytes() for name in ("a", "b"))
    assert first == second


@pytest.mark.parametrize("words", [("opera",), ("shop", "--format", "xml")])
def test_what_cannot_be_made_is_a_sentence(omakase, tmp_path, words):
    result = omakase("data", "generate", *words, "--to", tmp_path)
    assert result.exit_code == 1
    assert words[-1] in result.stderr
