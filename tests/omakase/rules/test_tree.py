"""The words of the language are in one group each."""

import copy
import dataclasses

import pytest

from omakase.rules import tree
from omakase.rules.grammar import parse


def test_no_word_means_two_things():
    groups = [tree.LOGIC, tree.ORDER, tree.EQUALITY, tree.MEMBERSHIP, tree.ARITHMETIC]
    assert len(frozenset.union(*groups)) == sum(map(len, groups))


PARTS = [
    tree.Constant(("a", "b"), 3),
    tree.Attribute("item", "price", 1),
    tree.Negation(tree.Constant(True, 5), 1, "not"),
    tree.Operation("<", tree.Attribute("item", "price", 1), tree.Constant(2.0, 14), 12),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_trees_are_values(part):
    """Equal trees are one key of a cache, and none can be changed under it."""
    again = copy.deepcopy(part)
    assert again == part
    assert hash(again) == hash(part)
    assert len({*PARTS, again}) == len(PARTS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        part.column = 9


def test_every_word_of_the_language_is_read_as_what_its_group_says():
    for group in (tree.LOGIC, tree.ORDER, tree.EQUALITY, tree.MEMBERSHIP, tree.ARITHMETIC):
        for word in group:
            found = parse(f"(item.a) {word} (item.b)")
            assert isinstance(found, tree.Operation)
            assert found.word == word
