"""Items, at Gorse's paths."""

import re
from typing import Any

from omakase_service.gorse import selectors, services
from omakase_service.gorse.api.batches import stored_rows
from omakase_service.gorse.api.users import ONE
from omakase_service.gorse.contracts import BadRequest, GorseItem
from omakase_service.gorse.cursors import page_of, start_of, text_cursor
from omakase_service.gorse.http import Call, GorseRoute
from omakase_service.gorse.wire import item_of, item_patch_of, parse_body, parsed_list, shown_item
from omakase_service.platform.contracts import Scope
from omakase_service.platform.exceptions import NotFound

WORD = re.compile(r"\w+")
LOOKED_AT = 1000
"""Items whose comment holds the words somewhere, of which those with whole words are found."""


def list_items(call: Call) -> dict[str, Any]:
    """A page of items in the order of their ids; with `q`, those whose comment has the words."""
    config = selectors.config()
    n = call.count("n", config.default_n, least=0)
    if "q" in call.request.GET:
        if not config.searchable:
            raise BadRequest("search is off: recommend.search.columns of config.toml is empty")
        return {"Cursor": "", "Items": [shown_item(i) for i in search(call.text("q"), n)]}
    start = start_of(call.text("cursor"))
    rows, following = page_of(selectors.items_from(start=start, limit=n + 1), n)
    cursor = text_cursor(following.item_id) if following else ""
    return {"Cursor": cursor, "Items": [shown_item(item) for item in rows]}


def search(question: str, n: int) -> list[GorseItem]:
    """At most n items whose comment has every word of a question, whole or as a beginning."""
    words = [word.casefold() for word in WORD.findall(question)]
    if not words:
        return []
    items = selectors.items_by_title(words=words, limit=LOOKED_AT)
    return [item for item in items if _has(item.comment, words)][:n]


def get_item(call: Call) -> dict[str, Any]:
    """One item."""
    return shown_item(named_item(call.names["item_id"]))


def post_item(call: Call) -> dict[str, int]:
    """Store an item, over what was stored of it."""
    services.store_items(items=[item_of(parse_body(call.body))])
    return ONE


def post_items(call: Call) -> Any:
    """Store items, each over what was stored of it."""
    rows = parsed_list(call.body, "items")
    return stored_rows(rows, item_of, lambda items: services.store_items(items=items))


def patch_item(call: Call) -> dict[str, int]:
    """Change the named fields of an item."""
    patch = item_patch_of(parse_body(call.body))
    services.patch_item(item_id=call.names["item_id"], said=patch)
    return ONE


def delete_item(call: Call) -> dict[str, int]:
    """Delete an item and all feedback on it."""
    services.delete_item(item_id=call.names["item_id"])
    return ONE


def put_category(call: Call) -> dict[str, int]:
    """Put an item into a category."""
    services.change_category(
        item_id=call.names["item_id"], category=call.names["category"], present=True
    )
    return ONE


def delete_category(call: Call) -> dict[str, int]:
    """Take an item out of a category."""
    services.change_category(
        item_id=call.names["item_id"], category=call.names["category"], present=False
    )
    return ONE


def named_item(item_id: str) -> GorseItem:
    """The item of an id.

    Raises:
        NotFound: nobody knows it.
    """
    item = selectors.item_by_id(item_id=item_id)
    if item is None:
        raise NotFound(f"{item_id}: item not found")
    return item


def _has(comment: str, words: list[str]) -> bool:
    there = [word.casefold() for word in WORD.findall(comment)]
    return all(any(comment_word.startswith(word) for comment_word in there) for word in words)


ROUTES = (
    GorseRoute("POST", "/api/items", post_items, Scope.WRITE),
    GorseRoute("GET", "/api/items", list_items),
    GorseRoute("POST", "/api/item", post_item, Scope.WRITE),
    GorseRoute("GET", "/api/item/{item_id}", get_item),
    GorseRoute("PATCH", "/api/item/{item_id}", patch_item, Scope.WRITE),
    GorseRoute("DELETE", "/api/item/{item_id}", delete_item, Scope.WRITE),
    GorseRoute("PUT", "/api/item/{item_id}/category/{category}", put_category, Scope.WRITE),
    GorseRoute("DELETE", "/api/item/{item_id}/category/{category}", delete_category, Scope.WRITE),
)
