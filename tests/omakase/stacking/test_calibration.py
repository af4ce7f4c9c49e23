"""Chances mean what they say."""

import numpy as np
import pytest

from omakase.errors import EmptyData
from omakase.stacking.calibration import Calibration


def test_a_known_chance_is_found_again():
    rng = np.random.default_rng(0)
    scores = rng.uniform(-3, 3, 60_000)
    truth = 1 / (1 + np.exp(-scores))
    curve = Calibration.of(scores, rng.random(60_000) < truth)
    asked = np.asarray([-2.5, -1, 0, 1, 2.5], dtype=np.float32)
    np.testing.assert_allclose(curve.chance(asked), 1 / (1 + np.exp(-asked)), atol=0.03)


def test_chance_of_a_tenth_is_right_in_a_tenth():
    rng = np.random.default_rng(1)
    scores = rng.standard_normal(40_000)
    right = rng.random(40_000) < np.clip(scores / 10 + 0.1, 0, 1)
    chance = Calibration.of(scores[:20_000], right[:20_000]).chance(scores[20_000:])
    for low in (0.0, 0.1, 0.2):
        some = (chance >= low) & (chance < low + 0.1)
        assert right[20_000:][some].mean() == pytest.approx(chance[some].mean(), abs=0.03)


def test_a_higher_score_never_has_a_lower_chance():
    rng = np.random.default_rng(2)
    curve = Calibration.of(rng.standard_normal(500), rng.random(500) < 0.5)
    assert (np.diff(curve.chance(np.linspace(-5, 5, 200, dtype=np.float32))) >= 0).all()


def test_nothing_is_sure_or_impossible():
    curve = Calibration.of(np.asarray([0.0, 1.0]), np.asarray([False, True]))
    found = curve.chance(np.asarray([-9, 9], dtype=np.float32))
    assert 0 < found[0] < found[1] < 1


def test_padding_has_no_chance():
    curve = Calibration.of(np.asarray([0.0, 1.0]), np.asarray([True, True]))
    assert curve.chance(np.asarray([[-np.inf]], dtype=np.float32)).tolist() == [[0]]


def test_arrays_round_trip():
    rng = np.random.default_rng(3)
    curve = Calibration.of(rng.standard_normal(300), rng.random(300) < 0.3)
    again = Calibration.from_arrays(curve.arrays())
    asked = rng.standard_normal(50).astype(np.float32)
    np.testing.assert_array_equal(again.chance(asked), curve.chance(asked))


def test_no_outcomes_are_refused():
    with pytest.raises(EmptyData):
        Calibration.of(np.zeros(0), np.zeros(0, dtype=bool))
