"""Two lists mixed by chance."""

import numpy as np
import pytest

from omakase.bandits.mixing import mixed, mixed_chances

LISTS = [
    ([1, 2, 3, 4], [9, 8, 7]),
    ([1, 2, 3], [2, 9, 1]),
    ([1, 2], [2, 1]),
    ([1], [7, 8, 9]),
    ([], [5, 6]),
    ([5, 6], []),
]


@pytest.mark.parametrize(("first", "second"), LISTS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5])
def test_mixed_draws_as_often_as_it_says(first, second, share):
    rng, count = np.random.default_rng(1), 3000
    seen: dict[tuple[int, int], int] = {}
    mixes = [tuple(mixed(first, second, 3, share, rng)) for _ in range(count)]
    for mix in mixes:
        assert len(set(mix)) == len(mix) == min(3, len({*first, *second}))
        for position, item in enumerate(mix):
            seen[position, item] = seen.get((position, item), 0) + 1
    for mix in set(mixes):
        chances = mixed_chances(first, second, mix, share)
        for position, item in enumerate(mix):
            assert chances[position] == pytest.approx(seen[position, item] / count, abs=0.04)


def test_mixed_chances_of_distinct_lists_are_binomial():
    chances = mixed_chances([1, 2, 3], [9, 8, 7], [1, 9, 2], 0.1)
    assert chances == pytest.approx([0.9, 0.9 * 0.1, 0.9 * 2 * 0.9 * 0.1])


def test_mixed_without_a_share_is_the_first_list():
    assert mixed([1, 2, 3], [9], 2, 0.0, np.random.default_rng(0)) == [1, 2]
