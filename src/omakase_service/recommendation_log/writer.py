"""Answers wait here until they are written, behind the requests that they answered.

One thread a process writes them, twice a second; it ends after the process's own end has begun
and everything is written. While the database is down they are put aside on the disk, and so are
those beyond the length of the queue; what the disk does not take either is counted. Answers of an
experiment are on the disk before they go out: who was exposed counts although the process dies. The
same thread looks what came of answers, and brings in events that wait on the disk.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from django.db import DatabaseError, Error, InterfaceError, OperationalError, close_old_connections

from omakase_service.events.ingest import replay
from omakase_service.events.selectors import digest_of, erasures_since
from omakase_service.events.store import settled_seq
from omakase_service.platform.database import connection
from omakase_service.platform.journal import JournalFull
from omakase_service.recommendation_log import spool
from omakase_service.recommendation_log.attribution import attribute
from omakase_service.recommendation_log.contracts import LoggedAnswer
from omakase_service.recommendation_log.store import write
from omakase_settings import settings

log = logging.getLogger("omakase.answers")
DOWN = (OperationalError, InterfaceError)
CHUNK = 500
STOP_SECONDS = 20.0
LATELY_SECONDS = 60.0
SETTLES_SECONDS = 2.0
"""An event is looked at this long after it came in: by then its answer is written."""

EXPERIMENT = "experiment"
"""In the circumstances of an answer: which one it is of."""

_waiting: deque[LoggedAnswer] = deque()
_in_hand: list[LoggedAnswer] = []
"""What is being written."""

_writing = threading.Lock()
_wanted = threading.Lock()
_thread: threading.Thread | None = None
_dropped, _dropped_at = 0, float("-inf")
_ending = threading.Event()


def note(answer: LoggedAnswer) -> None:
    """Have an answer written soon. Never fails; waits for the disk once a long queue."""
    global _dropped, _dropped_at
    if EXPERIMENT in answer.context and _is_ahead(answer):
        start()
        return
    most = settings().answers.queue
    if len(_waiting) >= most:
        put_aside(min(CHUNK, most))
    if len(_waiting) >= most:
        _dropped, _dropped_at = _dropped + 1, time.monotonic()
        return
    _waiting.append(answer)
    start()


def flush() -> int:
    """Write what was put aside and what waits, in this order; how many they were.

    Raises:
        Error: of Django; it cannot be written now; it goes on waiting.
    """
    with _writing:
        done = spool.bring(_write)
        while chunk := _take(CHUNK):
            _in_hand[:] = chunk
            try:
                _write(chunk)
            except BaseException:
                _waiting.extendleft(reversed(chunk))
                raise
            finally:
                _in_hand.clear()
            done += len(chunk)
    return done


def put_aside(most: int | None = None) -> None:
    """Move answers that wait onto the disk, the oldest first; where it is full, they stay."""
    count = len(_waiting) if most is None else most
    while count > 0 and (chunk := _take(min(count, CHUNK))):
        try:
            spool.put(chunk)
        except JournalFull as error:
            _waiting.extendleft(reversed(chunk))
            log.warning("answers cannot be put aside: %s", error)
            return
        count -= len(chunk)


def waiting() -> int:
    """How many answers of this process are neither written nor put aside yet."""
    return len(_waiting) + len(_in_hand)


def waiting_answers() -> list[LoggedAnswer]:
    """Answers of this process that no table holds yet, oldest first."""
    return [*_in_hand, *_waiting]


def dropped_count() -> int:
    """How many answers of this process found no place in the queue, nor on the disk."""
    return _dropped


def is_losing() -> bool:
    """Whether an answer of this process found no place a short while ago."""
    return time.monotonic() - _dropped_at < LATELY_SECONDS


def start() -> None:
    """Begin to write behind, once a process; a child of a fork begins anew."""
    global _thread
    if _thread is not None and _thread.is_alive():
        return
    with _wanted:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_work, name="omakase-answers")
            _thread.start()


def stop() -> None:
    """Return when everything is written, or put aside, or can be neither."""
    _ending.set()
    if _thread is None:
        return
    _thread.join(STOP_SECONDS)
    if _thread.is_alive():  # the database does not even refuse
        _waiting.extendleft(reversed(_in_hand))
        put_aside()


def forget() -> None:
    """Start over, as a new process would."""
    global _dropped, _dropped_at
    _waiting.clear()
    _dropped, _dropped_at = 0, float("-inf")


def _is_ahead(answer: LoggedAnswer) -> bool:
    """Whether the disk took it; otherwise it waits in memory, as the others do."""
    try:
        spool.put_ahead(answer)
    except JournalFull as error:
        log.warning("an answer of an experiment waits in memory only: %s", error)
        return False
    return True


def _take(most: int) -> list[LoggedAnswer]:
    """The oldest that wait, which wait no more."""
    answers: list[LoggedAnswer] = []
    while _waiting and len(answers) < most:
        answers.append(_waiting.popleft())
    return answers


def _write(answers: list[LoggedAnswer]) -> None:
    """All at once; where the database refuses one, the others: nothing may block what follows."""
    for at in range(0, len(answers), CHUNK):
        _written_each(_of_living(answers[at : at + CHUNK]))


def _written_each(answers: list[LoggedAnswer]) -> None:
    try:
        write(answers=answers)
    except DOWN:
        raise
    except DatabaseError:
        if len(answers) == 1:
            log.exception("an answer cannot be logged and is left out: %s", answers[0].request_id)
            return
        for answer in answers:
            _written_each([answer])


def _of_living(answers: list[LoggedAnswer]) -> list[LoggedAnswer]:
    """Those to people who were not forgotten while the answers waited. One query."""
    gone = erasures_since(time=min(answer.time for answer in answers))
    if not gone:
        return answers
    return [a for a in answers if not a.user_id or gone.get(digest_of(a.user_id), -1) < a.time]


def _work() -> None:
    settled, looked = 0, time.monotonic()
    while threading.main_thread().is_alive() and not _ending.is_set():
        _ending.wait(settings().answers.write_seconds)
        is_flushed = try_flush()
        if time.monotonic() - looked >= SETTLES_SECONDS:
            attempt(replay)
            if is_flushed and not spool.waiting():  # an event may be of an answer that lies there
                attempt(partial(attribute, until=settled))
            settled, looked = attempt(settled_seq) or settled, time.monotonic()
    try_flush()
    connection.close()


def try_flush() -> bool:
    """Whether everything could be written; what could not is put aside."""
    if attempt(flush) is not None:
        return True
    put_aside()
    if _waiting:
        log.error("%s answers are neither written nor on the disk", len(_waiting))
    return False


def attempt(work: Callable[[], int]) -> int | None:
    """What came of it; none, and a line in the log, while the database is down."""
    try:
        close_old_connections()
        return work()
    except Error as error:
        log.warning("the database is down: %s", error)
        connection.close()
        return None
