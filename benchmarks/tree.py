"""What a server's processes take, read from /proc. Linux only."""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
MB = 1024.0
"""Kilobytes."""


def processes(pid: int, proc: Path = PROC) -> Iterator[int]:
    """A process and all that it began, and they."""
    yield pid
    for children in sorted((proc / str(pid) / "task").glob("*/children")):
        for child in children.read_text().split():
            yield from processes(int(child), proc)


def memory(pid: int, proc: Path = PROC) -> tuple[float, float]:
    """MB in memory of a process and all below it, and how much of that is not of files."""
    whole = alone = 0
    for each in processes(pid, proc):
        lines = (proc / str(each) / "status").read_text().splitlines()
        said = dict(line.split(":", 1) for line in lines if ":" in line)
        whole += int(said["VmRSS"].split()[0])
        alone += int(said["RssAnon"].split()[0])
    return whole / MB, alone / MB


def proportional(pid: int, proc: Path = PROC) -> float:
    """MB of a process, what it shares with n others counted as an n-th (PSS); 0 where it ended."""
    try:
        lines = (proc / str(pid) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / MB


def processor_seconds(pid: int, proc: Path = PROC) -> float:
    """Seconds that a process and all below it have had a processor, the kernel's for them too.

    Those that have ended count with whom they were begun by.
    """
    ticks = 0
    for each in processes(pid, proc):
        fields = (proc / str(each) / "stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
