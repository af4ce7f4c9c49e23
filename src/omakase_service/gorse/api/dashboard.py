"""What Gorse's dashboard asks, for a key with admin: whole items and users, figures, tasks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from django.utils import timezone

from omakase_service.gorse import lists, selectors
from omakase_service.gorse.api.items import named_item
from omakase_service.gorse.api.lists import dated, wish_of
from omakase_service.gorse.api.users import list_users, named_user
from omakase_service.gorse.contracts import ScoredId, number, rfc3339
from omakase_service.gorse.figures import config_of, series_of, stats_of, tasks_of
from omakase_service.gorse.http import Call, GorseRoute, Reply
from omakase_service.gorse.wire import shown_feedback, shown_item, shown_user
from omakase_service.platform.contracts import Scope

PERSON = (
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "picture",
    "updated_at",
    "email",
)


def userinfo(call: Call) -> dict[str, Any]:
    """Who is logged in: whoever holds the key."""
    profile: dict[str, Any] = dict.fromkeys(PERSON, "")
    return profile | {"name": "admin", "email_verified": False, "auth_type": ""}


def cluster(call: Call) -> list[Any]:
    """Other nodes: there are none, one server does all."""
    return []


def categories(call: Call) -> list[str]:
    """Every category, the most used first."""
    return selectors.all_categories()


def config(call: Call) -> dict[str, Any]:
    """The settings of Gorse that hold here."""
    return config_of(selectors.config())


def stats(call: Call) -> dict[str, Any]:
    """How much of everything there is."""
    return stats_of(selectors.config())


def tasks(call: Call) -> list[dict[str, Any]]:
    """The newest jobs."""
    return tasks_of()


def series(call: Call) -> list[dict[str, Any]]:
    """One figure, as of today."""
    return series_of(call.names["name"], selectors.config())


def user(call: Call) -> dict[str, Any]:
    """A user, and when they did something last."""
    user_row = shown_user(named_user(call.names["user_id"]))
    return user_row | _activity([call.names["user_id"]])[0]


def users(call: Call) -> dict[str, Any]:
    """A page of users, and when each did something last."""
    page = list_users(call)
    active = _activity([user_row["UserId"] for user_row in page["Users"]])
    rows = [user_row | activity for user_row, activity in zip(page["Users"], active, strict=True)]
    return page | {"Users": rows}


def feedback_of_user(call: Call) -> list[dict[str, Any]]:
    """What a user did last, with whole items."""
    wish = wish_of(call, selectors.config())
    feedback = selectors.newest_feedback_of(
        user_id=call.names["user_id"], limit=wish.offset + wish.n, kind=call.names.get("kind")
    )[wish.offset :]
    items = selectors.items_by_id(item_ids=[row.item_id for row in feedback])
    rows = []
    for row in feedback:
        fields = shown_feedback(row)
        item = items.get(row.item_id)
        rows.append(
            {
                "FeedbackType": fields["FeedbackType"],
                "UserId": fields["UserId"],
                "Item": shown_item(item) if item else {"ItemId": row.item_id},
                "Value": fields["Value"],
                "Timestamp": fields["Timestamp"],
                "Comment": fields["Comment"],
            }
        )
    return rows


def latest(call: Call) -> Reply:
    """The newest items, whole."""
    wish = wish_of(call, selectors.config(), user_id=call.text("user-id"))
    return _with_time(_items(lists.latest(wish)), None)


def non_personalized(call: Call) -> Reply:
    """What is popular, whole."""
    settings = selectors.config()
    if call.names["name"] not in settings.popular:
        return dated([], None)
    ranking, moment = lists.most_popular(wish_of(call, settings), settings)
    return _with_time(_items(ranking), moment)


def recommend(call: Call) -> list[dict[str, Any]]:
    """A user's list, by all or by one of the recommenders, whole."""
    settings = selectors.config()
    wish = wish_of(call, settings, user_id=call.names["user_id"], least=None)
    if wish.n <= 0:  # all there is, as deep as a list is kept
        wish = replace(wish, n=max(settings.cache_size - wish.offset, 0))
    match call.names.get("recommender", ""), call.names.get("name", ""):
        case "", _:
            return _items(lists.recommendations(wish, settings))
        case "latest", _:
            return _items(lists.latest(wish))
        case "non-personalized", _:
            return _items(lists.most_popular(wish, settings)[0])
        case "item-to-item", _:
            liked = selectors.touched_items(user_id=wish.user_id)
            return _items(lists.of_history(sorted(liked), wish, settings))
    return _items(lists.collaborative(wish, settings))


def item_to_item(call: Call) -> Reply:
    """Items that go with one, whole."""
    settings = selectors.config()
    named_item(call.names["item_id"])
    ranking = lists.neighbors(call.names["item_id"], wish_of(call, settings), settings)
    return _with_time(_items(ranking), timezone.now())


def user_to_user(call: Call) -> Reply:
    """Users who like the same, whole."""
    ranking = lists.alike(call.names["user_id"], wish_of(call, selectors.config()))
    users_found = selectors.users_by_id(user_ids=[entry.id for entry in ranking])
    rows = [
        shown_user(users_found[entry.id]) | {"Score": number(entry.score)}
        for entry in ranking
        if entry.id in users_found
    ]
    return _with_time(rows, timezone.now())


def _items(places: Sequence[ScoredId]) -> list[dict[str, Any]]:
    items_found = selectors.items_by_id(item_ids=[entry.id for entry in places])
    return [
        shown_item(items_found[entry.id]) | {"Score": number(entry.score)}
        for entry in places
        if entry.id in items_found
    ]


def _with_time(rows: Sequence[dict[str, Any]], moment: datetime | None) -> Reply:
    return Reply(orjson.dumps(rows), headers=dict(dated([], moment).headers))


def _activity(user_ids: Sequence[str]) -> list[dict[str, str]]:
    """When each did something last; a list of ours is as new as the request."""
    active = selectors.last_active(user_ids=user_ids)
    now = rfc3339(timezone.now())
    return [
        {"LastActiveTime": rfc3339(active.get(user_id)), "LastUpdateTime": now}
        for user_id in user_ids
    ]


def _route(path: str, view: Any) -> GorseRoute:
    return GorseRoute("GET", f"/api/dashboard/{path}", view, Scope.ADMIN)


ROUTES = (
    _route("userinfo", userinfo),
    _route("cluster", cluster),
    _route("categories", categories),
    _route("config", config),
    _route("stats", stats),
    _route("tasks", tasks),
    _route("timeseries/{name}", series),
    _route("user/{user_id}", user),
    _route("users", users),
    _route("user/{user_id}/feedback", feedback_of_user),
    _route("user/{user_id}/feedback/{kind}", feedback_of_user),
    _route("latest", latest),
    _route("non-personalized/{name}", non_personalized),
    _route("recommend/{user_id}", recommend),
    _route("recommend/{user_id}/{recommender}", recommend),
    _route("recommend/{user_id}/{recommender}/{name}", recommend),
    _route("item-to-item/{name}/{item_id}", item_to_item),
    _route("user-to-user/{name}/{user_id}", user_to_user),
)
