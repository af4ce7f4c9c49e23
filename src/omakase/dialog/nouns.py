"""What the items of a catalog are called together: places, films, goods."""

from collections.abc import Mapping
from typing import Final, Literal

import polars as pl

CatalogNoun = Literal["place", "film", "product", "thing"]

KOREAN: Final[Mapping[CatalogNoun, str]] = {
    "place": "곳",
    "film": "영화",
    "product": "상품",
    "thing": "것",
}
"""By which Korean answers name a list; English ones need no noun."""

MOST: Final = 0.5
"""Share of the items from which on a column says what all of them are."""


def catalog_noun(items: pl.DataFrame) -> CatalogNoun:
    """What the items are, by the columns that most of them fill.

    Places have a district or coordinates. Films have a year and no price; what has a price is a
    product. Of anything else only that it is a thing is known.
    """
    if _filled(items, "district") > MOST or _filled(items, "latitude") > MOST:
        return "place"
    if _filled(items, "price") > MOST:
        return "product"
    return "film" if _filled(items, "year") > MOST else "thing"


def _filled(items: pl.DataFrame, name: str) -> float:
    """Share of the items that have a value in a column; 0 where there is no such column."""
    if name not in items.columns or items.is_empty():
        return 0.0
    column = items.get_column(name)
    filled = column.drop_nulls()
    if column.dtype == pl.String:
        filled = filled.filter(filled != "")
    return len(filled) / len(items)
