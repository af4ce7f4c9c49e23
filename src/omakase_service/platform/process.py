"""Which process this is, without asking the system each time."""

import os

_own = os.getpid()


def pid() -> int:
    """Of this process; a child of a fork has its own."""
    return _own


def _look() -> None:
    global _own
    _own = os.getpid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_look)
