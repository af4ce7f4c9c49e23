"""Places."""

import numpy as np

from omakase.synthetic.dice import Dice
from omakase.synthetic.seoul import QUARTERS, places, quarter_names

AT = np.arange(2_000, dtype=np.int64)


def test_points_are_near_the_middle_of_their_quarter():
    found = places(Dice(0), "home", AT)
    middle = np.asarray([q[2:] for q in QUARTERS])[found.quarters]
    off = np.stack([found.latitude.to_numpy(), found.longitude.to_numpy()], axis=1) - middle
    assert np.abs(off).max() < 0.015
    assert 0.002 < off.std() < 0.003


def test_every_quarter_is_lived_in():
    assert set(places(Dice(0), "home", AT).quarters.tolist()) == set(range(len(QUARTERS)))


def test_names_in_two_languages():
    assert quarter_names(0)[0] == "을지로"
    assert quarter_names(1)[0] == "Euljiro"
