"""Messages of a broker into the event store, through the same door as the batch API.

At least once in: a message is acknowledged when its events are on the disk and what cannot be
stored is among the dead letters. Exactly once in effect: an event that names no id gets the
position of its message, which is the same whenever it comes again.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.db import DatabaseError
from django.db.models import F

from omakase_service.events.services import record
from omakase_service.platform.database import connection
from omakase_service.platform.exceptions import NotReady
from omakase_service.platform.text import DEEPEST, is_deep
from omakase_service.streams.contracts import (
    BrokerDown,
    DeadMessage,
    IncomingMessage,
    MessageSource,
    StreamReport,
)
from omakase_service.streams.models import DeadLetter, StreamState
from omakase_settings import settings

log = logging.getLogger("omakase.streams")
POLL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
LAG_SECONDS = 5.0
"""Between two looks at how much waits."""

LONGEST_PAYLOAD = 10_000
"""Characters of a message that are kept with a dead letter."""


def consume(
    connect: Callable[[], MessageSource],
    *,
    is_over: Callable[[], bool],
    until_empty: bool = False,
    hears: Callable[[StreamReport], None] = lambda report: None,
) -> StreamReport:
    """Store what comes until it is over; what it came to.

    While the broker or both database and disk are away, it is tried again, ever more seldom; what
    was not acknowledged comes again.

    Args:
        connect: opens the source; called again after each failure.
        until_empty: end where nothing comes and the broker says that nothing waits.
        hears: called after each batch with the sum so far.
    """
    total, pause = StreamReport(), 1.0
    while not is_over():
        source = None
        try:
            source = connect()
            for report in _batches(source, is_over, until_empty):
                total, pause = total + report, 1.0
                hears(total)
            return total
        except (BrokerDown, NotReady, DatabaseError) as error:
            log.warning("the stream waits %g seconds: %s", pause, error)
            if not connection.in_atomic_block:
                connection.close()
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        finally:
            if source is not None:
                source.close()
    return total


def take(source: MessageSource, messages: Sequence[IncomingMessage]) -> StreamReport:
    """Store the events of some messages, bury what cannot be stored, and acknowledge.

    Raises:
        BrokerDown, NotReady, DatabaseError: nothing is acknowledged; all of it may come again.
    """
    events, positions, dead = open_messages(messages)
    stored = repeats = 0
    if events:
        report = record(events=events, create_unknown=settings().events.create_unknown)
        stored, repeats = report.stored, report.known
        dead += [
            dead_letter(positions[r.position], events[r.position], r.errors)
            for r in report.rejected
        ]
    new = _keep_letters(source, dead)
    source.acknowledge(messages)
    done = StreamReport(stored, repeats, new)
    _note(source.name, done)
    return done


def open_messages(
    messages: Sequence[IncomingMessage],
) -> tuple[list[dict[str, Any]], list[str], list[DeadMessage]]:
    """Events of some messages, where each stands, and messages that hold none."""
    events: list[dict[str, Any]] = []
    positions: list[str] = []
    dead: list[DeadMessage] = []
    for message in messages:
        try:
            for position, event in _events(message):
                named = event.get("event_id") is not None
                events.append(event if named else event | {"event_id": position})
                positions.append(position)
        except ValueError as error:
            payload = (message.payload or b"").decode("utf-8", "replace")[:LONGEST_PAYLOAD]
            dead.append(DeadMessage(message.position, str(error), payload.replace("\0", "�"), ""))
    return events, positions, dead


def _batches(source: MessageSource, is_over: Callable[[], bool], until_empty: bool) -> Any:
    """Reports of one batch after another."""
    looked = float("-inf")
    while not is_over():
        messages = source.poll(settings().streams.batch, POLL_SECONDS)
        if messages:
            yield take(source, messages)
        if not messages or time.monotonic() - looked >= LAG_SECONDS:
            lag, looked = source.lag(exact=until_empty and not messages), time.monotonic()
            if lag is not None:
                StreamState.objects.filter(name=f"in:{source.name}").update(lag=lag)
            if until_empty and not messages and lag == 0:
                return


def _events(message: IncomingMessage) -> list[tuple[str, dict[str, Any]]]:
    """Where each event of a message stands, and the event.

    Raises:
        ValueError: the message holds no JSON, or JSON of something else.
    """
    if not message.payload:
        raise ValueError("the message is empty")
    try:
        content = orjson.loads(message.payload)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"the message is no JSON: {error}") from error
    if is_deep(content):
        raise ValueError(f"lists and objects lie within each other more than {DEEPEST} deep")
    several = content if isinstance(content, list) else [content]
    if not several or not all(isinstance(element, dict) for element in several):
        raise ValueError("the message is no JSON object of an event, nor a list of such")
    if not isinstance(content, list):
        return [(message.position, content)]
    return [(f"{message.position}/{n}", element) for n, element in enumerate(several)]


def dead_letter(place: str, event: dict[str, Any], errors: Sequence[dict[str, str]]) -> DeadMessage:
    """An event of a message that cannot be stored, as it is buried."""
    words = [": ".join(filter(None, (error["place"], error["message"]))) for error in errors]
    user = event.get("user_id")
    payload = orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS).decode()[:LONGEST_PAYLOAD]
    is_id = isinstance(user, str | int) and not isinstance(user, bool)
    user_text = str(user).replace("\0", "").strip()[:255] if is_id else ""
    return DeadMessage(place, "; ".join(words), payload.replace("\0", "�"), user_text)


def _keep_letters(source: MessageSource, dead: Sequence[DeadMessage]) -> int:
    """Keep dead letters once each, and bring them to the broker; how many are new.

    They are in the table first, marked when the broker has them: one that died between sends them
    again, under the same position.
    """
    if not dead:
        return 0
    stream = f"in:{source.name}"
    positions = [letter.position for letter in dead]
    rows = {
        letter.position: DeadLetter(
            position=letter.position,
            stream=stream,
            reason=letter.reason,
            payload=letter.payload,
            user_id=letter.user_id,
        )
        for letter in dead
    }
    existing = DeadLetter.objects.filter(position__in=positions).count()
    DeadLetter.objects.bulk_create(rows.values(), ignore_conflicts=True, batch_size=500)
    unsent = DeadLetter.objects.filter(stream=stream, is_sent=False, position__in=positions)
    letters = [DeadMessage(r.position, r.reason, r.payload, r.user_id) for r in unsent]
    if letters:
        source.bury(letters)
        DeadLetter.objects.filter(position__in=[x.position for x in letters]).update(is_sent=True)
    return len(rows) - existing


def _note(name: str, report: StreamReport) -> None:
    """Add to what a stream came to."""
    state = StreamState.objects.filter(name=f"in:{name}")
    changes = {
        "stored": F("stored") + report.stored,
        "known": F("known") + report.known,
        "dead": F("dead") + report.dead,
    }
    if not state.update(**changes):
        StreamState.objects.get_or_create(name=f"in:{name}")
        state.update(**changes)
