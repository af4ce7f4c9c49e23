"""Chance by position."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.synthetic.dice import Dice

MANY = np.arange(200_000, dtype=np.int64)


@given(st.integers(0, 2**40), st.integers(1, 50), st.integers(0, 2**63))
def test_a_throw_depends_on_its_position_alone(start, length, seed):
    whole = np.arange(start, start + length, dtype=np.int64)
    dice = Dice(seed)
    parts = [dice.uniform("x", whole[:3]), dice.uniform("x", whole[3:])]
    assert np.concatenate(parts).tolist() == dice.uniform("x", whole).tolist()


def test_throws_are_uniform():
    throws = Dice(1).uniform("x", MANY)
    assert throws.min() >= 0
    assert throws.max() < 1
    counts = np.histogram(throws, bins=20, range=(0, 1))[0]
    expected = len(MANY) / 20
    assert ((counts - expected) ** 2 / expected).sum() < 50  # chi-square, 19 degrees of freedom


def test_neighbours_streams_and_seeds_are_strangers():
    throws = Dice(1).uniform("x", MANY)
    for other in (
        Dice(1).uniform("x", MANY + 1),
        Dice(1).uniform("y", MANY),
        Dice(2).uniform("x", MANY),
    ):
        assert abs(np.corrcoef(throws, other)[0, 1]) < 0.01


def test_whole_numbers_stay_below():
    throws = Dice(0).whole("x", MANY, 6)
    assert sorted(set(throws.tolist())) == [0, 1, 2, 3, 4, 5]
    assert np.bincount(throws) == pytest.approx(len(MANY) / 6, rel=0.03)


def test_normal_throws():
    throws = Dice(0).normal("x", MANY)
    assert throws.mean() == pytest.approx(0, abs=0.01)
    assert throws.std() == pytest.approx(1, abs=0.01)
    assert np.isfinite(throws).all()
