"""A house of its own for a benchmark: a data folder, commands in it, servers that come and go."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.environment import environment_of
from benchmarks.served import COMMAND, free_port

PATIENCE_SECONDS = 180.0


@dataclass(frozen=True)
class House:
    """A data folder and the settings that hold in it.

    Attributes:
        folder: for everything.
        settings: environment variables.
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Of every command here."""
        return environment_of(self.folder / "var", **self.settings)

    def run(self, *words: str) -> str:
        """What a command prints.

        Raises:
            SystemExit: it fails.
        """
        done = subprocess.run(
            [*COMMAND, *words], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"omakase {' '.join(words)}: {done.stderr}")
        return done.stdout

    def told(self, *words: str) -> Any:
        """What a command says to programs."""
        return json.loads(self.run(*words, "--json"))

    def key(self, scopes: str = "read,write,admin") -> str:
        """A new server key."""
        return str(self.told("key", "create", "bench", "--scopes", scopes)["key"])

    def started(self, *words: str) -> subprocess.Popen[bytes]:
        """A command that goes on, in a group of processes of its own."""
        return subprocess.Popen(
            [*COMMAND, *words],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{words[0]}.log").open("ab"),
            start_new_session=True,
        )

    @contextmanager
    def serving(self, key: str) -> Iterator[httpx.Client]:
        """A server until the block ends, and a client that asks it once it answers."""
        port = free_port()
        process = self.started("serve", "--port", str(port))
        client = asking(port, key)
        try:
            wait_until(lambda: is_ready(client), "the server answers")
            yield client
        finally:
            client.close()
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE_SECONDS)


def asking(port: int, key: str) -> httpx.Client:
    """A client of a server on this machine."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)


def is_ready(client: httpx.Client) -> bool:
    """Whether a server answers."""
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(
    done: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS, pause: float = 0.1
) -> float:
    """Wait for something; the seconds that it took.

    Raises:
        SystemExit: it did not come about.
    """
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > seconds:
            raise SystemExit(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
    return time.monotonic() - began


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that at least this share of the values are no larger than."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]
