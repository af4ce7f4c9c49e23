"""Gorse's users and items in the catalog's words, and back."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from omakase_service.catalog.contracts import PATH, ItemIn, UserIn
from omakase_service.gorse.contracts import BadRequest, GorseItem, GorseUser
from omakase_service.platform.validation import reason_of

TITLE = 500
"""Characters of a title; what is longer goes on in the description."""

USER_WORDS = ("gender", "location", "age_range", "tier")
ITEM_WORDS = ("brand", "type")
"""Labels that the catalog has fields for."""

LONGEST_WORD = 255


def catalog_user(user: GorseUser) -> UserIn:
    """A user for the catalog; labels become attributes.

    Raises:
        BadRequest: the labels are longer than the catalog keeps.
    """
    facts = attributes_of(user.labels)
    words = {name: facts[name] for name in USER_WORDS if _is_word(facts.get(name))}
    try:
        return UserIn(user_id=user.user_id, attributes=facts, **words)
    except ValidationError as error:
        raise BadRequest(f"user {user.user_id!r}: {reason_of(error, UserIn)}") from error


def catalog_item(item: GorseItem) -> ItemIn:
    """An item for the catalog: the comment is its title, the first category its category, the
    others are tags, labels become attributes.

    Raises:
        BadRequest: something is longer than the catalog keeps.
    """
    facts = attributes_of(item.labels)
    words: dict[str, Any] = {name: facts[name] for name in ITEM_WORDS if _is_word(facts.get(name))}
    if len(item.comment) > TITLE:
        words["description"] = item.comment
    category, tags = places_of(item.categories)
    try:
        return ItemIn(
            item_id=item.item_id,
            title=item.comment[:TITLE],
            category=category,
            tags=list(tags),
            attributes=facts,
            created=item.timestamp,
            hidden=item.is_hidden,
            active=True,
            **words,
        )
    except ValidationError as error:
        raise BadRequest(f"item {item.item_id!r}: {reason_of(error, ItemIn)}") from error


def places_of(categories: tuple[str, ...] | None) -> tuple[str, tuple[str, ...]]:
    """The category and the tags that a list of categories becomes."""
    named = [name for name in categories or () if name.strip()]
    if not named:
        return "", ()
    return _path(named[0]), tuple(named[1:])


def labels_in(attributes: Mapping[str, Any]) -> Any:
    """Attributes as labels; none where there are none."""
    return dict(attributes) or None


def categories_in(category: str, tags: list[str]) -> tuple[str, ...] | None:
    """Category and tags as categories; none where there are none."""
    return tuple([category, *tags] if category else tags) or None


def says_all_of_user(user: GorseUser) -> bool:
    """Whether the catalog alone can say all of a user."""
    return not user.comment and labels_in(attributes_of(user.labels)) == user.labels


def says_all_of_item(item: GorseItem) -> bool:
    """Whether the catalog alone can say all of an item."""
    category, tags = places_of(item.categories)
    return (
        len(item.comment) <= TITLE
        and categories_in(category, list(tags)) == item.categories
        and labels_in(attributes_of(item.labels)) == item.labels
    )


def attributes_of(labels: Any) -> dict[str, Any]:
    """Labels as attributes, whatever kind of JSON they are."""
    if labels is None:
        return {}
    return dict(labels) if isinstance(labels, dict) else {"labels": labels}


def _is_word(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_WORD


def _path(text: str) -> str:
    return PATH.join(name.strip() for name in text.split(PATH.strip()) if name.strip())
