"""Numbers that were sent: which of them can be kept."""

INFINITY = float("inf")


def is_finite(number: float) -> bool:
    """Whether it is a number that JSON can say: neither endless nor NaN."""
    return abs(number) < INFINITY
