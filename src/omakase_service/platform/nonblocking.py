"""What an event loop must not do: wait for a disk, a network or somebody else's work."""

import asyncio


class WouldBlock(Exception):
    """It cannot be done without waiting; ask again in a thread."""


def require_thread() -> None:
    """Said before a wait; Django says the same before it asks a database.

    Raises:
        WouldBlock: an event loop runs in this thread, and all that it serves would wait too.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise WouldBlock
