"""From one list to the next: what to take away, put in, move."""

from collections.abc import Mapping, Sequence
from typing import Any

Shown = Mapping[str, Any]
"""An item as a page shows it, with at least `item_id`."""


def difference(before: Mapping[str, str], after: Sequence[Shown]) -> dict[str, Any]:
    """What makes a page that shows `before` show `after`; empty where they are the same.

    Args:
        before: item id to the reason shown with it, in the order shown.
        after: items in their order, with `reason`.

    Returns:
        added: items with their `place`, from 0; removed: ids; moved: id, from, to; reasons: the
        new reason of items that stay; order: every id in the new order.
    """
    old, new = list(before), [item["item_id"] for item in after]
    if old == new and all(before[item["item_id"]] == item["reason"] for item in after):
        return {}
    was, now = _places(old), _places(new)
    stay = [item for item in after if item["item_id"] in was]
    return {
        "added": [{**item, "place": now[item["item_id"]]} for item in after if item not in stay],
        "removed": [item_id for item_id in old if item_id not in now],
        "moved": [
            {"item_id": item["item_id"], "from": was[item["item_id"]], "to": now[item["item_id"]]}
            for item in stay
            if was[item["item_id"]] != now[item["item_id"]]
        ],
        "reasons": {
            item["item_id"]: item["reason"]
            for item in stay
            if before[item["item_id"]] != item["reason"]
        },
        "order": new,
    }


def _places(ids: Sequence[str]) -> dict[str, int]:
    return {item_id: index for index, item_id in enumerate(ids)}
