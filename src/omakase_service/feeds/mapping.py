"""A row of a feed as an item: our own names of columns, or those of Google Merchant Center."""

import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from omakase_service.catalog.contracts import ItemIn
from omakase_service.feeds.contracts import Row
from omakase_service.feeds.engine import amount_of
from omakase_service.platform.text import Id

GOOGLE = {
    "id": "item_id",
    "image_link": "image_url",
    "product_type": "category",
    "google_product_category": "category",
    "expiration_date": "expires",
}
"""Their name to ours; the first one that a row has counts."""

CURRENCY = re.compile(r"\b[A-Z]{3}\b")
ID: TypeAdapter[str] = TypeAdapter(Id)
NO_VALUES: tuple[Any, ...] = (None, "", [])
LISTS = ("tags", "quality_flags")
GONE = ("out_of_stock", "out of stock")


def item_of(row: Row) -> ItemIn:
    """The item of a row; what has no field of ours becomes a free attribute.

    Raises:
        ValidationError: it is no item.
    """
    values = _named(row)
    _priced(values)
    _stocked(values)
    for name in LISTS:
        if isinstance(values.get(name), str):
            values[name] = [word.strip() for word in values[name].split(",") if word.strip()]
    for name in ("title", "description", "category", "brand", "image_url"):
        if isinstance(values.get(name), list):
            values[name] = values[name][0]
    ours = {name: value for name, value in values.items() if name in ItemIn.model_fields}
    others = {name: value for name, value in values.items() if name not in ItemIn.model_fields}
    if others:
        given = ours.get("attributes")
        ours["attributes"] = {**(given if isinstance(given, dict) else {}), **others}
    return ItemIn.model_validate(ours)


def id_of(row: Row) -> str:
    """The id that a row gives to its item, whatever else is wrong with it; empty without."""
    item_id = _named(row).get("item_id", "")
    try:
        return str(ID.validate_python(item_id))
    except ValidationError:
        return str(item_id)[:255]


def _named(row: Row) -> dict[str, Any]:
    """Values that are any by our names."""
    values = {str(name).strip().removeprefix("g:").strip(): value for name, value in row.items()}
    return _renamed({name: value for name, value in values.items() if value not in NO_VALUES})


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    renamed = dict(values)
    for theirs, ours in GOOGLE.items():
        if theirs in renamed:
            renamed.setdefault(ours, renamed.pop(theirs))
    return renamed


def _priced(values: dict[str, Any]) -> None:
    """Prices with a currency as numbers; a sale's price is what it costs now."""
    for name in ("price", "sale_price", "original_price"):
        if isinstance(values.get(name), str):
            if currency := CURRENCY.search(values[name]):
                values.setdefault("currency", currency[0])
            values[name] = _number(values[name])
    if "sale_price" in values:
        values["original_price"] = values.get("price")
        values["price"] = values.pop("sale_price")


def _number(text: str) -> float | str:
    """The number in "1,299.00 USD"; the text as it is where there is none."""
    number = amount_of(CURRENCY.sub("", text))
    return text if number is None else number


def _stocked(values: dict[str, Any]) -> None:
    """Availability as stock: none left, or not counted any more."""
    availability = values.pop("availability", None)
    if availability is None or "stock" in values:
        return
    values["stock"] = 0 if str(availability).strip().lower() in GONE else None
