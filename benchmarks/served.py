"""A server of its own for a benchmark: a new data folder, data imported, a model trained, asked."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

from benchmarks.environment import environment_of

CALL = "from omakase_cli.main import main; main()"
COMMAND = [sys.executable, "-c", CALL]
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Server:
    """One that answers.

    Attributes:
        address: host and port.
        key: a server key that reads and writes.
        pid: of the process that began those that answer.
        folder: its data folder.
        env: in which commands speak of its house.
        log: file of what it writes; none where that goes to the terminal.
        program: what begins a command of `omakase` there.
    """

    address: str
    key: str
    pid: int = 0
    folder: Path = Path()
    env: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    program: Sequence[str] = tuple(COMMAND)

    def command(self, *words: str) -> str:
        """What a command of `omakase` prints.

        Raises:
            SystemExit: it fails; with its own words.
        """
        return _done(words, self.env, self.program)

    @property
    def port(self) -> int:
        """On which it listens."""
        return int(self.address.rpartition(":")[2])

    def client(self) -> httpx.Client:
        """Asks with the key."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=f"http://{self.address}", headers=headers, timeout=30)


@contextmanager
def served(
    data: Path,
    model: str,
    settings: Mapping[str, str],
    scopes: str = "read,write",
    *,
    logged: bool = False,
    program: Sequence[str] = tuple(COMMAND),
) -> Iterator[Server]:
    """The data imported, the model trained, and `omakase serve` until the block ends.

    Args:
        scopes: of the key.
        logged: what the server writes goes into a file, which is gone with the block.
        program: what begins a command of `omakase`, here or in another environment.
    """
    with tempfile.TemporaryDirectory(prefix="omakase-bench-") as folder:
        env = environment_of(f"{folder}/var", **settings)
        _done(["data", "import", str(data)], env, program)
        _done(["train", "--models", model, "--no-evaluate"], env, program)
        made = _done(["key", "create", "bench", "--scopes", scopes, "--json"], env, program)
        key = json.loads(made)["key"]
        port, log = free_port(), Path(folder) / "server.log" if logged else None
        words = [*program, "serve", "--site", "--port", str(port)]
        with log.open("wb") if log else nullcontext() as file, _begun(words, env, file) as process:
            try:
                home = Path(folder) / "var"
                server = Server(f"127.0.0.1:{port}", key, process.pid, home, env, log, program)
                wait_for(server)
                yield server
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE_SECONDS)


def _begun(
    words: Sequence[str], env: Mapping[str, str], log: IO[bytes] | None
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(words, env=env, stdout=log or subprocess.DEVNULL, stderr=log)


def load() -> float:
    """How many processes want to run on average over a minute: what else the machine was doing."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


@contextmanager
def on_one_core(cores: Sequence[int] | None = None) -> Iterator[Callable[[], None]]:
    """What is begun in the block runs on one core, until the callable is called: then on others.

    So a server has one core for itself and who asks it has the rest. Nothing is done where there is
    one core, or where the system does not know of cores.
    """
    whole = set(cores or getattr(os, "sched_getaffinity", lambda _: {0})(0))
    if len(whole) < 2:
        yield lambda: None
        return
    first = min(whole)
    os.sched_setaffinity(0, {first})
    try:
        yield lambda: os.sched_setaffinity(0, whole - {first})
    finally:
        os.sched_setaffinity(0, whole)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _done(words: Sequence[str], env: Mapping[str, str], program: Sequence[str]) -> str:
    run = subprocess.run([*program, *words], env=env, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(f"omakase {' '.join(words)}: {run.stderr}")
    return run.stdout


def wait_for(server: Server) -> None:
    """Return when the server is ready.

    Raises:
        SystemExit: it was not within `PATIENCE_SECONDS`.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if server.client().get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not come up")
