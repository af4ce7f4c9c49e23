"""The bench of uploads: the process that dies, and the one that looks at what it left."""

import json

import numpy as np
import pytest
from benchmarks import upload, upload_child


@pytest.fixture
def job(tmp_path):
    """A small upload to a Qdrant in a folder; the old vectors are there already."""
    work, rng = tmp_path / "work", np.random.default_rng(0)
    work.mkdir()
    knobs = {"path": str(tmp_path / "store")}
    old, new = upload.made(50, rng), upload.made(300, rng)
    np.save(work / "old.npy", old)
    np.save(work / "new.npy", new)
    (work / "job.json").write_text(json.dumps({"store": "qdrant", "knobs": knobs}))
    upload.close(upload.built("qdrant", knobs, old))
    return work, knobs, old, new


def test_the_child_uploads_searches_and_tells(job):
    work, knobs, old, new = job
    upload_child.main(work)
    told = [json.loads(text) for text in (work / "log").read_text().splitlines()]
    assert [each["done"] for each in told][-1] == 300
    assert sum(each["sent"] for each in told) == 300
    assert all(each["right"] for each in told)
    assert upload.arrived(work) == 300
    found = upload.looked_at("qdrant", knobs, old, new, np.random.default_rng(1))
    assert found["held"] == 300
    assert found["complete, nothing twice"] == found["equal"] == "yes"
    assert found["recall@10"] == 1


def test_half_a_line_of_the_log_is_not_read(tmp_path):
    assert upload.arrived(tmp_path) == 0
    (tmp_path / "log").write_text('{"done": 200, "sent": 200, "right": true}\n{"done": 4')
    assert upload.arrived(tmp_path) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "complete, equal"),
        ({"equal": "no"}, "NOT as it should be"),
        ({"wrong meanwhile": 2}, "NOT as it should be"),
    ],
)
def test_the_verdict_follows_from_what_was_found(change, words):
    row = {
        "store": "qdrant",
        "kills": 10,
        "held": 5,
        "vectors": 5,
        "complete, nothing twice": "yes",
        "equal": "yes",
        "searches meanwhile": 9,
        "wrong meanwhile": 0,
    }
    assert words in upload.verdict(row | change)
