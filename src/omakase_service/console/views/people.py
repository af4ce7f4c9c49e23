"""One person: what they did, what they are shown and why, and why something is not shown."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.selectors import user_facts, users_after, users_matching
from omakase_service.console.pages import REFUSALS, act, address, in_words, needs, page, param
from omakase_service.console.translations import language, say
from omakase_service.events.quarantine import still_aside
from omakase_service.events.selectors import recent_of_user
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.privacy.contracts import ErasureReceipt
from omakase_service.privacy.selectors import stats_of
from omakase_service.privacy.services import erase_user
from omakase_service.recommendation_log.contracts import JudgedAnswer, LoggedAnswer
from omakase_service.recommendation_log.selectors import recent_answers
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest, NeighborUser, RequestTrace
from omakase_service.serving.people import similar_users
from omakase_service.serving.previews import preview_list
from omakase_service.serving.selectors import placements
from omakase_service.serving.services import trace

FOUND, HISTORY, LENGTH, ANSWERS, ALIKE = 50, 20, 12, 5, 10
HIDDEN = ("recommendations_on", "emails_on", "attributes")
"""Facts that have a line of their own."""


@needs(Role.SEE)
@require_GET
def person_list(request: ServiceRequest) -> HttpResponse:
    """People by the beginning of their id."""
    text = param(request, "q")
    rows = users_matching(text=text, limit=FOUND) if text else users_after(after="", limit=FOUND)
    return page(request, "people", "people", people=rows, q=text)


@needs(Role.SEE)
@require_GET
def person(request: ServiceRequest) -> HttpResponse:
    """One person."""
    user_id, at, item_id = (param(request, name) for name in ("id", "at", "why"))
    stats = stats_of(user_id=user_id)
    past = recent_of_user(user_id=user_id, limit=HISTORY)
    cards = live_version.now().live.cards
    question = ListRequest(
        user_id=user_id, n=LENGTH, placement=at, language=language(), explain=True
    )
    why, refusal = _why(question, item_id)
    wants_alike = param(request, "alike") == "yes"
    alike, no_alike = _alike(user_id) if wants_alike else ([], "")
    return page(
        request,
        "person",
        "people",
        user_id=user_id,
        stats=stats,
        facts=_facts(user_id),
        past=[(each, cards.get(each.item_id)) for each in reversed(past)],
        listed=preview_list(question),
        aside=still_aside(user_id=user_id),
        answers=[_answer(each, cards) for each in recent_answers(user_id=user_id, limit=ANSWERS)],
        at=at,
        places=sorted(placements()),
        why=why,
        wants_alike=wants_alike,
        alike=alike,
        no_alike=no_alike,
        why_item=item_id,
        why_card=cards.get(item_id),
        refusal=refusal,
    )


@needs(Role.ADMINISTER)
@require_POST
def forget(request: ServiceRequest) -> HttpResponse:
    """Leave nothing of a person; their id is written once more, since nothing brings them back."""
    user_id = param(request, "id")
    stay = address("person", id=user_id)

    def erase() -> ErasureReceipt:
        if param(request, "again") != user_id:
            raise Invalid(say("Write the id of the person once more to forget them."))
        return erase_user(user_id=user_id)

    words = say("Nothing is left of {name}. Models forget them with the next training.",
                name=user_id)  # fmt: skip
    return act(request, erase, words, stay, lambda _: address("people"))


def _alike(user_id: str) -> tuple[list[NeighborUser], str]:
    """People who like what this one likes, or why nobody can be named."""
    try:
        return similar_users(user_id=user_id, n=ALIKE), ""
    except REFUSALS as error:
        return [], in_words(error)


def _answer(
    judged: JudgedAnswer, cards: Mapping[str, ItemCard]
) -> tuple[LoggedAnswer, list[tuple[str, str, str, bool]]]:
    """A past answer with the id, title and reason of each item, and whether it was clicked."""
    lines = []
    for shown in judged.answer.items:
        card = cards.get(shown.item_id)
        title = shown.item_id if card is None else card.title
        reason = str((shown.why or {}).get("text", ""))
        lines.append((shown.item_id, title, reason, shown.item_id in judged.clicked))
    return judged.answer, lines


def _why(question: ListRequest, item_id: str) -> tuple[RequestTrace | None, str]:
    """What became of an item on its way into the person's list; or why that cannot be said."""
    if not item_id:
        return None, ""
    try:
        return trace(question, item_id=item_id), ""
    except (NotFound, *REFUSALS) as error:
        return None, in_words(error)


def _facts(user_id: str) -> dict[str, Any]:
    """What is known of a person beside what they did; nothing where nobody knows them."""
    row = user_facts(user_id=user_id) or {}
    known = {name: value for name, value in row.items() if value not in ("", None, [], {})}
    facts = {name: value for name, value in known.items() if name not in (*HIDDEN, "user_id")}
    return {**facts, **(row.get("attributes") or {})}
