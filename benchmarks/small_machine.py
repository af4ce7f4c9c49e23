"""Memory of a whole server on a small machine, and the server under the kernel's own limit

An environment is made that holds what a user's holds, by the pins of `requirements/base.txt`: no
tools of developers, and no file that another process has open, which would count as shared. In it
MovieLens 100K is imported, the models of the demo are trained, and `omakase serve --site` answers
with one worker: the process that looks after the server, the one that looks for jobs, and the
worker. Counted is the proportional share (PSS) of every process of the server, so that what several
share is counted once: right after the start, after 300 lists, at the highest of a minute after, at
the highest while the same models are trained anew in a process of their own, and after 300 lists of
that version. Then a second server over the same data is started within a control group of 512 MiB;
it has to answer 300 lists with no process killed. Linux only; the limit needs root and a control
group that can be made.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.environment import environment_of
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import CALL, Server, free_port, served, wait_for
from benchmarks.tree import processes, proportional
from omakase_cli.demo.command import MODELS

PEOPLE = 943
LISTS = 300
LASTING = 4
"""Processes of a server once a job was done; the fourth counts what others share, to delete it."""

SCOPES = "read,write,admin"
BAR_MB, LIMIT_MIB = 400, 512
PATIENCE_SECONDS = 30.0
GROUPS = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
LIMITS = "memory.limit_in_bytes", "memory.max"


def benchmark(asked: Asked) -> Result:
    """Memory at rest, after lists and with jobs; then the same under a limit."""
    seconds = 5.0 if asked.quick else 60.0
    data = asked.folder("ml-100k").resolve()
    with (
        environment_of_user() as program,
        served(data, ",".join(MODELS), {}, SCOPES, program=program) as server,
    ):
        rows = [measured_row("after the start", server)]
        _ask(server, LISTS)
        rows.append(measured_row(f"after {LISTS} lists", server))
        end = time.monotonic() + seconds
        rows.append(_highest("highest of the minute after", server, lambda: time.monotonic() < end))
        still = trains(server)
        rows.append(_highest("highest while it trains", server, still))
        _ask(server, LISTS)
        rows.append(measured_row(f"{LISTS} lists of the new version", server))
        held = limited(server)
    notes = [
        f"After {LISTS} lists all processes together hold {rows[1]['MB']:.0f} MB; the bar of "
        f"{BAR_MB} MB is {'kept' if rows[1]['MB'] <= BAR_MB else 'missed'}.",
        f"Within {LIMIT_MIB} MiB: {held}.",
    ]
    return Result(rows, notes)


@contextmanager
def environment_of_user() -> Iterator[Sequence[str]]:
    """What begins a command of `omakase` where nothing is installed but what it stands on."""
    pins = Path(__file__).parent.parent / "requirements" / "base.txt"
    with tempfile.TemporaryDirectory(prefix="omakase-environment-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        words = [python, "-m", "pip", "install", "--quiet", "-r", str(pins)]
        subprocess.run(words, check=True)
        yield python, "-c", CALL


def limited(server: Server) -> str:
    """What becomes of a second server over the same data in a group with a limit, in words."""
    with control_group(LIMIT_MIB * 2**20) as group:
        if group is None:
            return "not shown, no control group can be made here"
        second = _begin_within(group, server)
        try:
            other = Server(f"127.0.0.1:{second[1]}", server.key, second[0].pid)
            wait_for(other)
            before = set(processes(other.pid))
            _ask(other, LISTS)
            lost = before - set(processes(other.pid))
        finally:
            second[0].send_signal(signal.SIGINT)
            second[0].wait(60)
    return f"{LISTS} lists answered, {len(lost)} processes killed"


@contextmanager
def control_group(limit: int) -> Iterator[Path | None]:
    """A group whose processes together get so many bytes; None where none can be made."""
    for root, name in zip(GROUPS, LIMITS, strict=True):
        if not (root / name.replace("max", "stat")).exists() and root != GROUPS[0]:
            continue
        group = root / f"omakase-{os.getpid()}"
        try:
            group.mkdir()
            (group / name).write_text(str(limit))
        except OSError:
            continue
        try:
            yield group
        finally:
            _wait_until_empty(group / "cgroup.procs")
            group.rmdir()
        return
    yield None


def _wait_until_empty(members: Path) -> None:
    """Return when no process is left in a group: who leaves it last may be a child of a child."""
    end = time.monotonic() + PATIENCE_SECONDS
    while members.exists() and members.read_text().strip() and time.monotonic() < end:
        time.sleep(0.1)


def _begin_within(group: Path, server: Server) -> tuple["subprocess.Popen[bytes]", int]:
    """A server whose processes are all of the group, and its port."""
    port = free_port()
    env = environment_of(server.folder)
    words = [*server.program, "serve", "--site", "--port", str(port)]
    enter = 'echo $$ > "$0/cgroup.procs"; exec "$@"'
    begun = subprocess.Popen(["sh", "-c", enter, str(group), *words], env=env)
    return begun, port


def _ask(server: Server, number: int) -> None:
    with server.client() as client:
        for n in range(number):
            _answer(client, str(n % PEOPLE + 1))


def _answer(client: httpx.Client, person: str) -> None:
    body = {"user_id": person, "n": 10, "refresh": True}
    client.post("/api/recommendations", json=body).raise_for_status()


def trains(server: Server) -> Callable[[], bool]:
    """Have the demo's models trained anew; whether that is still under way."""
    parameters = {"models": {name: {} for name in MODELS}, "evaluate": False, "promote": "always"}
    with server.client() as client:
        body = {"kind": "train", "parameters": parameters}
        job = client.post("/api/jobs", json=body).raise_for_status().json()["id"]

    def still() -> bool:
        with server.client() as client:
            state = client.get(f"/api/jobs/{job}").raise_for_status().json()["state"]
        if state in ("failed", "cancelled", "skipped"):
            raise SystemExit(f"the training {state}")
        return bool(state != "succeeded" or len(list(processes(server.pid))) > LASTING)

    return still


def _highest(moment: str, server: Server, is_under_way: Callable[[], bool]) -> Row:
    """The largest of what is held during a while."""
    rows = [measured_row(moment, server)]
    while is_under_way():
        time.sleep(0.5)
        rows.append(measured_row(moment, server))
    return max(rows, key=lambda row: row["MB"])


def measured_row(moment: str, server: Server) -> Row:
    sizes = [proportional(pid) for pid in processes(server.pid)]
    return {
        "moment": moment,
        "processes": len(sizes),
        "MB": sum(sizes),
        "largest process MB": max(sizes),
    }


if __name__ == "__main__":
    run("small_machine", benchmark, __doc__)
