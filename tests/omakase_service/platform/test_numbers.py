import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.platform.numbers import is_finite


@given(st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(2**70), 2**70))
def test_is_finite_of_any_number_is_as_the_standard_library_says(number):
    assert is_finite(number) == math.isfinite(number)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_is_finite_of_what_json_cannot_say_is_false(number):
    assert not is_finite(number)
