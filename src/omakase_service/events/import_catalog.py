"""Items and users of an import, into the catalog."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from omakase_service.catalog.contracts import ItemFields, ItemIn, UserFields, UserIn
from omakase_service.catalog.selectors import known_items, known_users
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.events.contracts import RowError
from omakase_service.events.engine import OpenImport
from omakase_service.events.import_tally import Tally
from omakase_service.events.models import Import
from omakase_service.platform.numbers import is_finite
from omakase_service.platform.validation import messages

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
CHUNK = 5000
KEYS = {"item_id", "user_id"}


def store_catalog(opened: OpenImport, path: Path, tally: Tally, job: Import) -> None:
    """Items and people, and which of them are new: those go where the import is taken back."""
    new: dict[str, list[str]] = dict((job.described or {}).items())
    for rows in _chunks(opened.items):
        items = _all_valid(ItemIn, map(_item, rows), path, tally)
        ids = [item.item_id for item in items]
        existing = known_items(item_ids=ids)
        new.setdefault("items", []).extend(key for key in ids if key not in existing)
        upsert_items(items=items)
    for rows in _chunks(opened.users):
        users = _all_valid(UserIn, map(_user, rows), path, tally)
        ids = [user.user_id for user in users]
        existing = known_users(user_ids=ids)
        new.setdefault("users", []).extend(key for key in ids if key not in existing)
        upsert_users(users=users)
    Import.objects.filter(pk=job.pk).update(described=new)


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    """A reader's row as an item: its first category is the category, the others are tags."""
    present = {name: value for name, value in row.items() if value not in (None, "", [])}
    categories = present.pop("category", [])
    listed = categories if isinstance(categories, list) else [categories]
    tags = present.pop("tags", [])
    fields = _split(present, ItemFields, "item_id")
    fields |= {"category": str(listed[0])} if listed else {}
    words = [*listed[1:], *(tags if isinstance(tags, list) else [tags])]
    return fields | ({"tags": [str(word) for word in words]} if words else {})


def _user(row: Mapping[str, Any]) -> dict[str, Any]:
    present = {name: value for name, value in row.items() if value not in (None, "", [])}
    if "age" in present:
        present.setdefault("age_range", str(present["age"]))
    return _split(present, UserFields, "user_id")


def _split(given: Mapping[str, Any], fields: type[BaseModel], key: str) -> dict[str, Any]:
    """The fields that we know, and the others as attributes."""
    known_fields = {
        name: value
        for name, value in given.items()
        if name == key
        or (name in fields.model_fields and (name != "attributes" or isinstance(value, Mapping)))
    }
    extra = {name: _plain(value) for name, value in given.items() if name not in known_fields}
    attributes = {name: value for name, value in extra.items() if value is not None}
    return known_fields | ({"attributes": attributes} if attributes else {})


def _plain(value: Any) -> Any:
    """As JSON has it: a number that is none is nothing, and what JSON does not know is text."""
    if isinstance(value, list):
        return [element for element in map(_plain, value) if element is not None]
    if isinstance(value, float):
        return value if is_finite(value) else None
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _all_valid(kind: type[M], rows: Iterable[dict[str, Any]], path: Path, tally: Tally) -> list[M]:
    checked = (_valid(kind, row, path, tally) for row in rows)
    return [row for row in checked if row is not None]


def _valid(kind: type[M], fields: dict[str, Any], path: Path, tally: Tally) -> M | None:
    """The row without the fields that make no sense, none without an id; the operator is told."""
    try:
        return kind(**fields)
    except ValidationError as error:
        wrong = {
            str(e["loc"][0]): message
            for e, message in zip(error.errors(), messages(error, kind), strict=True)
        }
        name = next(iter(fields.values()), "")
        for field, message in wrong.items():
            detail = f"{name}: {field} is left out: {message}"
            tally.warn([RowError(path.name, 0, "bad_field", detail)])
        rest = {n: v for n, v in fields.items() if n not in wrong}
        return kind(**rest) if KEYS & rest.keys() else None


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))
