"""Numbers as people write them: with a decimal comma, thousands, a currency."""

import re
from functools import partial

import polars as pl

EXACT = 2.0**53
"""From here on a float need not be the whole number that was written."""

CURRENCY = re.compile(
    r"(?i)(krw|usd|eur|gbp|jpy|cny|rmb|inr|brl|chf|aud|cad|hkd|sgd|us\$|r\$|kr\b|zł|руб\.?|원|円|元"
    r"|[$€£¥₩₹₽₺฿₫]|\s|\u00a0|\u202f|')"
)
FREE = ("free", "gratis", "무료", "kostenlos", "gratuit")
DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
DECIMAL_POINT = r"^[+-]?\d+\.\d+$"
THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"

EUROPEAN = re.compile(r"^-?\d{1,3}(\.\d{3})+,\d+$|^-?\d+,\d{1,2}$|^-?\d{1,3}(\.\d{3}){2,}$")
"""A price whose decimal sign is the comma: 1.299,00 or 9,5 or 1.299.000."""

GROUP = re.compile(r",(\d{3})")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)

UNIT = r"(?i)^([+-]?\d+(?:[.,]\d+)?)\s*(?:%|점|/\s*\d+|stars?|★|out of \d+( stars)?)$"
"""What may stand behind a number: 85 %, 4/5, 4 stars, 4점."""


def plain_text(value: str | float | None) -> str:
    """A plain value of JSON as text; a whole number as its digits, so that 7.0 and 7 are one id."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    return "" if value is None else str(value)


def decimal_of(texts: pl.Series) -> str:
    """The decimal sign of a column of numbers: "," where values say so and none has a point."""
    comma = texts.str.contains(DECIMAL_COMMA).sum()
    point = texts.str.contains(DECIMAL_POINT).sum()
    grouped = texts.str.contains(THOUSANDS).sum()
    return "," if comma and not point and grouped < comma else "."


def number(column: str, decimal: str = ".") -> pl.Expr:
    """Float64 of text with one decimal sign; null where there is no number."""
    text = pl.col(column).str.replace(UNIT, "$1")
    if decimal == ",":
        text = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        return text.cast(pl.Float64, strict=False)
    grouped = pl.when(text.str.contains(THOUSANDS)).then(
        text.str.replace_all(",", "", literal=True)
    )
    return grouped.otherwise(text).cast(pl.Float64, strict=False)


def amount(column: str, decimal: str | None = None) -> pl.Expr:
    """Float64 of a column of prices, each as `amount_of` reads it; null where there is none."""
    return pl.col(column).map_batches(partial(_amounts, decimal=decimal), return_dtype=pl.Float64)


def amount_of(text: str, decimal: str | None = None) -> float | None:
    """A price: a currency beside it, thousands grouped in either way; None where there is none.

    Where `decimal` is not declared, the later of "," and "." is the decimal sign; one comma before
    three digits groups thousands, before one or two it is a decimal sign.
    """
    if text.strip().lower() in FREE:
        return 0.0
    bare = CURRENCY.sub("", text)
    decimal = "," if decimal is None and EUROPEAN.search(bare) else decimal
    if decimal is None:
        digits = GROUP.sub(r"\1", bare)
    else:
        digits = bare.replace("," if decimal == "." else ".", "").replace(decimal, ".", 1)
    return float(digits) if NUMBER.fullmatch(digits) else None


def _amounts(texts: pl.Series, decimal: str | None) -> pl.Series:
    """Each price that is written is read once: shops have few."""
    written = texts.drop_nulls().unique()
    prices = pl.Series([amount_of(text, decimal) for text in written], dtype=pl.Float64)
    return texts.replace_strict(written, prices, default=None, return_dtype=pl.Float64)
