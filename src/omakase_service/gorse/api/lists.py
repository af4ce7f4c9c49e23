"""Lists, at Gorse's paths."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.utils import timezone

from omakase_service.gorse import lists, mirror, selectors
from omakase_service.gorse.contracts import ListWish, MoveSettings, ScoredId, number, utc
from omakase_service.gorse.http import Call, GorseRoute, Reply
from omakase_service.gorse.wire import feedback_of, parsed_list

NEVER = "Mon, 01 Jan 0001 00:00:00 UTC"
"""How Gorse writes that a list was never made."""


def recommend(call: Call) -> Any:
    """A person's list: ids, or with `X-API-Version: 2` scores."""
    config = selectors.config()
    wish = wish_of(call, config, user_id=call.names["user_id"], least=None)
    kind, delay = call.text("write-back-type"), call.text("write-back-delay")
    span = lists.duration_of(delay)
    ranking = _either(wish, config)
    if kind:
        lists.write_back(wish.user_id, ranking, kind, span)
    if call.request.headers.get("X-API-Version", "") == "2":
        return gorse_places(ranking)
    return [entry.id for entry in ranking]


def _either(wish: ListWish, config: MoveSettings) -> list[ScoredId]:
    """Our list, or that of the owner's Gorse where it is asked beside and their turn."""
    gorse = mirror.owners_gorse()
    if gorse is None:
        return lists.recommendations(wish, config)
    percent = mirror.own_percent()
    return mirror.mirror_list(
        gorse, wish, lambda: lists.recommendations(wish, config), percent=percent
    )


def session(call: Call) -> list[dict[str, Any]]:
    """A list for the feedback of a visit."""
    config = selectors.config()
    rows = [feedback_of(row, of_session=True) for row in parsed_list(call.body, "feedback")]
    return gorse_places(lists.of_session(rows, wish_of(call, config), config))


def latest(call: Call) -> list[dict[str, Any]]:
    """The newest items."""
    wish = wish_of(call, selectors.config(), user_id=call.text("user-id"))
    return gorse_places(lists.latest(wish))


def non_personalized(call: Call) -> Reply:
    """What is popular; empty for a name that no such list has."""
    config = selectors.config()
    wish = wish_of(call, config, user_id=call.text("user-id"))
    if call.names["name"] not in config.popular:
        return dated([], None)
    return dated(*lists.most_popular(wish, config))


def item_to_item(call: Call) -> Reply:
    """Items that go with one; empty for a name that no such list has."""
    config = selectors.config()
    if call.names.get("name", config.neighbors[0]) not in config.neighbors:
        return dated([], None)
    wish = wish_of(call, config, user_id=call.text("user-id"))
    return _made_now(lists.neighbors(call.names["item_id"], wish, config))


def user_to_user(call: Call) -> Reply:
    """Users who like the same; empty for a name that no such list has."""
    config = selectors.config()
    if call.names.get("name", config.similar_users[0]) not in config.similar_users:
        return dated([], None)
    return _made_now(lists.alike(call.names["user_id"], wish_of(call, config)))


def collaborative(call: Call) -> Reply:
    """A person's list by our models alone."""
    config = selectors.config()
    wish = wish_of(call, config, user_id=call.names["user_id"])
    return _made_now(lists.collaborative(wish, config))


def wish_of(
    call: Call, config: MoveSettings, *, user_id: str = "", least: int | None = 0
) -> ListWish:
    """What the query and the path ask for.

    Raises:
        BadRequest: `n` or `offset` is no number, or less than it can be.
    """
    return ListWish(
        n=call.count("n", config.default_n, least=least),
        offset=call.count("offset", 0, least=0),
        categories=call.categories,
        user_id=user_id,
    )


def gorse_places(places: Sequence[ScoredId]) -> list[dict[str, Any]]:
    """Places as Gorse answers them."""
    return [{"Id": entry.id, "Score": number(entry.score)} for entry in places]


def dated(places: Sequence[ScoredId], moment: datetime | None) -> Reply:
    """Places with the time when they were made."""
    written = NEVER if moment is None else f"{utc(moment):%a, %d %b %Y %H:%M:%S} UTC"
    return Reply(orjson.dumps(gorse_places(places)), headers={"Last-Modified": written})


def _made_now(places: Sequence[ScoredId]) -> Reply:
    """Our lists are made when they are asked for."""
    return dated(places, timezone.now() if places else None)


ROUTES = (
    GorseRoute("GET", "/api/recommend/{user_id}", recommend),
    GorseRoute("GET", "/api/recommend/{user_id}/{category}", recommend),
    GorseRoute("POST", "/api/session/recommend", session),
    GorseRoute("POST", "/api/session/recommend/{category}", session),
    GorseRoute("GET", "/api/latest", latest),
    GorseRoute("GET", "/api/latest/{category}", latest),
    GorseRoute("GET", "/api/non-personalized/{name}", non_personalized),
    GorseRoute("GET", "/api/item-to-item/{name}/{item_id}", item_to_item),
    GorseRoute("GET", "/api/item/{item_id}/neighbors", item_to_item),
    GorseRoute("GET", "/api/item/{item_id}/neighbors/{category}", item_to_item),
    GorseRoute("GET", "/api/user-to-user/{name}/{user_id}", user_to_user),
    GorseRoute("GET", "/api/user/{user_id}/neighbors", user_to_user),
    GorseRoute("GET", "/api/collaborative-filtering/{user_id}", collaborative),
)
