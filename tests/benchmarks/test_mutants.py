"""Mutants: what is changed of a file, and who is noticed."""

import ast

import pytest
from benchmarks import mutants as bench

TEXT = """
def is_old(age, limit):
    log.info("asked")
    announce(age)
    if age >= limit and not is_young(age):
        return True
    return age + 1 > 0
"""


@pytest.fixture
def found(tmp_path, monkeypatch) -> list[bench.Mutant]:
    (tmp_path / "old.py").write_text(TEXT)
    monkeypatch.setattr(bench, "SOURCE", tmp_path)
    return bench.mutants_of("old.py")


def test_mutants_of_a_function_change_one_place_each(found):
    texts = {ast.unparse(mutant.tree) for mutant in found}
    assert len(texts) == len(found)
    assert ast.unparse(ast.parse(TEXT)) not in texts
    assert any("age > limit and" in text for text in texts)
    assert any("or not is_young" in text for text in texts)
    assert any("age - 1" in text for text in texts)
    assert any("not (age >= limit" in text for text in texts)


def test_mutants_leave_out_calls_but_none_that_only_logs(found):
    words = [mutant.words for mutant in found]
    assert "left out: announce(age)" in words
    assert not any("log.info" in each for each in words if each.startswith("left out"))


def test_mutated_module_is_imported_in_the_place_of_the_file(found, tmp_path, monkeypatch):
    mutant = next(each for each in found if "age - 1" in ast.unparse(each.tree))
    spec = bench.MutatedFinder(mutant).find_spec("old")
    assert spec is not None and spec.loader is not None
    assert bench.MutatedFinder(mutant).find_spec("other") is None
    names: dict[str, object] = {}
    exec(compile(mutant.tree, "old.py", "exec"), names)
    assert callable(names["is_old"])


def test_interval_of_a_share_covers_it_and_ends_at_one():
    low, high = bench.wilson(38, 40)
    assert low < 38 / 40 < high <= 1.0
    assert bench.wilson(40, 40)[1] == pytest.approx(1.0)


def test_words_of_rooms_under_the_bar_say_so():
    row = {"room": "a", "mutants": 10, "killed": 9, "score": 0.9}
    assert bench.words([row]).endswith("met.")
    assert bench.words([row, row | {"killed": 5, "score": 0.5}]).endswith("not met in each room.")


def test_rooms_name_files_and_tests_that_exist():
    for files, tests in bench.ROOMS.values():
        assert all((bench.SOURCE / file).is_file() for file in files)
        assert all((bench.ROOT / test).exists() for test in tests)
