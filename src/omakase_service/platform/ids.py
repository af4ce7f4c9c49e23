"""Ids that nobody else has; later ones are greater, so that an index over them grows at its end."""

import os
import time
from collections import deque
from secrets import token_hex

DIGITS = 16
"""Hexadecimal, drawn by chance for each id."""

AT_A_TIME = 256
"""Ids for which the system is asked for chance at once."""

id_pool: deque[str] = deque()


def new_id() -> str:
    """32 hexadecimal digits: the nanosecond, and 64 bits of chance."""
    return f"{time.time_ns():016x}{chance()}"


def chance() -> str:
    """16 hexadecimal digits that no other process draws, nor a child of a fork."""
    while True:
        try:
            return id_pool.popleft()
        except IndexError:
            digits = token_hex(AT_A_TIME * DIGITS // 2)
            id_pool.extend(digits[at : at + DIGITS] for at in range(0, len(digits), DIGITS))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=id_pool.clear)
