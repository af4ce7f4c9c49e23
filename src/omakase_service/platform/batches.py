"""Rows that come one after another, some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many rows, the last one of what is left."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
