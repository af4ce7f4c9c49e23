"""Which of a table's columns is which: named by the caller, or guessed from the usual names."""

from collections.abc import Mapping, Sequence

from omakase.errors import MissingColumns

EVENT_NAMES: Mapping[str, tuple[str, ...]] = {
    "user_id": (
        *("userid", "user", "uid", "customerid", "customer", "memberid", "member", "visitorid"),
        *("accountid", "clientid", "householdid", "buyerid", "reviewerid", "personid"),
    ),
    "item_id": (
        *("itemid", "item", "iid", "productid", "product", "movieid", "movie", "sku", "asin"),
        *("stockcode", "articleid", "article", "songid", "bookid", "isbn", "businessid"),
        *("placeid", "restaurantid", "contentid", "goodsid"),
    ),
    "kind": ("kind", "eventtype", "event", "type", "action", "behavior", "behaviour", "eventname"),
    "value": ("value", "rating", "score", "stars", "overall", "quantity", "qty", "amount"),
    "time": (
        *("time", "timestamp", "ts", "datetime", "date", "createdat", "created", "eventtime"),
        *("unixreviewtime", "invoicedate", "occurredat", "when"),
    ),
    "session_id": ("sessionid", "session"),
    "device": ("device", "devicetype"),
    "source": ("source", "channel"),
    "page": ("page", "pageurl", "url"),
    "duration": ("duration", "dwelltime", "durationseconds"),
    "request_id": ("requestid",),
    "position": ("position", "rank"),
}
ITEM_NAMES: Mapping[str, tuple[str, ...]] = {
    "item_id": (*EVENT_NAMES["item_id"], "id"),
    "title": ("title", "name", "itemname", "productname", "movietitle"),
    "category": ("category", "categories", "genre", "genres", "class"),
    "brand": ("brand", "manufacturer", "maker"),
    "price": ("price", "unitprice"),
    "tags": ("tags", "tag", "keywords"),
    "description": ("description", "desc", "summary", "text", "overview"),
    "year": ("year", "releaseyear"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng"),
    "image_url": ("imageurl", "image", "imgurl", "picture"),
    "created": ("created", "createdat", "released", "releasedate"),
}
USER_NAMES: Mapping[str, tuple[str, ...]] = {"user_id": (*EVENT_NAMES["user_id"], "id")}

LISTS = ("category", "tags")
RANGES = {
    "price": (0.0, 1e12),
    "year": (0.0, 3000.0),
    "latitude": (-90.0, 90.0),
    "longitude": (-180.0, 180.0),
}
"""Columns of numbers, and what is believed."""


def plain(name: str) -> str:
    """A name without case, spaces and signs: "User ID" and "user_id" are both "userid"."""
    return "".join(c for c in name.lower() if c.isalnum())


def guess(
    names: Mapping[str, tuple[str, ...]],
    present: Sequence[str],
    told: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Our column names to the table's: those told first, then the usual names, best first."""
    found = dict(told or {})
    plainly = {plain(name): name for name in reversed(present)}
    for ours, usual in names.items():
        theirs = next((plainly[name] for name in usual if name in plainly), None)
        if ours not in found and theirs is not None and theirs not in found.values():
            found[ours] = theirs
    return found


def event_columns(
    place: str, present: Sequence[str], told: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The columns of events; at least a user and an item.

    Raises:
        MissingColumns: no column for the user or for the item, or a told one is not there.
    """
    absent = [theirs for theirs in (told or {}).values() if theirs not in present]
    found = guess(EVENT_NAMES, present, told)
    missing = absent or [name for name in ("user_id", "item_id") if name not in found]
    if missing:
        raise MissingColumns(place, missing, present)
    return found


def free(name: str) -> str:
    """A file's column by a name that it can have beside "line", the number of its line."""
    return "line_" if name == "line" else name
