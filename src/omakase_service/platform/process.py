"""Which processes live."""

import os
from contextlib import suppress
from pathlib import Path


def is_alive(process: int) -> bool:
    """Whether a process of this number runs; on Windows, where to look would end it, yes.

    One that has ended and that nobody has waited for has a number still (Linux).
    """
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):  # the latter: a number that no process has
        return False
    except OSError:  # somebody else's
        return True
    with suppress(OSError):
        _, _, state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b") ")
        return not state.startswith((b"Z", b"X"))
    return True
