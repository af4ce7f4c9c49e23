"""Columns of one length."""

import numpy as np
import pytest

from omakase.data.events import Events


def columns(length):
    return [
        np.zeros(length, t)
        for t in (np.int32, np.int32, np.int16, np.float32, np.float32, np.int64)
    ]


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="different length"):
        Events(*columns(2)[:5], np.zeros(3, np.int64))


def test_a_mask_chooses():
    events = Events(*columns(3))
    assert len(events.chosen(np.asarray([True, False, True]))) == 2
