"""Numbers that were sent, and numbers that are told."""

from decimal import Decimal

INFINITY = float("inf")
MOST_DIGITS = 18
"""Of a whole number that JSON and every database can hold."""


def is_finite(number: float) -> bool:
    """Whether it is a number that JSON can say: neither endless nor NaN."""
    return abs(number) < INFINITY


def whole_number(text: str) -> int | None:
    """A number of digits alone, of any script; none where it is none, or too long to be kept."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def number_text(number: float) -> str:
    """Every digit that it has, without a point or an exponent that says nothing: 4, 0.35."""
    return (
        format(Decimal(str(number)), "f").removesuffix(".0") if is_finite(number) else f"{number}"
    )
