"""Numbers as people write them: with a decimal comma, thousands, a currency."""

import re

import polars as pl

EXACT = 2.0**53
"""From here on a float need not be the whole number that was written."""

CURRENCY = (
    r"(?i)(krw|usd|eur|gbp|jpy|cny|rmb|inr|brl|chf|aud|cad|hkd|sgd|us\$|r\$|kr\b|zł|руб\.?|원|円|元"
    r"|[$€£¥₩₹₽₺฿₫]|\s|\u00a0|\u202f|')"
)
FREE = ("free", "gratis", "무료", "kostenlos", "gratuit")
DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
DECIMAL_POINT = r"^[+-]?\d+\.\d+$"
THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"

EUROPEAN = r"^-?\d{1,3}(\.\d{3})+,\d+$|^-?\d+,\d{1,2}$|^-?\d{1,3}(\.\d{3}){2,}$"
"""A price whose decimal sign is the comma: 1.299,00 or 9,5 or 1.299.000."""

GROUP = r",(\d{3})"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)

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
    """Float64 of a price: a currency beside it, thousands grouped in either way.

    Where `decimal` is not declared, the later of "," and "." is the decimal sign; one comma before
    three digits groups thousands, before one or two it is a decimal sign.
    """
    bare = pl.col(column).str.replace_all(CURRENCY, "")
    if decimal is not None:
        thousands = "," if decimal == "." else "."
        digits = bare.str.replace_all(thousands, "", literal=True).str.replace(
            decimal, ".", literal=True
        )
        return _or_free(digits, column)
    european = bare.str.contains(EUROPEAN)
    swapped = bare.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    usual = bare.str.replace_all(GROUP, "$1")
    return _or_free(pl.when(european).then(swapped).otherwise(usual), column)


def amount_of(text: str) -> float | None:
    """One price, as `amount` reads a column of them; None where there is none."""
    if text.strip().lower() in FREE:
        return 0.0
    bare = re.sub(CURRENCY, "", text)
    if re.search(EUROPEAN, bare):
        bare = bare.replace(".", "").replace(",", ".")
    else:
        bare = re.sub(GROUP, r"\1", bare)
    return float(bare) if NUMBER.fullmatch(bare) else None


def _or_free(text: pl.Expr, column: str) -> pl.Expr:
    free = pl.col(column).str.strip_chars().str.to_lowercase().is_in(FREE)
    return pl.when(free).then(0.0).otherwise(text.cast(pl.Float64, strict=False))
