"""Lists that are held so that their next part repeats nothing. All processes see them."""

import time

import orjson

from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import ALL, PART
from omakase_service.platform.exceptions import NotFound
from omakase_service.platform.ids import new_id
from omakase_service.serving.cache import read
from omakase_service.serving.contracts import ListRequest, RankedList
from omakase_settings import settings


def hold(question: ListRequest, found: RankedList) -> str:
    """Hold a list for whoever asked; its name."""
    name = new_id()
    until = int(time.time() + settings().serving.hold_seconds)
    online.put(_key(question, name), b"%d\n%b" % (until, orjson.dumps(found)))
    return name


def held_list(question: ListRequest) -> RankedList:
    """The list that the cursor speaks of.

    Raises:
        NotFound: it is somebody else's, or no longer held.
    """
    entries = online.read([_key(question, question.cursor.partition(".")[0])])
    if entries and entries[0].value:
        until, _, raw = entries[0].value.partition(b"\n")
        if int(until) > time.time():
            return read(raw)
    raise NotFound("this list is no longer held; ask anew without a cursor")


def token(cursor: str, place: int) -> str:
    """The cursor of what follows from a place on."""
    return f"{cursor.partition('.')[0]}.{place}"


def place_of(cursor: str) -> int:
    """Where a cursor goes on.

    Raises:
        NotFound: it is no cursor.
    """
    _, _, offset = cursor.partition(".")
    if not offset.isascii() or not offset.isdigit() or len(offset) > 9:
        raise NotFound("there is no such list")
    return int(offset)


def _key(question: ListRequest, name: str) -> str:
    return f"{question.who or ALL}{PART}{name}"
