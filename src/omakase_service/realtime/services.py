"""What a page is told: lists, what goes with an item, what became of an event.

These wait for disks and models: the event loop calls them in threads.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError

from omakase_service.catalog.contracts import ItemCard
from omakase_service.catalog.plain_rows import item_facts
from omakase_service.events import services as events
from omakase_service.events.selectors import recent_of_session, recent_of_user
from omakase_service.online_store.contracts import session_key, user_key
from omakase_service.platform.contracts import Person
from omakase_service.platform.exceptions import Invalid
from omakase_service.serving import services as serving
from omakase_service.serving.contracts import ItemReason, Recommendation, ResultItem
from omakase_settings import settings


def personal_list(
    *,
    person: Person,
    n: int,
    language: str,
    model: str | None = None,
    exclude: Sequence[str] = (),
    diversity: float | None = None,
    filter: str | None = None,
    fields: Sequence[str] = (),
) -> dict[str, Any]:
    """A person's list as their events stand at this moment, with reasons.

    Raises:
        Refused, OmakaseError: no version is live, or it has no such model.
    """
    answer = serving.recommend(
        user_id=person.user_id,
        session_id=person.session_id,
        n=n,
        model=model,
        exclude=exclude,
        diversity=diversity,
        filter=filter,
        explain=True,
        language=language,
    )
    return answer_fields(answer, fields)


def keys_of(person: Person) -> tuple[str, ...]:
    """Under what news of a person is told."""
    user = () if person.user_id is None else (user_key(person.user_id),)
    return user if person.session_id is None else (*user, session_key(person.session_id))


def similar(
    *,
    item_id: str,
    n: int,
    model: str | None = None,
    language: str = "en",
    fields: Sequence[str] = (),
) -> dict[str, Any]:
    """What goes with an item.

    Raises:
        Refused, OmakaseError: no such item, no version is live, or it has no such model.
    """
    answer = serving.similar_items(item_id=item_id, n=n, model=model)
    return {"item_id": item_id, **answer_fields(answer, fields)}


def record_event(
    *, person: Person, event: Mapping[str, Any], visitor: bool = False
) -> dict[str, Any]:
    """Store what a person did; on the disk when this returns.

    Args:
        visitor: a page's token brings it; see `events.services.record`.

    Raises:
        Invalid: the event makes no sense.
    """
    named = {"user_id": person.user_id, "session_id": person.session_id}
    done = events.record(
        events=[{**event, **named}],
        create_unknown=settings().events.create_unknown,
        visitor=visitor,
    )
    if done.rejected:
        raise Invalid("the event is not valid", errors=done.rejected[0].errors)
    return {"event_id": done.event_ids[0], "stored": done.stored == 1}


def latest(*, person: Person) -> dict[str, Any] | None:
    """What a person did last; none where nothing is known, or the log is away. One query."""
    try:
        if person.user_id is not None:
            past = recent_of_user(user_id=person.user_id, limit=1)
        else:
            past = recent_of_session(session_id=person.session_id or "", limit=1)
    except DatabaseError:
        return None
    return {"item_id": past[0].item_id, "type": past[0].kind} if past else None


def answer_fields(answer: Recommendation, fields: Sequence[str] = ()) -> dict[str, Any]:
    """A list as a page gets it, with these fields of the catalog under `attributes`."""
    return {
        "items": with_facts([shown_item(item) for item in answer.items], fields),
        "request_id": answer.request_id,
        "algorithm": answer.algorithm,
        "model_version": answer.version,
        "events": answer.events,
    }


def with_facts(items: list[dict[str, Any]], fields: Sequence[str]) -> list[dict[str, Any]]:
    """Items with what the catalog says of them under these names. One query where any is named."""
    if not fields:
        return items
    facts = item_facts(item_ids=[item["item_id"] for item in items], names=fields)
    return [{**item, "attributes": facts.get(item["item_id"], {})} for item in items]


def shown_item(each: ResultItem) -> dict[str, Any]:
    """One place of a list, with what it rests on where reasons were asked for."""
    why = each.why
    return {
        **card(each.card),
        "score": each.score,
        "rank": each.rank,
        "reason": why.text if why else "",
        "because": [cited.item_id for cited in why.because] if why else [],
        "evidence": evidence(why) if why else None,
    }


def evidence(why: ItemReason) -> dict[str, Any]:
    """What a place rests on: items of the past with their shares, and who proposed it where."""
    return {
        "cited": [{"title": citation.title, "share": citation.share} for citation in why.because],
        "algorithms": [{"algorithm": name, "place": rank} for name, rank in why.algorithms],
    }


def card(card: ItemCard) -> dict[str, Any]:
    """An item as a page shows it."""
    return {
        "item_id": card.item_id,
        "title": card.title,
        "type": card.type,
        "category": card.category,
        "brand": card.brand,
        "price": card.price,
        "image_url": card.image_url,
    }
