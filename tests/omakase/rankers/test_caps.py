"""Caps, against their definition."""

from math import ceil

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.errors import ConfigError
from omakase.rankers.caps import Caps, CapsConfig
from omakase.types import PAD, Queries, Slate

ASK = Queries.of(np.full((1, 1), PAD, np.int32))


def ranked(kinds, share=0.2, strict=False):
    """Items 0, 1, 2, … in that order, of these kinds."""
    items = pl.DataFrame({"item_id": [str(n) for n in range(len(kinds))], "kind": kinds})
    caps = Caps.of(
        CapsConfig(column="kind", share=share, strict=strict), InMemoryVersion(items, {})
    )
    rows = np.arange(len(kinds), dtype=np.int32)[None]
    slate = Slate(rows, -rows.astype(np.float32))
    return [i for i, _ in caps.rank(ASK, slate).lists()[0]]


def test_a_fifth_at_most():
    kinds = ["a"] * 5 + ["b", "c", "d", "e", "f"]
    assert ranked(kinds) == [0, 5, 6, 7, 8, 1, 9, 2, 3, 4]


def test_half_at_most():
    assert ranked(["a", "a", "a", "b", "b"], share=0.5) == [0, 3, 1, 4, 2]


def test_strict_leaves_out_what_is_too_much():
    assert ranked(["a", "a", "a", "b"], strict=True) == [0, 3]


def test_unknown_kinds_are_free():
    assert ranked([None, "a", None, "a", None]) == [0, 1, 2, 4, 3]


def test_a_share_of_all_changes_nothing():
    assert ranked(["a", "a", "b"], share=1) == [0, 1, 2]


def test_cap_counts_first_word_of_a_list():
    assert ranked([["a", "x"], ["a", "y"], ["b"], []], share=0.5) == [0, 2, 1, 3]


def test_padding_stays_at_the_end():
    items = pl.DataFrame({"kind": ["a", "a", "b"]})
    caps = Caps.of(CapsConfig(column="kind"), InMemoryVersion(items, {}))
    slate = Slate(
        np.asarray([[0, 1, 2, PAD]], np.int32), np.asarray([[3, 2, 1, -np.inf]], np.float32)
    )
    got = caps.rank(ASK, slate)
    assert got.items.tolist() == [[0, 2, 1, PAD]]
    assert got.scores[0].tolist() == [3, 1, 2, -np.inf]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="no column 'colour'"):
        Caps.of(CapsConfig(column="colour"), InMemoryVersion(pl.DataFrame({"item_id": ["a"]}), {}))


def by_definition(kinds, share, strict):
    left, out = list(range(len(kinds))), []
    while left:
        most = ceil(share * (len(out) + 1) - 1e-9)
        fits = [
            i for i in left
            if kinds[i] is None or sum(kinds[o] == kinds[i] for o in out) < most
        ]  # fmt: skip
        if not fits and strict:
            break
        out.append((fits or left)[0])
        left.remove(out[-1])
    return out


@given(
    st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=12),
    st.sampled_from([0.1, 0.2, 0.34, 0.5, 1.0]),
    st.booleans(),
)
def test_agrees_with_plain_python(kinds, share, strict):
    assert ranked(kinds, share, strict) == by_definition(kinds, share, strict)


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum(["z", "a", "b", "c"])])
def test_words_of_any_type_of_column_are_capped_alike(kind):
    kinds = pl.Series(["a", "a", None, "a", "b", None, "c"], dtype=kind)
    assert ranked(kinds, share=0.4) == ranked(["a", "a", None, "a", "b", None, "c"], share=0.4)
    assert ranked(pl.Series([1, 1, None, 2]), share=0.5) == ranked(["a", "a", None, "b"], share=0.5)
