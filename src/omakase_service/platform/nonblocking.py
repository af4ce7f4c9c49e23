"""What an event loop must not do: wait for a disk, a network or a model."""

import asyncio


class MustWait(Exception):
    """It cannot be done without waiting; ask again in a thread."""


def may_wait() -> None:
    """Said before a wait; Django says the same before it asks a database.

    Raises:
        MustWait: an event loop runs in this thread, and all that it serves would wait too.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise MustWait
