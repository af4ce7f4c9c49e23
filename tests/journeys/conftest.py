"""A house with a server in it, for journeys over real processes and real HTTP."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from benchmarks.environment import environment_of
from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-c", "from omakase_cli.main import main; main()"]
USERS, ITEMS = 40, 60


@dataclass
class House:
    """A data folder of its own, and the command line on it."""

    folder: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(
            self.folder / "var",
            OMAKASE_CHAT__REFRESH_SECONDS="0.5",
            OMAKASE_LIMITS__USER_PER_MINUTE="0",
            OMAKASE_LIMITS__EVENTS_PER_MINUTE="0",
            OMAKASE_LIMITS__LOGIN_PER_MINUTE="0",  # all visitors come from one address
            OMAKASE_LIMITS__SESSIONS_PER_MINUTE="0",
        )

    def omakase(self, *words: object) -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            [*COMMAND, *map(str, words)],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, key: str = "") -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=PATIENCE_SECONDS
        )


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"), free_port())


@pytest.fixture(scope="session")
def trained(house: House) -> dict[str, object]:
    """Two tribes, odd and even, each person without every third item of the tribe."""
    lines = ["user_id,item_id,rating,timestamp"]
    for u in range(1, USERS + 1):
        for i in range(1, ITEMS + 1):
            if (u + i) % 2 == 0 and (u + i // 2) % 3:
                lines.append(f"{u},{i},5,{1_700_000_000 + 60 * ((u * 7 + i * 5) % 997)}")
    (house.folder / "ratings.csv").write_text("\n".join(lines) + "\n")
    stored = json.loads(house.omakase("data", "import", "ratings.csv", "--json"))
    assert stored["stored"] == len(lines) - 1
    assert json.loads(house.omakase("data", "import", "ratings.csv", "--json"))["stored"] == 0
    return json.loads(house.omakase("train", "--models", "ials,ease", "--json"))


@pytest.fixture(scope="session")
def key(house: House, trained: dict[str, object]) -> str:
    return str(
        json.loads(
            house.omakase("key", "create", "journey", "--scopes", "read,write,admin", "--json")
        )["key"]
    )


@pytest.fixture(scope="session")
def served(house: House, key: str) -> Iterator[House]:
    """The house, answering over HTTP until the last test is done."""
    with serving(house):
        yield house


@contextmanager
def serving(house: House) -> Iterator[None]:
    """The house answers with its site until the block ends; it must stop when asked."""
    words = [*COMMAND, "serve", "--site", "--port", str(house.port)]
    with subprocess.Popen(words, env=house.environment, cwd=house.folder) as server:
        try:
            wait_until(lambda: ready(house))
            yield
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(PATIENCE_SECONDS) is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(house: House) -> bool:
    try:
        return house.ask().get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(done) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < end, "patience is over"
        time.sleep(0.1)
