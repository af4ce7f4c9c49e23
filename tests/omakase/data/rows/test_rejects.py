"""A row that was left out."""

import json

import pytest

from omakase.data.rows.rejects import RAW_LIMIT, SENTENCES, Reject, write_rejects


def test_a_reject_speaks_plainly():
    found = Reject.of("a.csv", 7, "value_out_of_range", "1,2,9", found="9", expected="0 to 5")
    assert found == Reject(
        "a.csv", 7, "value_out_of_range", "the value '9' is outside 0 to 5", "1,2,9"
    )


@pytest.mark.parametrize("reason", SENTENCES)
def test_every_reason_has_its_sentence(reason):
    found = Reject.of("a", 1, reason, found="x", expected=3, column="c")
    assert found.detail.startswith(("the ", "'x'", "c "))
    assert "{" not in found.detail


def test_the_row_is_cut():
    assert len(Reject.of("a", 1, "bad_json", "x" * 999).raw) == RAW_LIMIT


def test_rejects_are_appended_to_a_file(tmp_path):
    file = tmp_path / "rejects.jsonl"
    for line in (3, 9):
        write_rejects(file, [Reject.of("a.csv", line, "duplicate", "김치,\n")])
    rows = [json.loads(row) for row in file.read_text(encoding="utf-8").splitlines()]
    assert [row["line"] for row in rows] == [3, 9]
    assert rows[0]["raw"] == "김치,\n"
    assert rows[0]["reason"] == "duplicate"
