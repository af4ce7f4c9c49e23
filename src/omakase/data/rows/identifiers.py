"""Ids as one and the same person or thing is written in many ways."""

import polars as pl

INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
FORMULA = r'^="(.*)"$'
WHOLE = r"^-?\d+\.0+$"
ROUNDED = r"^\d(?:[.,]\d+)?[eE]\+\d{1,3}$"
NOTHING = (
    *("", "null", "nan", "none", "n/a", "undefined", "\\n", "na", "<na>", "#n/a", "#na", "nat"),
    *("(null)", "-", "--", "nil", "<null>", "[null]", "(none)", "<none>", "(blank)", "(empty)"),
    *("#value!", "#ref!", "#null!", "#div/0!", "missing", "(not set)", "?"),
)
"""How programs write that there is no value, in lower case."""


def text_of(column: str, dtype: pl.DataType) -> pl.Expr:
    """A column as trimmed text, empty where it is null; whole numbers as their digits.

    Tables in which some ids are missing keep the others as floats, and databases hand out whole
    numbers as decimals; 7.0 and 7.00 are the id "7" all the same.
    """
    text = pl.col(column).cast(pl.String)
    if dtype.is_float() or dtype.is_decimal():
        text = text.str.replace(r"^(-?\d+)\.0+$", "$1")
    return text.fill_null("").str.strip_chars()


def clean_id(text: pl.Expr, *, whole: bool = False) -> pl.Expr:
    """Ids without what only looks: invisible characters, ="…" of spreadsheets, forms of Unicode.

    Args:
        text: trimmed text.
        whole: "123.0" is "123": right where every id of the column is a whole number.
    """
    bare = text.str.replace_all(INVISIBLE, "").str.normalize("NFC")
    bare = bare.str.replace(FORMULA, "$1").str.strip_chars()
    return bare.str.replace(r"^(-?\d+)\.0+$", "$1") if whole else bare


def are_whole(texts: pl.Series) -> bool:
    """Whether all of some ids are whole numbers, some of them written as 123.0."""
    is_whole = texts.str.contains(WHOLE)
    return bool(is_whole.any()) and bool((is_whole | texts.str.contains(r"^-?\d+$")).all())


def are_rounded(texts: pl.Series) -> bool:
    """Whether ids were turned into 8.80E+12 by a spreadsheet; at least one in ten."""
    return bool(texts.len()) and int(texts.str.contains(ROUNDED).sum()) * 10 >= texts.len()


def some(texts: pl.Series) -> pl.Series:
    """The values that are there, as trimmed text."""
    text = texts.cast(pl.String).drop_nulls().str.strip_chars()
    return text.filter(~text.str.to_lowercase().is_in(NOTHING))
