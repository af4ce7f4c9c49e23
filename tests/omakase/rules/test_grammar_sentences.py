"""Texts, trees and the whole sentences of what cannot be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.errors import RuleError
from omakase.rules.check import Checker
from omakase.rules.columns import AttributeType
from omakase.rules.grammar import MAX_DEPTH, MAX_LENGTH, parse
from omakase.rules.tree import Attribute, Constant, Negation, Operation

quick = settings(max_examples=100, deadline=None)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=12)


def refused(text):
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert caught.value.text in (text, "")
    assert str(caught.value) == f"column {caught.value.column}: {caught.value.reason}"
    return caught.value.column, caught.value.reason


@quick
@given(texts, st.sampled_from("\"'"))
def test_parse_of_a_quoted_text_gives_the_text_back(text, mark):
    quoted = text.replace("\\", "\\\\").replace(mark, f"\\{mark}")
    assert parse(f"{mark}{quoted}{mark}") == Constant(text, 1)


@quick
@given(st.lists(texts, max_size=4))
def test_parse_of_a_list_of_texts_gives_them_back(words):
    quoted = ['"{}"'.format(word.replace("\\", "\\\\").replace('"', '\\"')) for word in words]
    assert parse(f"[{', '.join(quoted)}]") == Constant(tuple(words), 1)


@quick
@given(st.lists(st.integers(-(10**6), 10**6).map(lambda n: n / 100), min_size=1, max_size=4))
def test_parse_of_a_list_of_numbers_gives_them_back(numbers):
    written = ", ".join(f"{number:.2f}" for number in numbers)
    assert parse(f"[{written}]") == Constant(tuple(float(n) for n in written.split(", ")), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1.0),
        ("1.50", 1.5),
        ("007", 7.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ('""', ""),
        ("''", ""),
        ("'\"'", '"'),
        ('"\'"', "'"),
        ("[]", ()),
        ("(((1)))", 1.0),
        (" \t\n 1 \n", 1.0),
    ],
)
def test_parse_of_a_single_value_is_that_value(text, expected):
    assert parse(text).value == expected


@pytest.mark.parametrize("owner", ["item", "user", "context"])
@pytest.mark.parametrize("name", ["price", "_x", "가격", "naïve", "x1", "and_more", "items"])
def test_parse_of_an_attribute_keeps_its_owner_and_name(owner, name):
    assert parse(f"{owner}.{name}") == Attribute(owner, name, 1)
    assert parse(f"{owner}.attributes.{name}") == Attribute(owner, name, 1)


def test_parse_of_an_attribute_called_attributes_is_that_one():
    assert parse("item.attributes") == Attribute("item", "attributes", 1)


@pytest.mark.parametrize("word", ["<", "<=", ">", ">=", "==", "!=", "in", "not in", "overlaps"])
def test_parse_of_a_comparison_has_its_word_and_place(word):
    tree = parse(f"item.a {word} item.b")
    assert tree == Operation(
        word, Attribute("item", "a", 1), Attribute("item", "b", 9 + len(word)), 8
    )


@pytest.mark.parametrize("word", ["+", "-", "*", "/"])
def test_parse_of_a_sum_takes_the_left_one_first(word):
    left = Operation(word, Constant(1.0, 1), Constant(2.0, 5), 3)
    assert parse(f"1 {word} 2 {word} 3") == Operation(word, left, Constant(3.0, 9), 7)


def test_parse_of_not_before_in_is_one_word_and_elsewhere_a_negation():
    absent = parse("item.a not in item.b")
    assert (absent.word, absent.column) == ("not in", 8)
    denied = parse("not item.a in item.b")
    assert denied == Negation(
        Operation("in", Attribute("item", "a", 5), Attribute("item", "b", 15), 12), 1, "not"
    )


def test_parse_of_two_minus_signs_denies_twice():
    assert parse("--1") == Negation(Negation(Constant(1.0, 3), 2, "-"), 1, "-")


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("item.a = 1", 8, "'=' has no meaning here; did you mean ==?"),
        ("item.a & true", 8, "'&' has no meaning here; did you mean and?"),
        ("item.a | true", 8, "'|' has no meaning here; did you mean or?"),
        ("item.a # 1", 8, "'#' has no meaning here"),
        ('item.a == "x', 11, "a text that does not end: its closing quote is missing"),
        ("item.a == 'x", 11, "a text that does not end: its closing quote is missing"),
        ("", 1, "the rule ends here, where a value or not was expected"),
        ("item.a ==", 10, "the rule ends here, where a value was expected"),
        ("item", 5, "the rule ends here, where . was expected"),
        ("item.", 6, "the rule ends here, where the name of an attribute was expected"),
        ("[1, ", 5, "the rule ends here, where -, a number or a text in quotes was expected"),
        ("item.a.b", 1, "`item.a` has no parts; `item.attributes.b` has"),
        ('[1, "a"]', 1, "a list holds texts or numbers, not both"),
    ],
)
def test_parse_of_what_is_no_rule_says_where_and_what_was_expected(text, column, reason):
    assert refused(text) == (column, reason)


@pytest.mark.parametrize("text", ["1 2", "item.a item.b", "(1", "1)", "in 1", "a.b", "[[1]]", "!"])
def test_parse_of_broken_rules_is_refused_within_the_text(text):
    column, reason = refused(text)
    assert 1 <= column <= len(text) + 1
    assert reason


def test_parse_of_a_chain_of_comparisons_is_refused():
    column, _ = refused("1 < item.a < 3")
    assert column == 12


@pytest.mark.parametrize("size", [MAX_LENGTH, MAX_LENGTH + 1])
def test_parse_of_the_longest_rule_is_read_and_of_a_longer_one_is_not(size):
    text = f'"{"x" * (size - 2)}"'
    if size <= MAX_LENGTH:
        assert len(parse(text).value) == size - 2
        return
    assert refused(text) == (1, f"a rule has at most {MAX_LENGTH} characters, this one {size}")


def test_parse_of_a_rule_that_is_nested_too_deep_is_refused_with_its_place():
    assert parse("not " * (MAX_DEPTH - 2) + "true")
    _, reason = refused("not " * (MAX_DEPTH + 5) + "true")
    assert reason == f"nested deeper than {MAX_DEPTH}"


@quick
@given(st.text("item.user \"'()[]<>=!+-*/,0123456789andortfalse", max_size=25))
def test_parse_of_any_signs_is_a_tree_or_a_reason_with_a_place(text):
    try:
        assert parse(text) is not None
    except RuleError as error:
        assert 1 <= error.column <= len(text) + 1


KINDS = {
    "item.n": "number",
    "item.t": "text",
    "item.l": "list of texts",
    "item.f": "true or false",
    "null": None,
    "[1, 2]": "list of numbers",
    '["a"]': "list of texts",
    "1.5": "number",
    '"a"': "text",
    "true": "true or false",
}
SCHEMAS = {
    "item": {
        "n": AttributeType.NUMBER,
        "t": AttributeType.TEXT,
        "l": AttributeType.TEXTS,
        "f": AttributeType.FLAG,
    }
}


def fits(word, left, right):
    """Whether a comparison makes sense, in plain words."""
    kinds = (left, right)
    if word in ("and", "or"):
        return kinds == ("true or false", "true or false")
    if word in ("<", ">=", "+", "/"):
        return kinds == ("number", "number")
    if word == "==":
        if "list of numbers" in kinds:
            return False
        return None in kinds or (left == right and left != "list of texts")
    if word == "overlaps":
        return kinds == ("list of texts", "list of texts")
    return (left == "text" and right in ("text", "list of texts")) or kinds == (
        *("number", "list of numbers"),
    )


@pytest.mark.parametrize(
    "word", ["and", "or", "<", ">=", "+", "/", "==", "in", "not in", "overlaps"]
)
@pytest.mark.parametrize("left", KINDS)
def test_checker_of_every_pair_of_kinds_takes_what_makes_sense(word, left):
    for right in KINDS:
        text = f"{left} {word} {right}"
        checker = Checker(SCHEMAS, text)
        if fits(word, KINDS[left], KINDS[right]):
            gives = "number" if word in ("+", "/") else "true or false"
            assert checker.kind(parse(text)) == gives, text
        else:
            with pytest.raises(RuleError) as caught:
                checker.kind(parse(text))
            assert caught.value.text == text


@pytest.mark.parametrize("value", KINDS)
def test_checker_of_a_negation_needs_a_truth_or_a_number(value):
    for word, wanted in (("not", "true or false"), ("-", "number")):
        text = f"{word} {value}"
        if KINDS[value] == wanted:
            assert Checker(SCHEMAS, text).kind(parse(text)) == wanted
            continue
        with pytest.raises(RuleError) as caught:
            Checker(SCHEMAS, text).kind(parse(text))
        is_there = KINDS[value] or "null"
        assert caught.value.reason == f"{word} needs a {wanted} here, this is {is_there}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("item.t == 1", "column 8: == between text and number is never true"),
        ("item.l != item.l", "column 8: != compares single values; use in or overlaps"),
        ("item.n in item.t", "column 8: in between number and text has no meaning"),
        ("null in item.t", "column 6: in between null and text has no meaning"),
        ("user.a == 1", "column 1: no attribute `user.a`; known: none"),
        ("item.zzz == 1", "column 1: no attribute `item.zzz`; known: f, l, n, t"),
    ],
)
def test_checker_says_in_a_sentence_what_does_not_fit(text, sentence):
    with pytest.raises(RuleError) as caught:
        Checker(SCHEMAS, text).kind(parse(text))
    assert str(caught.value) == sentence
