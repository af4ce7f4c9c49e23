import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.platform.numbers import is_finite, number_text, whole_number


@given(st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(2**70), 2**70))
def test_is_finite_of_any_number_is_as_the_standard_library_says(number):
    assert is_finite(number) == math.isfinite(number)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_is_finite_of_what_json_cannot_say_is_false(number):
    assert not is_finite(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("٣", 3),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("+1", None),
        (" 1", None),
        ("1.0", None),
        ("1_000", None),
        ("²", None),
        ("½", None),
        ("x", None),
    ],
)
def test_whole_number_is_of_digits_alone_and_not_too_long(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (4, "4"),
        (4.0, "4"),
        (0.35, "0.35"),
        (-1.25, "-1.25"),
        (1e9, "1000000000"),
        (10_000_000.5, "10000000.5"),
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
    ],
)
def test_number_text_has_every_digit_and_no_exponent(number, text):
    assert number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_text_of_any_number_is_that_number(number):
    assert float(number_text(number)) == number
    assert "e" not in number_text(number)
