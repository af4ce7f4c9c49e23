"""Answers on this disk until they are written: each once, in their order.

Put aside are those that cannot be written now. Ahead are those that must not be lost with their
process: they go to the disk before the answer goes out, and are written from there.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from omakase_service.platform.journal import Journal
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_settings import settings


def put(answers: Sequence[LoggedAnswer]) -> None:
    """Put answers aside; they are on the disk when this returns.

    Raises:
        JournalFull: the disk does not take them.
    """
    if answers:
        journal_of(_folder()).append(orjson.dumps(list(answers)))


def put_ahead(answer: LoggedAnswer) -> None:
    """Have an answer outlive this process; it does not wait for the disk.

    Raises:
        JournalFull: the disk does not take it.
    """
    journal_of(ahead_folder()).append(orjson.dumps([answer]), sync=False)


def bring(write: Callable[[list[LoggedAnswer]], None]) -> int:
    """Hand over what was put aside or ahead, also by processes that have ended; how many.

    What `write` raised from stays where it is. Nobody who puts aside waits meanwhile: this process
    lets go of its file, and takes it over as it does those of the dead.
    """
    done = 0

    def take(payloads: list[bytes]) -> None:
        nonlocal done
        answers = [answer for payload in payloads for answer in _answers(payload)]
        write(sorted(answers, key=lambda answer: answer.key.int))
        done += len(answers)

    for folder in (_folder(), ahead_folder()):
        if journal_of(folder).waiting():
            journal_of(folder).close()
            Journal(Path(folder)).replay(take)
    return done


def waiting() -> bool:
    """Whether answers lie aside, of whichever process of this machine."""
    return journal_of(_folder()).waiting()


def _answers(payload: bytes) -> list[LoggedAnswer]:
    """Of one frame; one of another release is put aside."""
    try:
        return [_read(record) for record in orjson.loads(payload)]
    except (ValueError, TypeError, KeyError, AttributeError):
        journal_of(_folder()).put_aside(payload)
        return []


def _read(said: dict[str, Any]) -> LoggedAnswer:
    items = [ShownItem(**item) for item in said.pop("items")]
    return LoggedAnswer(items=items, **said | {"key": UUID(said["key"])})


def _folder() -> str:
    return str(Path(settings().data_folder) / "answers")


def ahead_folder() -> str:
    """Joined as text: it is asked for on the path of a request."""
    return f"{settings().data_folder}/answers/ahead"


@lru_cache(maxsize=4)
def journal_of(folder: str) -> Journal:
    return Journal(Path(folder))
