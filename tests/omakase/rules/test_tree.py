"""The words of the language are in one group each."""

from omakase.rules import tree


def test_no_word_means_two_things():
    groups = [tree.LOGIC, tree.ORDER, tree.EQUALITY, tree.MEMBERSHIP, tree.ARITHMETIC]
    assert len(frozenset.union(*groups)) == sum(map(len, groups))
