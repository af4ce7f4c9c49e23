"""One item: its facts, and why it is not shown."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.selectors import item_by_id, items_after, items_matching, users_after
from omakase_service.catalog.services import delete_item, patch_item
from omakase_service.console.pages import REFUSALS, act, address, in_words, needs, page, param
from omakase_service.console.translations import language, say
from omakase_service.platform.exceptions import NotReady
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest, RequestTrace
from omakase_service.serving.selectors import placements
from omakase_service.serving.services import similar_items, trace

FOUND, ALIKE = 50, 8
NOT_LEARNT = "The live version {name} has not learnt of it: until the next training it is new."
FACTS = (
    "type", "brand", "price", "original_price", "district", "stock", "created", "expires",
    "rating", "ratings", "tags", "quality_flags", "opening_hours",
)  # fmt: skip


@needs(Role.SEE)
@require_GET
def item_list(request: ServiceRequest) -> HttpResponse:
    """Items by a part of their title, or by their id."""
    text = param(request, "q")
    rows = items_matching(text=text, limit=FOUND) if text else items_after(after="", limit=FOUND)
    return page(request, "items", "items", items=rows, q=text)


@needs(Role.SEE)
@require_GET
def item(request: ServiceRequest) -> HttpResponse:
    """One item."""
    row = item_by_id(item_id=param(request, "id"))
    user_id, at = param(request, "user"), param(request, "at")
    why, refusal = _why(row.item_id, user_id, at)
    facts = {name: _plain(getattr(row, name)) for name in FACTS}
    return page(
        request,
        "item",
        "items",
        item=row,
        category=row.category.path if row.category else "",
        facts={name: value for name, value in facts.items() if value not in ("", None, [], {})},
        obstacles=list(_obstacles(row)),
        alike=_alike(row.item_id),
        user_id=user_id,
        people=users_after(after="", limit=20),
        at=at,
        places=sorted(placements()),
        why=why,
        refusal=refusal,
    )


@needs(Role.EDIT)
@require_POST
def hide(request: ServiceRequest) -> HttpResponse:
    """Keep an item out of all lists, or let it in again."""
    item_id, hidden = param(request, "id"), param(request, "hidden") == "yes"
    words = (
        say("The item {id} is hidden: no list shows it.", id=item_id)
        if hidden
        else say("The item {id} may be shown again.", id=item_id)
    )
    return act(
        request,
        lambda: patch_item(item_id=item_id, fields=ItemFields(hidden=hidden)),
        words,
        address("item", id=item_id),
    )


@needs(Role.EDIT)
@require_POST
def delete(request: ServiceRequest) -> HttpResponse:
    """Take an item out of the catalog."""
    item_id = param(request, "id")
    words = say("The item {id} is out of the catalog; its events stay in the log.", id=item_id)
    return act(request, lambda: delete_item(item_id=item_id), words, address("items"))


def _plain(value: Any) -> Any:
    """Several words as people write them; anything else as it is."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _obstacles(row: Any) -> Iterator[tuple[str, str]]:
    """What keeps an item out of lists whoever looks: colour and sentence."""
    if not row.active:
        yield "bad", say("It is not active: its owner no longer offers it.")
    if row.hidden:
        yield "bad", say("It is hidden: it is offered, and never recommended.")
    if row.stock == 0:
        yield "bad", say("It is out of stock.")
    if row.expires is not None and row.expires <= timezone.now():
        yield "bad", say("It has expired: it is offered no longer.")
    try:
        live = live_version.now().live
    except NotReady:
        yield "bad", say("No version is live, so nothing is shown at all.")
        return
    if not live.has_row(row.item_id):
        yield "warn", say(NOT_LEARNT, name=live.name)
    for name, placement in sorted(placements().items()):
        if row.item_id in placement.exclude:
            yield "warn", say("The placement {name} leaves it out.", name=name)
        if placement.include is not None and row.item_id not in placement.include:
            yield "warn", say("The placement {name} shows other items only.", name=name)


def _alike(item_id: str) -> list[Any]:
    try:
        return list(similar_items(item_id=item_id, n=ALIKE).items)
    except REFUSALS:
        return []


def _why(item_id: str, user_id: str, at: str) -> tuple[RequestTrace | None, str]:
    if not user_id:
        return None, ""
    question = ListRequest(user_id=user_id, placement=at, language=language())
    try:
        return trace(question, item_id=item_id), ""
    except REFUSALS as error:
        return None, in_words(error)
