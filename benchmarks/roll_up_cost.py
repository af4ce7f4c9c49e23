"""What a day's roll-up costs

A day of so many answers of five of 5,000 labelled items, to 200,000 people, and an outcome for
every tenth, written straight into the tables of SQLite. "work" is the time that the processor spent
on the roll-up, in which this process does everything, the database too; "seconds" passed, with
whatever else the machine was doing. "a row" is the work by answers: linear where it stays the same.
"""

import os
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.alert_month import open_house
from benchmarks.daily_figures import empty
from benchmarks.form import Asked, Result, Row, run

SIZES = (100_000, 1_000_000, 10_000_000)
ITEMS = 5_000
DAY = date(2026, 5, 4)


def benchmark(asked: Asked) -> Result:
    """A line a size."""
    rows = []
    for size in (10_000, 50_000) if asked.quick else SIZES:
        rows.append(cost(size))
        print(rows[-1], flush=True)
    return Result(rows, [words(rows)])


def words(rows: list[Row]) -> str:
    """What the figures say."""
    first, last = rows[0], rows[-1]
    return (
        f"{last['answers']:,} answers of a day are counted in {last['seconds of work']:.0f} s of "
        f"work, {last['microseconds a row']:.1f} µs each, where {first['answers']:,} take "
        f"{first['microseconds a row']:.1f} µs each"
    )


def cost(number: int) -> Row:
    """A day of so many answers, counted."""
    from omakase_service.analytics.item_popularity import list_judge
    from omakase_service.analytics.services import roll_up

    empty()
    stock()
    file = Path(os.environ["OMAKASE_DATA_FOLDER"]) / "omakase.sqlite3"
    fill(file, number)
    began, worked = time.perf_counter(), time.process_time()
    roll_up(DAY, list_judge())
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    return {
        "answers": number,
        "outcomes": number // 10,
        "seconds": seconds,
        "seconds of work": worked,
        "microseconds a row": worked / number * 1e6,
        "MiB at most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "GiB of the database": file.stat().st_size / 2**30,
    }


def stock() -> None:
    """A catalog whose items have labels and were taken, some of them often."""
    from omakase_service.analytics.models import TakenItem
    from omakase_service.catalog.contracts import ItemIn
    from omakase_service.catalog.services import upsert_items

    upsert_items(
        items=[
            ItemIn(item_id=f"i{n}", category=f"c{n % 9} > d{n % 50}", tags=[f"t{n % 70}"])
            for n in range(ITEMS)
        ]
    )
    TakenItem.objects.all().delete()
    TakenItem.objects.bulk_create(
        TakenItem(item_id=f"i{n}", events=1_000_000 // (n + 1)) for n in range(ITEMS)
    )


ANSWER = """INSERT INTO omakase_answers_answer (id, request_id, time, user_id, session_id, policy,
algorithm, version, placement, notice, cache_hit, latency_ms, first_rank, n_items, context, items,
whys) VALUES (?, ?, ?, ?, NULL, '', ?, 'v1', ?, '', ?, ?, 1, 5, '{}', ?, '[]')"""
OUTCOME = """INSERT INTO omakase_answers_outcome (answer_id, event_id, item_id, kind, rank, time,
value) VALUES (?, ?, ?, ?, 1, ?, NULL)"""


def fill(file: Path, number: int) -> None:
    """Write a day's answers and outcomes into the tables, without the product."""
    begin = int(datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC).timestamp())
    dice = np.random.default_rng(0)
    lists = [
        orjson.dumps([[f"i{i}", float(dice.random()), 1.0] for i in row])
        for row in dice.integers(0, ITEMS, (2_000, 5))
    ]
    texts = [text.decode() for text in lists]
    with closing(sqlite3.connect(file, isolation_level=None)) as line:
        line.execute("PRAGMA synchronous=OFF")
        for at in range(0, number, 100_000):
            size = min(100_000, number - at)
            line.execute("BEGIN")
            line.executemany(ANSWER, answer_rows(at, size, number, begin, texts, dice))
            rows = range(at + 1, at + size + 1, 10)
            line.executemany(
                OUTCOME,
                ((n, f"e{n}", "i1", ("impression", "click")[n // 10 % 2], begin) for n in rows),
            )
            line.execute("COMMIT")


def answer_rows(
    at: int, size: int, number: int, begin: int, texts: list[str], dice: np.random.Generator
) -> Iterator[tuple[Any, ...]]:
    """Lines of the table."""
    people = dice.integers(0, 200_000, size).tolist()
    milliseconds = dice.lognormal(3, 1, size).round(3).tolist()
    for n in range(size):
        yield (
            at + n + 1,
            f"{at + n:x}",
            begin + (at + n) * 86_400 // number,
            f"u{people[n]}",
            ("ease", "popular")[n % 2],
            ("home", "cart", "")[n % 3],
            n % 4 == 0,
            milliseconds[n],
            texts[n % len(texts)],
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="omakase-roll-up-") as _folder:
        open_house(Path(_folder))
        run("roll_up_cost", benchmark, __doc__)
