"""Parsers that strangers reach: all that ever broke one, and a few hundred new inputs of each."""

import random
from pathlib import Path

import pytest
from benchmarks import fuzzing
from benchmarks.fuzz_inputs import MOST, inputs, mutated_json, nested, sentence
from benchmarks.fuzz_parsers import Parser, parsers

NAMES = sorted(file.stem for file in fuzzing.CORPUS.glob("*.json"))


@pytest.fixture
def parser(request: pytest.FixtureRequest, tmp_path: Path, db: None) -> Parser:
    return next(each for each in parsers(tmp_path) if each.name == request.param)


def test_corpus_and_parsers_have_the_same_names(tmp_path):
    assert sorted(each.name for each in parsers(tmp_path)) == NAMES


@pytest.mark.parametrize("parser", NAMES, indirect=True)
def test_parser_of_what_once_broke_it_and_of_new_inputs_does_not_crash(parser):
    found = fuzzing.attacked(parser, 300, seed=7)
    crashes = {kind: texts for kind, texts in found.failures.items() if kind.startswith("crash")}
    assert crashes == {}
    assert found.accepted + found.refused > 0


def test_attack_of_a_parser_that_crashes_keeps_the_input_and_its_kind():
    def read(text: str) -> None:
        raise KeyError(text) if len(text) % 2 else ValueError("refused")

    found = fuzzing.Attack()
    with fuzzing.calm():
        for text in ("odd", "even", "a", "ab"):
            fuzzing.judge(Parser("poor", read, (ValueError,)), text, found)
    assert (found.accepted, found.refused, found.count("crash"), found.count("hang")) == (
        0,
        2,
        2,
        0,
    )
    assert found.failures == {"crash KeyError: 'odd'": ["odd"], "crash KeyError: 'a'": ["a"]}


def test_attack_of_a_parser_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(fuzzing, "ENDLESS_SECONDS", 0.2)

    def read(text: str) -> None:
        while True:
            pass

    with fuzzing.calm():
        assert fuzzing.outcome(Parser("endless", read), "a")[1] == "hang without an end"


def test_inputs_of_one_seed_are_the_same_each_time():
    def drawn() -> list[str]:
        draw = inputs(['{"a": [1, "b"]}', "x < 3"], None, None, random.Random(3))
        return [draw() for _ in range(200)]

    assert drawn() == drawn()
    assert max(map(len, drawn())) <= MOST
    assert len(set(drawn())) > 100


def test_sentence_of_a_grammar_ends_though_it_names_itself():
    grammar = {"start": ("(<start>)", "<start><start>", "a")}
    for seed in range(50):
        assert "<start>" not in sentence(grammar, random.Random(seed))


def test_mutated_json_of_no_json_is_the_text():
    assert mutated_json("{", random.Random(0)) == "{"


def test_nested_value_lies_so_deep():
    value = nested(1, 3, random.Random(0))
    for _ in range(3):
        value = value[0] if isinstance(value, list) else value["a"]
    assert value == 1


def test_batches_of_lines_have_as_many_as_a_parser_reads_at_once():
    parser = Parser("lines", print, many=4)
    lines = iter(f"{n}" for n in range(100))
    texts = list(fuzzing.batches(parser, lambda: next(lines), 10))
    assert [len(text.split("\n")) for text in texts] == [4, 4, 2]
