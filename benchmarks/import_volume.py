"""Import of a shop's export of 287 MB: time, memory and what is written to the disk.

4.2 million rows of a made-up shop, of 68 bytes each, as a web shop writes them: long ids, words
for the types, times to the second, prices, in the order in which they came. Imported as one file
and as a folder of twelve, each into a fresh database, beside SQLite's own `executemany` of rows
that lie in memory. What is written counts the database's log, the database, and everything else
that the process has given to the disk.
"""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from benchmarks.import_speed import measured

ROWS, QUICK_ROWS = 4_200_000, 60_000
USERS, ITEMS = 300_000, 60_000
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
SECONDS = 365 * 86_400
KINDS = ("view", "view", "view", "view", "cart", "purchase")
PART = 100_000
MONTHS = 12
HEAD = "user_id,item_id,event_type,price,event_time\n"
BAR_SECONDS, BAR_TIMES, BAR_MB = 150, 5.0, 700


def benchmark(asked: Asked) -> Result:
    """One run of each way: a file, a folder, and SQLite alone."""
    many = QUICK_ROWS if asked.quick else ROWS
    with tempfile.TemporaryDirectory() as place:
        file = write_export(Path(place) / "file" / "export.csv", many, asked.seeds[0])
        folder = split(file, Path(place) / "months")
        rows = [
            _row("a file", "import", file.parent / file.name),
            _row("a folder of twelve files", "import", folder),
            _row("SQLite's own executemany, from memory", "executemany", file),
        ]
    met = all(_meets(row) for row in rows[:2])
    bars = f"{BAR_SECONDS} s, {BAR_MB} MB of memory and {BAR_TIMES:g} times the file written"
    return Result(rows, [f"Under {bars}: {'yes' if met else 'no'}, on {rows[0]['MB']:,.0f} MB."])


def write_export(path: Path, rows: int, seed: int) -> Path:
    """A shop's export, `rows` lines of 68 bytes in the order of their times."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as target:
        target.write(HEAD)
        for lines in _lines(rows, seed):
            target.writelines(lines)
    return path


def split(file: Path, folder: Path) -> Path:
    """The same rows in twelve files, each with its own head."""
    folder.mkdir(parents=True)
    with file.open(encoding="utf-8") as source:
        source.readline()
        size = file.stat().st_size // MONTHS + 1
        for month in range(1, MONTHS + 1):
            with (folder / f"events-{month:02}.csv").open("w", encoding="utf-8") as target:
                target.write(HEAD)
                target.writelines(source.readlines(size))
    return folder


def _lines(rows: int, seed: int) -> Iterator[list[str]]:
    """People and items of a long tail, at times that only grow."""
    rng = np.random.default_rng(seed)
    for begin in range(0, rows, PART):
        many = min(PART, rows - begin)
        users = (USERS * rng.random(many) ** 2).astype(int)
        items = (ITEMS * rng.random(many) ** 3).astype(int)
        kinds = rng.choice(KINDS, many)
        prices = rng.integers(100, 99_999, many) / 100
        yield [
            f"customer-{user:010},SKU-{item:010},{kind},{price:.2f},{_moment((begin + n) / rows)}\n"
            for n, (user, item, kind, price) in enumerate(
                zip(users, items, kinds, prices, strict=True)
            )
        ]


def _moment(share: float) -> str:
    return (BEGIN + timedelta(seconds=int(share * SECONDS))).strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(name: str, way: str, source: Path) -> Row:
    run_of = measured(way, source)
    files = [source] if source.is_file() else list(source.iterdir())
    return {
        "way": name,
        "MB": sum(each.stat().st_size for each in files) / 1e6,
        "events": int(run_of["events"]),
        "seconds": run_of["seconds"],
        "events a second": run_of["events"] / run_of["seconds"],
        "peak MB": run_of["peak MB"],
        "written, times the files": run_of["times the file"],
    }


def _meets(row: Row) -> bool:
    return bool(
        row["seconds"] <= BAR_SECONDS
        and row["written, times the files"] <= BAR_TIMES
        and row["peak MB"] <= BAR_MB
    )


if __name__ == "__main__":
    run("import_volume", benchmark, __doc__)
