"""The page is written from the result files."""

import json

from benchmarks import pages
from benchmarks.headlines import BEGIN, END

FOUND = {
    "date": "2026-01-02",
    "commit": "abc1234",
    "machine": {"processor": "a chip", "cores": 2, "system": "Linux", "python": "3.11.1"},
    "versions": {"numpy": "2.0"},
    "seeds": [0, 1],
    "rows": [
        {"data": "small", "model": "ease", "recall@10": 0.123456, "interval": [0.1, 0.25]},
        {"data": "large", "model": "popular", "seconds": 12345.6, "users": 6040, "note": None},
    ],
    "notes": ["ease is best."],
}


def test_each_data_set_has_its_table(tmp_path):
    file = tmp_path / "toy.json"
    file.write_text(json.dumps(FOUND))
    text = pages.page([file])
    assert "### small\n\n| model | recall@10 | interval |\n" in text
    assert "| ease | 0.1235 | 0.1 – 0.25 |" in text
    assert "| popular | 12,346 | 6,040 | – |" in text
    assert "- ease is best." in text
    assert "abc1234" in text and "numpy 2.0" in text and "seeds 0, 1" in text


def test_words_of_a_benchmark_are_its_docstring():
    title, words = pages.about("pages")
    assert title.startswith("`python -m benchmarks.pages`")
    assert "date, commit, machine" in words


def test_an_old_page_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "RESULTS", tmp_path)
    monkeypatch.setattr(pages, "PAGE", tmp_path / "docs" / "benchmarks.md")
    monkeypatch.setattr(pages, "READMES", {"en": tmp_path / "README.md"})
    monkeypatch.setattr(pages, "NOTES", tmp_path / "notes")
    (tmp_path / "README.md").write_text(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n")
    assert pages.main(["--check"]) == 1
    assert pages.main([]) == 0
    assert pages.main(["--check"]) == 0
    (tmp_path / "toy.json").write_text(json.dumps(FOUND))
    assert pages.main(["--check"]) == 1
    assert pages.main([]) == 0
    note = tmp_path / "notes" / "ease.md"
    note.parent.mkdir()
    note.write_text(f"<!-- figures: toy; models: ease; columns: recall@10 -->\n{END}\n")
    assert pages.main(["--check"]) == 1
    assert pages.main([]) == 0
    assert "| ease | 0.1235 |" in note.read_text()
