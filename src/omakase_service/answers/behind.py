"""Answers wait here until they are written, behind the requests that they answered.

One thread a process writes them, twice a second; it ends after the process's own end has begun
and everything is written. While the database is down they wait; the queue has an end, and what
does not fit is counted. The same thread looks what came of answers, and brings in events that
wait on the disk.
"""

import logging
import threading
import time
from collections import deque

from django.db import Error, close_old_connections, connection

from omakase_service.answers.attribution import attribute
from omakase_service.answers.contracts import Logged
from omakase_service.answers.log import write
from omakase_service.events.keeping import replay
from omakase_service.events.log import settled_seq
from omakase_service.events.selectors import digest_of, erasures_since
from omakase_settings import settings

log = logging.getLogger("omakase.answers")
CHUNK = 500
STOP_SECONDS = 20.0
SETTLES_SECONDS = 2.0
"""An event is looked at this long after it came in: by then its answer is written."""

_waiting: deque[Logged] = deque()
_writing = threading.Lock()
_wanted = threading.Lock()
_thread: threading.Thread | None = None
_dropped = 0
_ending = threading.Event()


def note(answer: Logged) -> None:
    """Have an answer written soon. Never waits, never fails."""
    global _dropped
    if len(_waiting) >= settings().answers.queue:
        _dropped += 1
        return
    _waiting.append(answer)
    start()


def flush() -> int:
    """Write what waits; how many they were.

    Raises:
        Error: of Django; it cannot be written now; it goes on waiting.
    """
    done = 0
    with _writing:
        while _waiting:
            chunk = [_waiting[n] for n in range(min(CHUNK, len(_waiting)))]
            write(answers=_kept(chunk))
            for _ in chunk:
                _waiting.popleft()
            done += len(chunk)
    return done


def waiting() -> int:
    """How many answers are not written yet."""
    return len(_waiting)


def dropped() -> int:
    """How many answers of this process found no place in the queue."""
    return _dropped


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
    """Return when everything is written, or cannot be."""
    _ending.set()
    if _thread is not None:
        _thread.join(STOP_SECONDS)


def forget() -> None:
    """Start over, as a new process would."""
    global _dropped
    _waiting.clear()
    _dropped = 0


def _kept(answers: list[Logged]) -> list[Logged]:
    """Those to people who were not forgotten while the answers waited. One query."""
    gone = erasures_since(time=min(answer.time for answer in answers))
    if not gone:
        return answers
    return [a for a in answers if not a.user_id or gone.get(digest_of(a.user_id), -1) < a.time]


def _work() -> None:
    settled, looked = 0, time.monotonic()
    while threading.main_thread().is_alive() and not _ending.is_set():
        _ending.wait(settings().answers.write_seconds)
        _tried(flush)
        if time.monotonic() - looked >= SETTLES_SECONDS:
            _tried(replay)
            _tried(lambda until=settled: attribute(until=until))
            settled, looked = _tried(settled_seq) or settled, time.monotonic()
    _tried(flush)
    connection.close()


def _tried(work) -> int:
    """What came of it; nothing, and a line in the log, while the database is down."""
    try:
        close_old_connections()
        return work()
    except Error as error:
        log.warning("answers wait to be written: %s", error)
        connection.close()
        return 0
