"""A row that was left out."""

from dataclasses import FrozenInstanceError

import pytest

from omakase.data.readers.rejects import Reject


def test_a_reject_is_a_value():
    first = Reject("a.csv", 7, "empty_id", "the user is empty")
    assert first == Reject("a.csv", 7, "empty_id", "the user is empty", raw="")
    with pytest.raises(FrozenInstanceError):
        first.line = 8
