"""What rules may say of all users, for those who count them."""

from collections.abc import Iterator
from typing import Any

from omakase_service.catalog.attributes import FACTS, USER_FACTS, attribute_columns
from omakase_service.catalog.models import User

CHUNK = 5000


def facts_of_users() -> Iterator[dict[str, Any]]:
    """Facts of each user, one after another, as `wishes_of` has them. One query over all."""
    rows = User.objects.values("attributes", "categories", "brands", *FACTS)
    for row in rows.iterator(chunk_size=CHUNK):
        (own,) = attribute_columns([row.pop("attributes")], reserved=USER_FACTS).rows
        yield own | {name: _listed(value) for name, value in row.items() if value}


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
