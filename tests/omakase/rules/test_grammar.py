"""Reading rules, and saying where one cannot be read."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.errors import RuleError
from omakase.rules.grammar import MAX_DEPTH, MAX_LENGTH, parse
from omakase.rules.tree import Attribute, Constant, Negation, Operation


def test_a_rule_becomes_a_tree_with_places():
    tree = parse('item.price < 30000 and "vegan" in item.tags')
    assert tree == Operation(
        "and",
        Operation("<", Attribute("item", "price", 1), Constant(30000.0, 14), 12),
        Operation("in", Constant("vegan", 24), Attribute("item", "tags", 35), 32),
        20,
    )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("true or true and false", "true or (true and false)"),
        ("not true or true", "(not true) or true"),
        ("1 + 2 * 3 < 4", "(1 + (2 * 3)) < 4"),
        ("8 - 4 - 2 < 3", "((8 - 4) - 2) < 3"),
        ("-item.a + 1 < 2", "((-item.a) + 1) < 2"),
    ],
)
def test_words_bind_as_one_expects(text, same):
    assert without_places(parse(text)) == without_places(parse(same))


def without_places(node):
    if isinstance(node, Operation):
        return (node.word, without_places(node.left), without_places(node.right))
    if isinstance(node, Negation):
        return (node.word, without_places(node.operand))
    return node.value if isinstance(node, Constant) else (node.owner, node.name)


def test_quotes_can_be_escaped_in_either_kind_of_text():
    assert parse(r'"say \"hi\" \\"').value == 'say "hi" \\'
    assert parse(r"'it\'s'").value == "it's"


def test_korean_names_and_texts():
    tree = parse('"김치" in item.태그')
    assert (tree.left.value, tree.right.name) == ("김치", "태그")


def test_lists_of_numbers_and_of_texts_and_of_nothing():
    assert parse("item.a in [1, -2.5]").right.value == (1.0, -2.5)
    assert parse("item.a in []").right.value == ()


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "the rule ends here"),
        ("item.price <", 13, "a value"),
        ("item.price = 3", 12, "did you mean ==?"),
        ('item.brand == "abc', 15, "closing quote"),
        ("3 < item.price < 5", 16, "'<'"),
        ("item.pri ce < 3", 10, "'ce'"),
        ('[1, "a"] overlaps item.tags', 1, "not both"),
        ("(item.price < 3", 16, ")"),
        ("foo.bar == 1", 1, "'foo'"),
        ("item.price & 3", 12, "did you mean and?"),
        ("x" * (MAX_LENGTH + 1), 1, "at most"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text, column, words):
    with pytest.raises(RuleError, match=f"^column {column}: ") as caught:
        parse(text)
    assert words in str(caught.value)
    assert caught.value.column == column


def test_depth_is_refused_before_python_runs_out_of_stack():
    with pytest.raises(RuleError, match="nested deeper"):
        parse("not " * (MAX_DEPTH + 5) + "true")


def test_two_hundred_broken_rules_each_get_a_message_with_the_place():
    """A good rule with one character changed: read, or refused with a place."""
    chance = random.Random(7)
    good = "item.price * 2 <= 30000.5 and not (\"vegan\" in item.tags or item.brand != 'Kim')"
    refused = 0
    while refused < 200:
        at = chance.randrange(len(good))
        broken = good[:at] + chance.choice(["", *string.punctuation]) + good[at + 1 :]
        try:
            parse(broken)
        except RuleError as error:
            refused += 1
            assert 1 <= error.column <= len(broken) + 1
            assert len(error.reason) > 10
            assert error.text == broken


@given(st.text(st.characters(exclude_characters="\n"), max_size=12), st.sampled_from("\"'"))
def test_any_text_is_read_as_it_was_quoted(text, mark):
    quoted = text.replace("\\", "\\\\").replace(mark, "\\" + mark)
    assert parse(f"{mark}{quoted}{mark} in item.tags").left.value == text


@pytest.mark.parametrize(
    "name", ["in", "not", "or", "and", "true", "null", "item", "overlaps", "_x", "가격", "a1"]
)
def test_an_attribute_may_have_the_name_of_a_word_of_the_language(name):
    assert parse(f"item.{name} < 3 and context.{name} > 2").left.left == Attribute("item", name, 1)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("item.a-1<2", "item.a - 1 < 2"),
        ("item.a -1 < 2", "(item.a - 1) < 2"),
        ("- - item.a<1", "(-(-item.a)) < 1"),
        ("item.a\n<\t2", "item.a < 2"),
        ("not not true", "not (not true)"),
        ("not item.a in [1]", "not (item.a in [1])"),
        ("((item.a)) < ((2))", "item.a < 2"),
    ],
)
def test_blanks_and_brackets_change_nothing(text, same):
    assert without_places(parse(text)) == without_places(parse(same))


@given(st.text(st.sampled_from("item.price<>=!\"[](), +-*/\\'andortuecx0한"), max_size=30))
def test_noise_is_read_or_refused_with_a_place_within_it(text):
    try:
        parse(text)
    except RuleError as error:
        assert 1 <= error.column <= len(text) + 1
        assert error.reason
