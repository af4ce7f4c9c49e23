"""The operations of the language on columns and single values.

What is missing is never equal to, below or in anything; only `== null` finds it. `!=` and
`not in` are the plain opposites of `==` and `in`.
A value is an array with a place for each row, or one value for all rows.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from omakase.rules.columns import MISSING, Flags, Numbers, WordLists, Words

Mask: TypeAlias = NDArray[np.bool_]
Single: TypeAlias = float | str | bool | tuple[str, ...] | tuple[float, ...] | None
Value: TypeAlias = Numbers | Flags | Words | WordLists | Single


def truth(value: Value, size: int) -> Mask:
    """(size,) whether it is true; what is missing is not."""
    if isinstance(value, Flags):
        return value.values & value.known
    return np.full(size, value is True)


def single(fact: object) -> Single:
    """A fact as a rule takes it: a list is a tuple of texts; of what rules do not know, nothing."""
    if isinstance(fact, list | tuple | set | frozenset):
        return tuple(str(word) for word in fact if word is not None)
    return fact if isinstance(fact, str | bool | int | float) else None


def numbers(value: Value) -> NDArray[np.float64]:
    """(size,) or (1,) numbers, NaN where missing; a text that writes a number is one."""
    if isinstance(value, Numbers):
        return value.values
    try:
        return np.asarray([float(value)], dtype=np.float64)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.asarray([np.nan])


def flags(mask: Mask) -> Flags:
    """A mask as a column in which everything is known."""
    return Flags(mask, np.ones(len(mask), dtype=bool))


def missing(value: Value, size: int) -> Mask:
    """(size,) whether nothing is known; an empty list is nothing."""
    if isinstance(value, Numbers):
        return np.isnan(value.values)
    if isinstance(value, Flags):
        return ~value.known
    if isinstance(value, Words):
        return value.codes == MISSING
    if isinstance(value, WordLists):
        return np.diff(value.starts) == 0
    return np.full(size, value is None or value == ())


def equal(left: Value, right: Value, size: int) -> Mask:
    """(size,) whether both sides are known and the same."""
    if isinstance(left, Words) or isinstance(right, Words):
        return _equal_words(left, right, size)
    if isinstance(left, Flags) or isinstance(right, Flags):
        is_known = ~missing(left, size) & ~missing(right, size)
        return is_known & (truth(left, size) == truth(right, size))
    if isinstance(left, Numbers) or isinstance(right, Numbers):
        return np.broadcast_to(numbers(left) == numbers(right), (size,))
    return np.full(size, left is not None and left == right)


def contains(part: Value, whole: Value, size: int) -> Mask:
    """(size,) whether a text is in a list or within a text, or a number in a list."""
    if isinstance(part, Numbers):
        return np.isin(part.values, np.asarray(whole, dtype=np.float64))
    if isinstance(whole, WordLists):
        return _lists_contain(whole, part, size)
    if isinstance(whole, Words):
        return _texts_contain(whole, part, size)
    listed = whole if isinstance(whole, str | tuple) else ()
    if isinstance(part, Words):
        return _looked_up(part, [word in listed for word in part.words])
    return np.full(size, part is not None and part in listed)


def overlap(left: Value, right: Value, size: int) -> Mask:
    """(size,) whether two lists share a word."""
    if isinstance(right, WordLists) and not isinstance(left, WordLists):
        left, right = right, left
    if not isinstance(left, WordLists):
        return np.full(size, bool(_words_of(left) & _words_of(right)))
    if isinstance(right, WordLists):
        return _rows_overlap(left, right)
    words = _words_of(right)
    return _any_in_row(left, [word in words for word in left.words])


def _words_of(value: Value) -> set[object]:
    """The words of a list that is the same for all rows; a text alone is a list of one."""
    if isinstance(value, str):
        return {value}
    return set(value) if isinstance(value, tuple) else set()


def _equal_words(left: Value, right: Value, size: int) -> Mask:
    if isinstance(left, Words) and isinstance(right, Words):
        code_of = {word: code for code, word in enumerate(left.words)}
        # A word that the left side has never seen gets a code that matches nothing.
        codes = np.asarray([*(code_of.get(w, MISSING - 1) for w in right.words), MISSING - 1])
        return codes[right.codes] == left.codes
    words, single = (left, right) if isinstance(left, Words) else (right, left)
    assert isinstance(words, Words)  # noqa: S101 - the checker has seen to it
    return _looked_up(words, [word == single for word in words.words])


def _looked_up(words: Words, chosen: list[bool]) -> Mask:
    """Rows whose word is chosen; the extra place at the end is that of MISSING."""
    return np.asarray([*chosen, False], dtype=bool)[words.codes]


def _lists_contain(whole: WordLists, part: Value, size: int) -> Mask:
    if isinstance(part, Words):
        is_known = part.codes != MISSING
        starts = np.concatenate([[0], np.cumsum(is_known)]).astype(np.int64)
        return _rows_overlap(whole, WordLists(starts, part.codes[is_known], part.words))
    return _any_in_row(whole, [word == part for word in whole.words])


def _texts_contain(whole: Words, part: Value, size: int) -> Mask:
    if isinstance(part, Words):
        pairs = zip(_texts(part), _texts(whole), strict=True)
        return np.fromiter(
            (p is not None and w is not None and p in w for p, w in pairs), bool, count=size
        )
    return _looked_up(whole, [part is not None and str(part) in word for word in whole.words])


def _texts(words: Words) -> list[str | None]:
    return [None if code == MISSING else words.words[code] for code in words.codes.tolist()]


def _any_in_row(lists: WordLists, chosen: list[bool]) -> Mask:
    hits = np.asarray([*chosen, False], dtype=bool)[lists.codes]
    cumulative = np.concatenate([[0], np.cumsum(hits)])
    return cumulative[lists.starts[1:]] > cumulative[lists.starts[:-1]]


def _rows_overlap(left: WordLists, right: WordLists) -> Mask:
    rows = len(left.starts) - 1
    code_of = {word: code for code, word in enumerate(left.words)}
    codes = np.asarray([*(code_of.get(word, MISSING) for word in right.words), MISSING])[
        right.codes
    ]
    base = len(left.words) + 1
    left_keys = np.repeat(np.arange(rows), np.diff(left.starts)) * base + left.codes
    right_keys = np.repeat(np.arange(rows), np.diff(right.starts)) * base + codes
    shared = right_keys[(codes != MISSING) & np.isin(right_keys, left_keys)] // base
    return np.bincount(shared, minlength=rows).astype(bool)
