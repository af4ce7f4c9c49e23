"""Slots by BIOES."""

import pytest

from omakase.dialog.slots import DialogSlot, slots_of, train_slots


def test_slots_follow_bioes():
    assert slots_of(["B-A", "E-A", "O", "S-B", "B-A", "I-A"]) == [
        DialogSlot("A", 0, 2),
        DialogSlot("B", 3, 4),
        DialogSlot("A", 4, 6),
    ]
    with pytest.raises(ValueError, match="one label"):
        train_slots([["a", "b"]], [["O"]])
