"""Ids in many spellings."""

import polars as pl
import pytest

from omakase.data.rows.identifiers import are_rounded, are_whole, clean_id, some


def cleaned(*texts, **how):
    return pl.DataFrame({"id": texts}).select(clean_id(pl.col("id"), **how)).to_series().to_list()


def test_clean_id_removes_what_only_looks():
    zero_width, composed = "a\u200bb\ufeff", "\u1112\u1161\u11ab"
    assert cleaned(zero_width, composed, '="00101"', "a\u00a0") == ["ab", "한", "00101", "a"]


def test_clean_id_of_whole_numbers_loses_the_point():
    assert cleaned("123.0", "7.00", whole=True) == ["123", "7"]
    assert cleaned("123.0") == ["123.0"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["1.0", "2"], True), (["1.0", "1.5"], False), (["1", "2"], False), (["1.0", "a"], False)],
)
def test_are_whole_needs_every_id(texts, expected):
    assert are_whole(pl.Series(texts)) is expected


def test_are_rounded_knows_what_spreadsheets_do():
    assert are_rounded(pl.Series(["8.80E+12", "8,8E+12"]))
    assert not are_rounded(pl.Series(["B00E12", "1e3x", "12"]))
    assert not are_rounded(pl.Series([], dtype=pl.String))


def test_some_leaves_out_what_is_missing():
    assert some(pl.Series([" a ", "NaT", "-", None, "#N/A"])).to_list() == ["a"]
