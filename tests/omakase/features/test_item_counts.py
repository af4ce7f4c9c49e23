"""Counts of items: those of a part are those of the whole."""

import numpy as np

from omakase.features.item_counts import item_counts, no_counts
from omakase.features.past import PastEvents


def test_item_counts_of_some_items_alone_are_those_of_all(world, moment):
    data = world()
    whole = item_counts(PastEvents(data, moment(42)))
    for row in range(data.n_items):
        part = data.with_events(data.events.chosen(data.events.items == row))
        alone = item_counts(PastEvents(part, moment(42)))
        for name, column in whole.items():
            assert alone[name][row] == column[row], name


def test_no_counts_are_those_of_items_without_events(world, moment):
    data = world()
    before = item_counts(PastEvents(data, moment(0)))
    nothing = no_counts(data.n_items)
    assert list(nothing) != [] and set(nothing) == set(before)
    for name, column in before.items():
        np.testing.assert_array_equal(column, nothing[name], name)
