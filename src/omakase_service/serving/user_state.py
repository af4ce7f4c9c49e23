"""Who asks: what is at hand of them, or else what the log says."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.db import Error

from omakase_service.catalog.contracts import NO_PREFERENCES, Preferences
from omakase_service.catalog.selectors import wishes_of
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.selectors import erased_at, recent_of_session, recent_of_user
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import (
    ALL,
    DELETIONS,
    TAB,
    StoreEntry,
    join_profile,
    past_bytes,
    split_profile,
)
from omakase_service.serving.contracts import LazyEvents, ListRequest, UserState
from omakase_settings import settings

FOR_EVER = 2**62
"""Later than any version."""


class Everybody(NamedTuple):
    """Revisions of what concerns everybody, as in `UserState`; 0 while the store is away."""

    generation: int
    deletions: int


NOBODY = Everybody(0, 0)


def person(question: ListRequest, now: int) -> UserState:
    """What is known of who asks. No query where it is at hand; else one or two.

    While the log is down, what was at hand last counts.
    """
    entries = online.read([question.who or ALL, ALL, DELETIONS])
    everybody = Everybody(*(entry.revision for entry in entries[1:])) if entries else NOBODY
    if question.history is not None or not question.who:
        past = [HistoryEvent(item_id, "view", None, now) for item_id in question.history or ()]
        # No row of a model is looked at where a history is given: that person is not asked about.
        return UserState(past, _wishes(question), 1 if entries else 0, *everybody, FOR_EVER)
    if (
        entries and entries[0].fresh and TAB in (entries[0].value or b"")
    ):  # older releases kept rows
        return _read(entries[0], everybody)
    return _from_log(question, entries[0] if entries else None, everybody)


def user_state_bytes(past: Sequence[HistoryEvent], wishes: Preferences, erased: int) -> bytes:
    """What is known of somebody, as the shelf holds it."""
    return join_profile(_about(wishes, erased), past_bytes(past))


def _about(wishes: Preferences, erased: int) -> bytes:
    return orjson.dumps({"wishes": wishes, "erased": erased})


def _from_log(question: ListRequest, held: StoreEntry | None, everybody: Everybody) -> UserState:
    try:
        past, wishes, erased = _query(question)
    except Error:
        if held is None or held.value is None:
            return UserState((), NO_PREFERENCES, 0, *everybody)
        return _read(held, everybody)
    if held is None:
        return UserState(past, wishes, 0, *everybody, erased)
    entry = user_state_bytes(past, wishes, erased)
    revision = online.keep(question.who, entry, since=held.revision)
    return UserState(past, wishes, revision, *everybody, erased)


def _query(question: ListRequest) -> tuple[list[HistoryEvent], Preferences, int]:
    limit = settings().serving.seen_events
    if question.user_id is None:
        past = recent_of_session(session_id=question.session_id or "", limit=limit)
        return past, NO_PREFERENCES, 0
    past = recent_of_user(user_id=question.user_id, limit=limit)
    return past, wishes_of(user_id=question.user_id), erased_at(user_id=question.user_id)


def _wishes(question: ListRequest) -> Preferences:
    """Of a user who brings a history along; while the log is down, none."""
    try:
        return NO_PREFERENCES if question.user_id is None else wishes_of(user_id=question.user_id)
    except Error:
        return NO_PREFERENCES


def _read(held: StoreEntry, everybody: Everybody) -> UserState:
    about, past = split_profile(held.value)
    wishes, erased = (NO_PREFERENCES, 0) if about == NOTHING_SAID else _parse_profile(about)
    return UserState(LazyEvents(past), wishes, held.revision, *everybody, erased)


@lru_cache(maxsize=256)
def _parse_profile(about: bytes) -> tuple[Preferences, int]:
    """What is said of somebody, or of many alike: wishes, and when one of this id was forgotten."""
    profile: dict[str, Any] = orjson.loads(about)
    wishes = profile.get("wishes") or {}
    lists = {"excluded_categories": tuple(wishes.get("excluded_categories", ()))}
    facts = {name: _tuple(value) for name, value in wishes.get("facts", {}).items()}
    return Preferences(**{**wishes, **lists, "facts": facts}), profile.get("erased", 0)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


NOTHING_SAID = _about(NO_PREFERENCES, 0)
"""Of most people; to know it again is cheaper than to read it."""
