"""Text of requests: what every store can keep."""

import pytest
from pydantic import TypeAdapter, ValidationError

from omakase_service.platform.text import Facts, Id, Text, Word, is_deep, storable_facts

IDS, WORDS, TEXTS, FACTS = map(TypeAdapter, (Id, Word, Text, Facts))


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("a", "a"),
        ("  a b ", "a b"),
        (7, "7"),
        (-7, "-7"),
        (10**30, "1" + "0" * 30),
        ("007", "007"),
        ("김치/찌개", "김치/찌개"),
        ("e\u0301", "e\u0301"),
        ("🍜", "🍜"),
        ("x" * 255, "x" * 255),
    ],
)
def test_an_id_is_its_text(given, taken):
    assert IDS.validate_python(given) == taken


@pytest.mark.parametrize(
    "given",
    ["", "  ", "a\x00", "a\nb", "a\x7fb", "\u200b", "a\u2028b", "x" * 256, True, 1.5, None, ["a"]],
)
def test_what_is_no_id(given):
    with pytest.raises(ValidationError):
        IDS.validate_python(given)


@pytest.mark.parametrize("kind", [WORDS, TEXTS])
def test_words_and_texts_keep_their_blanks_and_lines_and_hold_no_nul(kind):
    assert kind.validate_python(" a\n\tb ") == " a\n\tb "
    with pytest.raises(ValidationError, match="NUL"):
        kind.validate_python("a\x00b")


def test_lengths_have_their_limits():
    assert len(WORDS.validate_python("가" * 255)) == 255
    with pytest.raises(ValidationError):
        WORDS.validate_python("가" * 256)
    assert len(TEXTS.validate_python("가" * 100_000)) == 100_000
    with pytest.raises(ValidationError):
        TEXTS.validate_python("가" * 100_001)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"a": {"b": [1, 2.5, None, True, "x"]}},
        {"맛": "맵다"},
        {"pattern": "\\u0000"},
        {"path": "C:\\u0000data\\\\"},
        {"long": "x" * 99_000},
    ],
)
def test_facts_are_any_json(facts):
    """A backslash followed by u0000 is six harmless signs; JSON writes a NUL the same way."""
    assert FACTS.validate_python(facts) == facts


@pytest.mark.parametrize(
    "facts",
    [{"a": "\x00"}, {"\x00": 1}, {"a": [{"b": "x\x00y"}]}, {"a": "\\\x00"}, {"a": "x" * 100_000}],
)
def test_facts_that_no_store_keeps(facts):
    with pytest.raises(ValidationError, match=r"NUL|bytes"):
        FACTS.validate_python(facts)


@pytest.mark.parametrize(("depth", "deep"), [(0, False), (50, False), (51, True), (900, True)])
def test_is_deep_of_lists_and_objects_counts_those_within_each_other(depth, deep):
    listed: object = 1
    named: object = "a"
    for _ in range(depth):
        listed, named = [listed], {"a": named}
    assert is_deep(listed) is deep
    assert is_deep(named) is deep


def test_storable_facts_that_are_nested_too_deeply_are_refused():
    facts: dict[str, object] = {}
    for _ in range(300):
        facts = {"a": facts}
    with pytest.raises(ValueError, match="at most 50 deep"):
        storable_facts(facts)


@pytest.mark.parametrize(
    "value",
    [2**64, -(2**63) - 1, float("nan"), float("inf"), float("-inf"), "\ud800", {1, 2}, b"x"],
)
@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: [None, v], lambda v: {"inner": [v]}])
def test_facts_that_are_no_json_are_refused_in_a_sentence(value, wrap):
    with pytest.raises(ValidationError) as caught:
        FACTS.validate_python({"fact": wrap(value)})
    (told,) = caught.value.errors()
    assert told["msg"].startswith("Value error, this cannot be kept as JSON: ")


@pytest.mark.parametrize("value", [None, 2**64 - 1, -(2**63), 1e308, -0.0, "null", "NaN", [None]])
def test_facts_at_the_ends_of_json_are_kept_as_they_are(value):
    assert FACTS.validate_python({"fact": value}) == {"fact": value}
