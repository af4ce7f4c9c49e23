"""A table's columns by the names that others give theirs: "User ID" is "user_id"."""

from collections.abc import Mapping, Sequence
from functools import lru_cache


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name without case, spaces and signs: "User ID" and "user_id" are both "userid"."""
    return "".join(c for c in name.lower() if c.isalnum())


def candidates(usual: Sequence[str], present: Sequence[str]) -> list[str]:
    """The table's columns that are called by one of the usual names, the likeliest first.

    A dotted path into JSON is also known by its last name, or its last two: "user.id".
    """
    matches: dict[str, None] = {}
    for names in _by_plain_name(tuple(present)):
        matches |= dict.fromkeys(names[name] for name in usual if name in names)
    return list(matches)


@lru_cache(maxsize=64)
def _by_plain_name(present: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """Columns by their plain names: whole, by their last two, by their last.

    Kept, since a file is asked for dozens of columns, and some have thousands.
    """
    by_depth = []
    for depth in (0, 2, 1):
        names: dict[str, str] = {}
        for name in reversed(present):
            parts = name.split(".")
            if depth == 0 or len(parts) > depth or (depth and len(parts) == depth > 1):
                names[plain(".".join(parts[-depth:]))] = name
        by_depth.append(names)
    return tuple(by_depth)


def guess(
    names: Mapping[str, tuple[str, ...]],
    present: Sequence[str],
    told: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Our column names to the table's: those told first, then the usual names, best first."""
    mapping = dict(told or {})
    for field, usual in names.items():
        if field not in mapping:
            free_ones = (n for n in candidates(usual, present) if n not in mapping.values())
            column = next(free_ones, None)
            if column is not None:
                mapping[field] = column
    return mapping
