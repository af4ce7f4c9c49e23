import pytest
from pydantic import ValidationError

from omakase.deep.nn.shape import Shape


def test_heads_divide_the_width():
    with pytest.raises(ValidationError, match="heads 3 must divide width 64"):
        Shape(width=64, heads=3)


def test_rotary_positions_turn_pairs():
    with pytest.raises(ValidationError, match="even width a head"):
        Shape(width=6, heads=2, positions="rotary")
    assert Shape(width=8, heads=2, positions="rotary").width == 8
