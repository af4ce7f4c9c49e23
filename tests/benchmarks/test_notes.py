"""The figures of the learning notes are those of the results."""

import json

import pytest
from benchmarks import pages
from benchmarks.form import RESULTS
from benchmarks.notes import BEGIN, COLUMNS, END, Mark, filled, written

FOUND = {
    "toy": {
        "date": "2026-01-02",
        "rows": [
            {"data": "small, by time: 9 events", "model": "ease", "ndcg@10": 0.25, "ms": 1.5},
            {"data": "small, by time: 9 events", "model": "neumf, both", "ndcg@10": 0.125},
            {"data": "small, by time: 9 events", "model": "popular", "ndcg@10": 0.0625},
            {"data": "large", "model": "ease", "ndcg@10": 0.5},
            {"data": "small, by time: 9 events", "model": "late", "ndcg@10": 0.75},
        ],
    },
    "plain": {"date": "2026-01-03", "rows": [{"model": "ease", "recall@20": 0.75}]},
}


def page(said: str, old: str = "") -> str:
    return f"Before.\n{BEGIN}{said} -->{old}\n{END}\nAfter.\n"


def lines(said: str, *, korean: bool = False) -> list[str]:
    return [line for line in filled(page(said), FOUND, korean=korean).splitlines() if line]


def test_a_mark_says_which_figures():
    mark = Mark.of("quality; data: ml-1m*; models: ease | neumf, both; columns: ndcg@10 | auc")
    assert mark == Mark("quality", ("ease", "neumf, both"), "ml-1m*", ("ndcg@10", "auc"))
    assert Mark.of("quality; models: ease") == Mark("quality", ("ease",), "*", COLUMNS)


def test_rows_of_the_models_named_in_the_order_of_the_results():
    said = "toy; data: small*; models: popular | ease; columns: ndcg@10"
    assert lines(said)[2:6] == [
        "| model | NDCG@10 |",
        "| --- | --- |",
        "| ease | 0.25 |",
        "| popular | 0.0625 |",
    ]


def test_what_a_row_lacks_is_a_dash():
    said = "toy; data: small*; models: ease | neumf, *; columns: ndcg@10 | ms"
    assert lines(said)[4:6] == ["| ease | 0.25 | 1.5 |", "| neumf, both | 0.125 | – |"]


def test_several_data_sets_have_a_column():
    said = lines("toy; models: ease | late; columns: ndcg@10")
    assert said[2] == "| data | model | NDCG@10 |"
    assert said[4:7] == [
        "| small, by time | ease | 0.25 |",
        "| small, by time | late | 0.75 |",
        "| large | ease | 0.5 |",
    ]


def test_below_stands_what_it_was_and_how_to_measure_it_again():
    said = lines("toy; data: small*; models: ease; columns: ndcg@10")
    again = "`python -m benchmarks.toy --data PATH`"
    assert said[-3] == f"small, by time: 9 events · {again} · 2026-01-02"
    plain = lines("plain; models: ease; columns: recall@20")
    assert plain[-3] == "`python -m benchmarks.plain --data PATH` · 2026-01-03"


def test_heads_in_korean():
    said = lines("toy; models: ease; columns: ndcg@10 | ms", korean=True)
    assert said[2] == "| 데이터 | 모델 | NDCG@10 | 요청 ms |"


def test_only_what_is_between_the_marks_changes():
    said = "plain; models: ease; columns: recall@20"
    once = filled(page(said, "\nold, and wrong: 0.99\n"), FOUND, korean=False)
    assert once.startswith(f"Before.\n{BEGIN}{said} -->\n\n| model")
    assert once.endswith(f"\n\n{END}\nAfter.\n")
    assert "old" not in once
    assert filled(once, FOUND, korean=False) == once


def test_a_page_may_hold_several_tables_or_none():
    two = page("plain; models: ease; columns: recall@20") * 2
    assert filled(two, FOUND, korean=False).count("| ease | 0.75 |") == 2
    assert filled("Words.\n", FOUND, korean=False) == "Words.\n"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (page("nothing; models: ease"), "no results of 'nothing'"),
        (page("toy; models: eaze; columns: ms"), "no row of 'eaze'"),
        (page("toy; data: huge*; models: ease; columns: ms"), "on 'huge"),
        (page("toy; models: ease; columns: recal@10"), "no row has 'recal@10'"),
        (page("toy; model: ease"), "a mark has no 'model'"),
        (page("toy; data: small*"), "must name models"),
        (f"{BEGIN}toy; models: ease -->\n", "needs its own"),
        (f"{END}\n", "needs its own"),
        (f"{BEGIN}toy; models: ease -->\n" + page("toy; models: ease"), "needs its own"),
    ],
)
def test_what_is_wrong_in_a_mark_is_said_with_its_page(text, wrong, tmp_path):
    (tmp_path / "ease.md").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"^ease\.md: ") as told:
        written(tmp_path, FOUND)
    assert wrong in str(told.value)


def test_pages_without_marks_are_left_alone(tmp_path):
    (tmp_path / "README.md").write_text("Words.\n", encoding="utf-8")
    for name in ("ease.md", "ease.ko.md"):
        text = page("toy; models: ease; columns: ndcg@10")
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = {file.name: text for file, text in written(tmp_path, FOUND).items()}
    assert set(found) == {"ease.md", "ease.ko.md"}
    assert "| 데이터 |" in found["ease.ko.md"] and "| data |" in found["ease.md"]


def test_the_notes_hold_the_figures_of_the_results():
    results = {file.stem: json.loads(file.read_text("utf-8")) for file in RESULTS.glob("*.json")}
    texts = written(pages.NOTES, results)
    old = [file.name for file, text in texts.items() if file.read_text("utf-8") != text]
    assert texts and not old, "run: python -m benchmarks.pages"
