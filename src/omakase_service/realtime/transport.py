"""The line to a page, below what the server lets one reach. No Django."""

import os
import socket
from pathlib import Path

OPEN_FILES = Path("/dev/fd")
"""Where Linux and macOS list what this process holds open; Windows has nothing like it."""


def hang_up(peer: tuple[str, int]) -> bool:
    """Cut the TCP connection of this process to a peer; whether there was one.

    The server keeps a line open whose page takes nothing: its own goodbye waits behind what waits
    already. Cut here, all that waits on it fails at once.
    """
    for open_file in OPEN_FILES.iterdir() if OPEN_FILES.is_dir() else ():
        try:
            with socket.socket(fileno=os.dup(int(open_file.name))) as line:
                if line.getpeername()[:2] == peer:
                    line.shutdown(socket.SHUT_RDWR)
                    return True
        except (OSError, ValueError, IndexError):
            continue  # a file, a socket of another kind, or closed meanwhile
    return False
