"""HTTP: items, users and categories."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema, Status

from omakase_service.catalog import plain_rows, selectors, services
from omakase_service.catalog.contracts import ItemFields, ItemIn, UpsertReport, UserFields, UserIn
from omakase_service.catalog.models import Category, Item, User
from omakase_service.platform.access import OWN_READ, READ, WRITE, own_person
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.strict_schema import Body
from omakase_service.platform.text import Id, Word

BULK = 1000
"""Most rows in one request."""

Limit = Annotated[int, Field(ge=1, le=1000, description="most rows in one answer")]
After = Annotated[Word, Field(description="the last id of the page before")]

items = Router(tags=["items"])
users = Router(tags=["users"])
"""Without the way out: deleting a person concerns more than the catalog, see `people`."""
categories = Router(tags=["items"])


class ItemOut(Schema):
    """An item as it is stored."""

    item_id: str
    type: str
    title: str
    description: str
    category: str
    brand: str
    price: float | None
    original_price: float | None
    discount_rate: float | None = Field(description="share of the original price, 0..1")
    tags: list[str]
    attributes: dict[str, Any]
    image_url: str
    latitude: float | None
    longitude: float | None
    district: str
    opening_hours: dict[str, Any]
    created: datetime | None
    expires: datetime | None
    active: bool
    hidden: bool
    stock: int | None
    quality_flags: list[str]

    @staticmethod
    def resolve_category(row: Item) -> str:
        return row.category.path if row.category else ""

    @staticmethod
    def resolve_discount_rate(row: Item) -> float | None:
        return plain_rows.discount_rate(row.price, row.original_price)


class UserOut(Schema):
    """A user as it is stored."""

    user_id: str
    age_range: str
    gender: str
    location: str
    categories: list[str]
    brands: list[str]
    price_min: float | None
    price_max: float | None
    excluded_categories: list[str]
    diversity: float | None
    shopping_frequency: str
    favourite_time: str
    tier: str
    recommendations_on: bool
    emails_on: bool
    attributes: dict[str, Any]


class CategoryOut(Schema):
    """A place in the tree."""

    path: str
    name: str
    parent: str | None
    level: int

    @staticmethod
    def resolve_parent(row: Category) -> str | None:
        return row.parent.path if row.parent else None


class ItemPage(Schema):
    """Items in the order of their ids."""

    items: list[ItemOut]
    next: str | None = Field(description="send as `after` for the next page; none: the last page")


class UserPage(Schema):
    """Users in the order of their ids."""

    users: list[UserOut]
    next: str | None = Field(description="send as `after` for the next page; none: the last page")


class ItemsIn(Body):
    """Many items."""

    items: list[ItemIn] = Field(min_length=1, max_length=BULK)


class UsersIn(Body):
    """Many users."""

    users: list[UserIn] = Field(min_length=1, max_length=BULK)


class UpsertResult(Schema):
    """What a bulk request did."""

    created: int
    updated: int


@items.get(
    "",
    response=ItemPage,
    auth=READ,
    operation_id="list_items",
    summary="List items, page by page",
)
def list_items(request: ServiceRequest, after: After = "", limit: Limit = 100) -> dict[str, Any]:
    """List items, page by page."""
    return _page("item", selectors.items_after(after=after, limit=limit), limit)


@items.post(
    "",
    response={200: ItemOut, 201: ItemOut},
    auth=WRITE,
    operation_id="upsert_item",
    summary="Create or replace an item: 201 if new, 200 if it existed",
)
def put_item(request: ServiceRequest, item: ItemIn) -> Status[Any]:
    """Create or replace an item: 201 if new, 200 if it existed."""
    done = services.upsert_items(items=[item])
    return _put(done, selectors.item_by_id(item_id=item.item_id))


@items.post(
    "/bulk",
    response=UpsertResult,
    auth=WRITE,
    operation_id="upsert_items",
    summary="Create or replace many items, all or none",
)
def put_items(request: ServiceRequest, body: ItemsIn) -> Any:
    """Create or replace many items, all or none."""
    return services.upsert_items(items=body.items)


@items.get(
    "/{id:item_id}",
    response=ItemOut,
    auth=OWN_READ,
    operation_id="get_item",
    summary="Get an item",
)
def get_item(request: ServiceRequest, item_id: Id) -> Item:
    """Get an item."""
    return selectors.item_by_id(item_id=item_id)


@items.patch(
    "/{id:item_id}",
    response=ItemOut,
    auth=WRITE,
    operation_id="update_item",
    summary="Change the named fields of an item",
)
def patch_item(request: ServiceRequest, item_id: Id, fields: ItemFields) -> Item:
    """Change the named fields of an item."""
    return services.patch_item(item_id=item_id, fields=fields)


@items.delete(
    "/{id:item_id}",
    response={204: None},
    auth=WRITE,
    operation_id="delete_item",
    summary="Delete an item from the catalog",
)
def delete_item(request: ServiceRequest, item_id: Id) -> Status[Any]:
    """Delete an item from the catalog."""
    services.delete_item(item_id=item_id)
    return Status(204, None)


@users.get(
    "",
    response=UserPage,
    auth=READ,
    operation_id="list_users",
    summary="List users, page by page",
)
def list_users(request: ServiceRequest, after: After = "", limit: Limit = 100) -> dict[str, Any]:
    """List users, page by page."""
    return _page("user", selectors.users_after(after=after, limit=limit), limit)


@users.post(
    "",
    response={200: UserOut, 201: UserOut},
    auth=WRITE,
    operation_id="upsert_user",
    summary="Create or replace a user: 201 if new, 200 if they existed",
)
def put_user(request: ServiceRequest, user: UserIn) -> Status[Any]:
    """Create or replace a user: 201 if new, 200 if they existed."""
    done = services.upsert_users(users=[user])
    return _put(done, selectors.user_by_id(user_id=user.user_id))


@users.post(
    "/bulk",
    response=UpsertResult,
    auth=WRITE,
    operation_id="upsert_users",
    summary="Create or replace many users, all or none",
)
def put_users(request: ServiceRequest, body: UsersIn) -> Any:
    """Create or replace many users, all or none."""
    return services.upsert_users(users=body.users)


@users.get(
    "/{id:user_id}",
    response=UserOut,
    auth=OWN_READ,
    operation_id="get_user",
    summary="Get a user",
)
def get_user(request: ServiceRequest, user_id: Id) -> User:
    """Get a user."""
    own_person(request.auth, user_id=user_id)
    return selectors.user_by_id(user_id=user_id)


@users.patch(
    "/{id:user_id}",
    response=UserOut,
    auth=WRITE,
    operation_id="update_user",
    summary="Change the named fields of a user",
)
def patch_user(request: ServiceRequest, user_id: Id, fields: UserFields) -> User:
    """Change the named fields of a user."""
    return services.patch_user(user_id=user_id, fields=fields)


@categories.get(
    "",
    response=list[CategoryOut],
    auth=READ,
    operation_id="list_categories",
    summary="List the category tree, parents before children",
)
def list_categories(request: ServiceRequest) -> list[Category]:
    """List the category tree, parents before children."""
    return selectors.categories()


def _page(kind: str, rows: Sequence[Item] | Sequence[User], limit: int) -> dict[str, Any]:
    """Rows under the name of their kind, and the id behind which the next page begins."""
    last = getattr(rows[-1], f"{kind}_id") if len(rows) == limit else None
    return {f"{kind}s": rows, "next": last}


def _put(done: UpsertReport, row: Item | User) -> Status[Any]:
    """201 with a row that is new, 200 with one that was known."""
    return Status(201 if done.created else 200, row)
