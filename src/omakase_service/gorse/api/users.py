"""Users, at Gorse's paths."""

from typing import Any

from omakase_service.gorse import selectors, services
from omakase_service.gorse.api.batches import stored_rows
from omakase_service.gorse.contracts import GorseUser
from omakase_service.gorse.cursors import page_of, start_of, text_cursor
from omakase_service.gorse.http import Call, GorseRoute
from omakase_service.gorse.wire import parse_body, parsed_list, shown_user, user_of, user_patch_of
from omakase_service.platform.contracts import Scope
from omakase_service.platform.exceptions import NotFound

ONE = {"RowAffected": 1}


def list_users(call: Call) -> dict[str, Any]:
    """A page of users in the order of their ids."""
    n = call.count("n", selectors.config().default_n, least=0)
    start = start_of(call.text("cursor"))
    rows, following = page_of(selectors.users_from(start=start, limit=n + 1), n)
    cursor = text_cursor(following.user_id) if following else ""
    return {"Cursor": cursor, "Users": [shown_user(user) for user in rows]}


def get_user(call: Call) -> dict[str, Any]:
    """One user."""
    return shown_user(named_user(call.names["user_id"]))


def post_user(call: Call) -> dict[str, int]:
    """Store a user, over what was stored of them."""
    services.store_users(users=[user_of(parse_body(call.body))])
    return ONE


def post_users(call: Call) -> Any:
    """Store users, each over what was stored of them."""
    rows = parsed_list(call.body, "users")
    return stored_rows(rows, user_of, lambda users: services.store_users(users=users))


def patch_user(call: Call) -> dict[str, int]:
    """Change the named fields of a user."""
    patch = user_patch_of(parse_body(call.body))
    services.patch_user(user_id=call.names["user_id"], said=patch)
    return ONE


def delete_user(call: Call) -> dict[str, int]:
    """Forget a user and all they did."""
    services.delete_user(user_id=call.names["user_id"])
    return ONE


def named_user(user_id: str) -> GorseUser:
    """The user of an id.

    Raises:
        NotFound: nobody knows them.
    """
    user = selectors.user_by_id(user_id=user_id)
    if user is None:
        raise NotFound(f"{user_id}: user not found")
    return user


ROUTES = (
    GorseRoute("POST", "/api/users", post_users, Scope.WRITE),
    GorseRoute("GET", "/api/users", list_users),
    GorseRoute("POST", "/api/user", post_user, Scope.WRITE),
    GorseRoute("GET", "/api/user/{user_id}", get_user),
    GorseRoute("PATCH", "/api/user/{user_id}", patch_user, Scope.WRITE),
    GorseRoute("DELETE", "/api/user/{user_id}", delete_user, Scope.WRITE),
)
