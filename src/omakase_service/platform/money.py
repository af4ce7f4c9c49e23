"""Prices as people write them: the sign of the currency, and as many decimals as it has. No Django.

The same table goes to the page's script, so that a price reads alike wherever it is written.
"""

from collections.abc import Mapping
from typing import Final

CURRENCIES: Final[Mapping[str, tuple[str, int]]] = {
    "": ("", 2),
    "AUD": ("A$", 2),
    "BHD": ("BHD ", 3),
    "BRL": ("R$", 2),
    "CAD": ("CA$", 2),
    "CLP": ("CLP ", 0),
    "CNY": ("CN¥", 2),
    "EUR": ("€", 2),
    "GBP": ("£", 2),
    "INR": ("₹", 2),
    "ISK": ("ISK ", 0),
    "JPY": ("¥", 0),
    "KRW": ("₩", 0),
    "KWD": ("KWD ", 3),
    "MXN": ("MX$", 2),
    "TWD": ("NT$", 2),
    "USD": ("$", 2),
    "VND": ("₫", 0),
}
"""ISO 4217 code to its sign, and the decimals of its smaller unit (as Unicode's CLDR has them)."""


def currency_of(code: str) -> tuple[str, int]:
    """Sign and decimals of a currency; the code itself and two of one that is not in the table."""
    return CURRENCIES.get(code, (f"{code} ", 2))


def money(amount: float, code: str = "") -> str:
    """An amount in a currency, given in its main unit; without one, a whole number stays whole."""
    sign, decimals = currency_of(code)
    if not code and amount == int(amount):
        decimals = 0
    return f"{sign}{amount:,.{decimals}f}"
