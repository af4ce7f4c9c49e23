"""Our server, moved in from Gorse: its dump imported, models trained, Gorse's port open."""

import json
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.environment import environment_of
from benchmarks.gorse.recording import Keys
from benchmarks.served import COMMAND, PATIENCE_SECONDS, free_port

MODELS = "ease,user_knn"


@dataclass(frozen=True)
class GorseServer:
    """One that answers.

    Attributes:
        address: of Gorse's port.
        own: of the server's own port.
        process: that serves; it must end with status 0 when told to.
    """

    address: str
    own: str
    keys: Keys
    folder: Path
    process: "subprocess.Popen[bytes]"

    def client(self) -> httpx.Client:
        """Asks without a key."""
        return httpx.Client(base_url=self.address, timeout=60)


def environment(folder: Path) -> dict[str, str]:
    """Of commands on a data folder of its own."""
    return environment_of(
        folder,
        OMAKASE_WEB__OPEN_METRICS="true",
        OMAKASE_LIMITS__REFUSED_PER_MINUTE="0",
        OMAKASE_TRAINING__BESIDE_SERVER="false",
    )


def command(words: Sequence[str], folder: Path, *, codes: Sequence[int] = (0,)) -> str:
    """What a command prints.

    Raises:
        SystemExit: it ended with another status than one of `codes`.
    """
    run = subprocess.run(
        [*COMMAND, *words], env=environment(folder), capture_output=True, text=True, check=False
    )
    if run.returncode not in codes:
        raise SystemExit(f"omakase {' '.join(words)}: {run.stderr}")
    return run.stdout


@contextmanager
def moved_in(
    paths: Sequence[Path], *, models: str = "", settings: Mapping[str, str] | None = None
) -> Iterator[GorseServer]:
    """The files imported, models trained where they are named, and a server until the end.

    Args:
        settings: of the server, as environment variables.

    Raises:
        SystemExit: the server does not come up, or does not end as it should.
    """
    with tempfile.TemporaryDirectory(prefix="omakase-gorse-") as name:
        folder = Path(name)
        command(["import", "gorse", *map(str, paths)], folder)
        if models:
            command(["train", "--models", models], folder)
        keys = Keys(made_key(folder, "read,write"), made_key(folder, "read,write,admin"))
        with serving(folder, keys, settings) as server:
            yield server


@contextmanager
def serving(
    folder: Path, keys: Keys, settings: Mapping[str, str] | None = None
) -> Iterator[GorseServer]:
    """`omakase serve --gorse-port` on a data folder, until the end of the block."""
    port, gorse_port = free_port(), free_port()
    words = [*COMMAND, "serve", "--port", str(port), "--gorse-port", str(gorse_port)]
    env = environment(folder) | dict(settings or {})
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(words, env=env, **quiet) as process:  # type: ignore[call-overload]
        server = GorseServer(
            f"http://127.0.0.1:{gorse_port}", f"http://127.0.0.1:{port}", keys, folder, process
        )
        try:
            _wait_for(server)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE_SECONDS)


def made_key(folder: Path, scopes: str) -> str:
    """A new server key."""
    words = ["key", "create", "gorse", "--scopes", scopes, "--json"]
    return str(json.loads(command(words, folder))["key"])


def _wait_for(server: GorseServer) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            with server.client() as client:
                own = client.get(f"{server.own}/health/live").status_code
                if client.get("/api/health/ready").status_code == own == 200:
                    return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not come up")
