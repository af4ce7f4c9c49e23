"""How much memory is free, and a refusal before work starts that would not fit."""

import ctypes
import os
import sys
from pathlib import Path

from omakase.errors import TooLarge

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
NO_LIMIT = 1 << 60


def require_bytes(what: str, needed: int) -> None:
    """Passes when `needed` bytes are free, or when nobody can say how many are.

    Raises:
        TooLarge: they are not.
    """
    free = available_bytes()
    if free is not None and needed > free:
        raise TooLarge(what, needed, free)


def available_bytes() -> int | None:
    """Bytes that can still be had without swapping, within a container's limit; None if unknown."""
    sizes = [size for size in (machine_bytes(), container_bytes(CGROUP)) if size is not None]
    return min(sizes, default=None)


def machine_bytes() -> int | None:
    if MEMINFO.exists():
        return meminfo_bytes(MEMINFO.read_text())
    if sys.platform == "win32":
        return _windows_bytes()
    return _pages_bytes()


def meminfo_bytes(text: str) -> int | None:
    """From the text of /proc/meminfo, whose sizes are in KiB."""
    for line in text.splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _pages_bytes() -> int | None:
    """Physical memory, where the system (macOS) does not say what is free of it."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


class MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "available", "a", "b", "c", "d", "e")),
    )


def _windows_bytes() -> int | None:
    status = MemoryStatus()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  (unknown to mypy elsewhere)
    return status.available if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def container_bytes(root: Path) -> int | None:
    """What a control group (version 2, then 1) leaves; None outside of one."""
    for limit, used in (
        (root / "memory.max", root / "memory.current"),
        (root / "memory/memory.limit_in_bytes", root / "memory/memory.usage_in_bytes"),
    ):
        try:
            most, now = limit.read_text().strip(), int(used.read_text())
        except (OSError, ValueError):
            continue
        if most != "max" and int(most) < NO_LIMIT:
            return max(int(most) - now, 0)
    return None
