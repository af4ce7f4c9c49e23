"""Answers that cannot be written now, put aside on this disk: each once, in their order."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
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
        _own(_folder()).append(orjson.dumps(list(answers)))


def bring(write: Callable[[list[LoggedAnswer]], None]) -> int:
    """Hand over what was put aside, also by processes that have ended; how many.

    What `write` raised from stays where it is. Nobody who puts aside waits meanwhile: this process
    lets go of its file, and takes it over as it does those of the dead.
    """
    done = 0

    def take(payloads: list[bytes]) -> None:
        nonlocal done
        found = [answer for payload in payloads for answer in _answers(payload)]
        write(sorted(found, key=lambda answer: answer.key.int))
        done += len(found)

    _own(_folder()).close()
    Journal(Path(_folder())).replay(take)
    return done


def waiting() -> bool:
    """Whether answers lie aside, of whichever process of this machine."""
    return _own(_folder()).waiting()


def _answers(payload: bytes) -> list[LoggedAnswer]:
    """Of one frame; one of another release is put aside."""
    try:
        return [_read(said) for said in orjson.loads(payload)]
    except (ValueError, TypeError, KeyError, AttributeError):
        _own(_folder()).put_aside(payload)
        return []


def _read(said: dict) -> LoggedAnswer:
    items = [ShownItem(**each) for each in said.pop("items")]
    return LoggedAnswer(items=items, **said | {"key": UUID(said["key"])})


def _folder() -> str:
    return str(Path(settings().data_folder) / "answers")


@lru_cache(maxsize=4)
def _own(folder: str) -> Journal:
    return Journal(Path(folder))
