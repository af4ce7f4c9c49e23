"""The figures of the README are those of the results."""

import json
import re

import pytest
from benchmarks.form import RESULTS
from benchmarks.headlines import BEGIN, END, HEADLINES, one, replaced, section

ROWS = [
    {"data": "s3rec-Beauty", "model": "popular", "recall@10": 0.01, "ndcg@10": 0.005},
    {"data": "s3rec-Beauty", "model": "shop-sasrec, mean", "recall@10": 0.1, "ndcg@10": 0.05},
    {"data": "s3rec-Beauty", "model": "published: Theirs", "recall@10": 0.2, "ndcg@10": 0.06},
]


def recorded() -> dict:
    files = RESULTS.glob("*.json")
    return {file.stem: json.loads(file.read_text("utf-8"))["rows"] for file in files}


def test_the_last_row_that_fits():
    assert one([*ROWS, {**ROWS[0], "ndcg@10": 1.0}], model="pop*")["ndcg@10"] == 1.0
    assert one([{"items": 10}, {"items": 100}], items=10) == {"items": 10}
    with pytest.raises(ValueError, match="no row"):
        one(ROWS, model="nobody")


@pytest.mark.parametrize(("language", "words"), [("en", "published"), ("ko", "발표 기록")])
def test_each_headline_finds_its_figures_among_what_is_recorded(language, words):
    found = recorded()
    lines = section(found, language).splitlines()[2:]
    assert len(lines) == sum(each.file in found for each in HEADLINES) == len(HEADLINES)
    assert all(re.search(r"\*\*\d", line) for line in lines)
    assert sum(words in line for line in lines) == 4
    assert not any("{" in line for line in lines)


def test_what_was_not_measured_has_no_line():
    assert section({}, "en").count("\n") == 1


def test_only_what_is_between_the_marks_changes():
    text = f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n"
    assert replaced(text, "new") == f"Before.\n{BEGIN}\n\nnew\n\n{END}\nAfter.\n"
    assert replaced(replaced(text, "new"), "new") == replaced(text, "new")
    with pytest.raises(ValueError, match="no "):
        replaced("Before.", "new")
