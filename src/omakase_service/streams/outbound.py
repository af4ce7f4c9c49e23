"""Stored events and answers out to others: an outbox, which is the log itself and a cursor in it.

At least once out: the cursor moves when the other side has a batch. What is sent again, since a
process died between the two, has the same key.
"""

import logging
import time
from collections.abc import Callable, Sequence

from django.db import DatabaseError

from omakase_service.events.selectors import stored_events_after
from omakase_service.events.store import settled_seq
from omakase_service.platform.database import connection
from omakase_service.recommendation_log.selectors import answers_after
from omakase_service.recommendation_log.store import settled_answer
from omakase_service.streams.contracts import BrokerDown, OutgoingRecord, Sink, Topic
from omakase_service.streams.models import StreamState
from omakase_settings import settings

log = logging.getLogger("omakase.streams")
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
NEWEST: dict[Topic, Callable[[], int]] = {"events": settled_seq, "answers": settled_answer}


def publish(
    sink: Sink,
    topics: Sequence[Topic],
    *,
    is_over: Callable[[], bool],
    until_empty: bool = False,
    from_start: bool = False,
) -> int:
    """Send what is new until it is over; how many records.

    Args:
        until_empty: end where nothing waits.
        from_start: a topic that was never sent to this sink begins with the oldest; else now.
    """
    for topic in topics:
        begin(sink, topic, from_start=from_start)
    sent, pause = 0, PAUSE_SECONDS
    while not is_over():
        try:
            number = sum(send_batch(sink, topic) for topic in topics)
        except (BrokerDown, DatabaseError) as error:
            log.warning("the outbox waits %g seconds: %s", pause, error)
            note_failure(sink.name, topics, str(error))
            if not connection.in_atomic_block:
                connection.close()
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            continue
        sent, pause = sent + number, PAUSE_SECONDS
        if number == 0:
            if until_empty:
                break
            time.sleep(PAUSE_SECONDS)
    return sent


def note_failure(sink: str, topics: Sequence[Topic], reason: str) -> None:
    """Write why a sink waits into its rows, as far as the database takes it."""
    names = [name_of(sink, topic) for topic in topics]
    try:
        StreamState.objects.filter(name__in=names).update(note=reason)
    except DatabaseError as error:
        log.warning("the reason cannot be kept: %s", error)


def begin(sink: Sink, topic: Topic, *, from_start: bool) -> None:
    """See that a topic has its cursor; what was begun goes on where it was."""
    name = name_of(sink.name, topic)
    if not StreamState.objects.filter(name=name).exists():
        position = 0 if from_start else NEWEST[topic]()
        StreamState.objects.create(name=name, position=position)


def send_batch(sink: Sink, topic: Topic) -> int:
    """Send the next records of a topic and move its cursor; how many.

    Raises:
        BrokerDown: the other side has not all of them; the cursor stays.
    """
    state = StreamState.objects.get(name=name_of(sink.name, topic))
    until, limit = NEWEST[topic](), settings().streams.batch
    last, records = READ[topic](state.position, until, limit)
    if records:
        sink.send(topic, records)
    if last != state.position or state.note:
        states = StreamState.objects.filter(name=state.name, position=state.position)
        states.update(
            position=last, lag=max(0, until - last), stored=state.stored + len(records), note=""
        )
    return len(records)


def name_of(sink: str, topic: Topic) -> str:
    """Of the row that holds the cursor."""
    return f"out:{sink}:{topic}"


def _events(after: int, until: int, limit: int) -> tuple[int, list[OutgoingRecord]]:
    rows = stored_events_after(seq=after, until=until, limit=limit)
    records = [
        OutgoingRecord(row["event_id"], row["user_id"] or row["session_id"] or "", row)
        for row in rows
    ]
    return (rows[-1]["seq"] if rows else max(after, until)), records


def _answers(after: int, until: int, limit: int) -> tuple[int, list[OutgoingRecord]]:
    rows = answers_after(number=after, until=until, limit=limit)
    records = [
        OutgoingRecord(str(fields["id"]), fields["user_id"] or fields["session_id"] or "", fields)
        for _, fields in rows
    ]
    return (rows[-1][0] if rows else max(after, until)), records


READ = {"events": _events, "answers": _answers}
