"""What Linux lets a process say of itself; elsewhere nothing is said."""

import ctypes
import signal
from contextlib import suppress

NAME_OF_PROCESS, END_WITH_PARENT = 15, 1
"""PR_SET_NAME and PR_SET_PDEATHSIG of linux/prctl.h."""


def name_process(name: str) -> None:
    """What `ps` and `top` call this process, where the system can (Linux): a fork is called as
    the one that it was forked from, and has its command line.

    Args:
        name: ASCII, at most fifteen characters.
    """
    _control(NAME_OF_PROCESS, name.encode())


def end_with_parent() -> None:
    """Have the system tell this process to end when the one that began it is gone (Linux)."""
    _control(END_WITH_PARENT, signal.SIGTERM)


def _control(option: int, value: bytes | int) -> None:
    with suppress(AttributeError, OSError, TypeError):  # another C library; TypeError: Windows
        ctypes.CDLL(None).prctl(option, value)
