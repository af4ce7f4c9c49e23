"""The best few of a stream."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.arrays.heap import order, rise, sink, worse


def best_of(stream: list[float], k: int) -> list[tuple[float, int]]:
    values, columns = np.zeros(k, np.float32), np.zeros(k, np.int32)
    held = 0
    for column, value in enumerate(stream):
        if held < k:
            rise(values, columns, held, value, column)
            held += 1
        elif worse(values[0], columns[0], value, column):
            sink(values, columns, held, value, column)
    order(values, columns, held)
    return list(zip(values[:held].tolist(), columns[:held].tolist(), strict=True))


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0, 2.0]), max_size=30), st.integers(1, 8))
def test_holds_the_best_in_order(stream, k):
    expected = sorted(((v, c) for c, v in enumerate(stream)), key=lambda e: (-e[0], e[1]))
    assert best_of(stream, k) == expected[:k]


def test_heap_equal_values_later_is_worse():
    assert worse(1.0, 5, 1.0, 4)
    assert not worse(1.0, 4, 1.0, 5)
    assert worse(0.5, 1, 1.0, 9)


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 1.0, 2.0]), st.integers(0, 99)), max_size=20),
    st.integers(1, 6),
)
def test_the_order_of_arrival_does_not_matter(pairs, k):
    """Columns may come in any order; only the better of two equals by column is kept."""
    pairs = list({(column, value): None for value, column in pairs})
    values, columns, held = np.zeros(k, np.float32), np.zeros(k, np.int32), 0
    for column, value in pairs:
        if held < k:
            rise(values, columns, held, value, column)
            held += 1
        elif worse(values[0], columns[0], value, column):
            sink(values, columns, held, value, column)
        for place in range(1, held):
            parent = (place - 1) // 2
            assert not worse(values[place], columns[place], values[parent], columns[parent])
    order(values, columns, held)
    found = list(zip(columns[:held].tolist(), values[:held].tolist(), strict=True))
    assert found == sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]
