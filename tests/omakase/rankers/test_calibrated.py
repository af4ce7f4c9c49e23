"""Shares of a list against the person's own, by definition."""

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.errors import ConfigError
from omakase.rankers.calibrated import SMOOTH, Calibrated, CalibratedConfig, divergence
from omakase.types import PAD, Context, Queries, Slate

KINDS = ["drama"] * 6 + ["war"] * 4 + [None]
PARTS = InMemoryVersion(
    pl.DataFrame({"item_id": [f"i{n}" for n in range(11)], "category": KINDS}), {}
)


def ranker(**knobs) -> Calibrated:
    return Calibrated.of(CalibratedConfig(**knobs), PARTS)


def slate(items) -> Slate:
    scores = np.arange(len(items), 0, -1, np.float32)[None]
    return Slate(np.asarray([items], np.int32), scores)


def asked(history, **rest) -> Queries:
    return Queries.of(np.asarray([history], np.int32), **rest)


def shown(slate: Slate) -> list[int]:
    return [item for item, _ in slate.lists()[0]]


def test_a_lover_of_two_kinds_gets_both():
    """Half of the history is war: a list of drama alone would be crowded."""
    found = shown(ranker(diversity=0.9).rank(asked([0, 6]), slate([1, 2, 3, 4, 7, 8])))
    kinds = [KINDS[item] for item in found[:4]]
    assert kinds.count("war") == 2
    assert found[0] == 1


def test_a_lover_of_one_kind_gets_that():
    found = shown(ranker(diversity=0.9).rank(asked([6, 7]), slate([1, 2, 3, 8, 9])))
    assert found[:2] == [8, 9]


def test_without_diversity_nothing_moves():
    items = [1, 2, 3, 8, 9]
    assert shown(ranker(diversity=0).rank(asked([6, 7]), slate(items))) == items


def test_a_request_may_ask_for_its_own_diversity():
    query = asked([6, 7], contexts=(Context(diversity=0.0),))
    assert shown(ranker(diversity=0.9).rank(query, slate([1, 8]))) == [1, 8]


@pytest.mark.parametrize("history", [[PAD], [10], [PAD, 10]])
def test_who_is_of_no_known_kind_gets_the_list_as_it_is(history):
    items = [3, 7, 1]
    assert shown(ranker(diversity=1.0).rank(asked(history), slate(items))) == items


def test_dislikes_are_no_taste():
    weights = np.asarray([[1, -1]], np.float32)
    mix = ranker().mixes(asked([0, 6], weights=weights))
    assert sorted(mix[0].tolist()) == [0, 1]


def test_the_mix_is_that_of_the_history():
    mix = ranker().mixes(asked([0, 1, 2, 6]))
    assert sorted(mix[0].tolist()) == [0.25, 0.75]


def test_divergence_is_that_of_kullback_and_leibler():
    own, list_ = np.asarray([0.7, 0.3, 0.0]), np.asarray([0.2, 0.8, 0.0])
    mixed = (1 - SMOOTH) * list_ + SMOOTH * own
    expected = 0.7 * np.log(0.7 / mixed[0]) + 0.3 * np.log(0.3 / mixed[1])
    assert divergence(own, list_) == pytest.approx(expected)
    assert divergence(own, own) == pytest.approx(0)
    assert divergence(own, np.asarray([0.0, 0.0, 1.0])) > 1


def test_each_pick_is_the_best_by_the_formula():
    query, items = asked([0, 1, 6]), [1, 7, 2, 8, 10]
    own = ranker().mixes(query)[0]
    shares = ranker().shares.toarray()
    worth = {item: 1 - n / 4 for n, item in enumerate(items)}
    chosen: list[int] = []
    while len(chosen) < 5:

        def value(item):
            mix = shares[[*chosen, item]].mean(axis=0)
            return 0.6 * worth[item] - 0.4 * (len(chosen) + 1) * divergence(own, mix)

        chosen.append(max((i for i in items if i not in chosen), key=value))
    assert shown(ranker(diversity=0.4).rank(query, slate(items))) == chosen


def test_beyond_the_length_the_rest_follows_in_order():
    found = shown(ranker(diversity=0.9, length=2).rank(asked([0, 6]), slate([1, 2, 3, 7, 8])))
    assert set(found[:2]) == {1, 7}
    assert found[2:] == [2, 3, 8]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="no column 'genre'"):
        ranker(column="genre")
