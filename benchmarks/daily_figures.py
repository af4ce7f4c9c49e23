"""Daily figures: equal to a count by plain loops, and what a day of ten million answers costs

"exact": answers are written by the log, events sent as the API takes them, in four batches with a
roll-up after each, over six days around a change of the clock: Berlin (an hour forward), New York
(an hour back), Lord Howe (half an hour back). A part of the answers is written batches late; events
come up to five days late; a twentieth is sent twice, a tenth in the batch after; a fifth names no
answer; prices change from batch to batch, and a purchase is worth what the item cost when it came.
Then a hundredth of the users is erased. After each roll-up every figure of every day, algorithm,
version and placement is compared with a count by loops over what was simulated ("differences"), of
which "figures" is the number.

"cost": a day of so many answers of five items, of 200,000 people, and an outcome for every tenth,
written straight into the table. "a row" is the time of the roll-up by answers: linear where it
stays the same.
"""

import os
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
from benchmarks.form import Asked, Result, Row, run

ZONES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
)
ANSWERS = 170_000
SIZES = (100_000, 1_000_000, 10_000_000)
DAY = date(2026, 5, 4)
CHUNK = 1_000
NAMES = ("requests", "shown", "seen", "clicks", "conversions", "cache_hits", "degraded")
MONEY = ("revenue", "score")


def benchmark(asked: Asked) -> Result:
    """A line a zone, and one a size."""
    with tempfile.TemporaryDirectory(prefix="omakase-figures-") as folder:
        open_house(Path(folder))
        number = 2_000 if asked.quick else ANSWERS
        rows = [exact(zone, day, number, asked.seeds[0]) for zone, day in ZONES]
        for size in (10_000, 50_000) if asked.quick else SIZES:
            rows.append(cost(size))
            print(rows[-1], flush=True)
    return Result(rows, [words(rows)])


def words(rows: list[Row]) -> str:
    """What the figures say."""
    zones = [row for row in rows if row["data"] == "exact"]
    costs = [row for row in rows if row["data"] == "cost"]
    figures = sum(row["figures"] for row in zones)
    return (
        f"{sum(row['differences'] for row in zones)} of {figures:,} figures differ, over "
        f"{sum(row['answers'] + row['events sent'] for row in zones):,} answers and events in "
        f"{len(zones)} time zones; {costs[-1]['answers']:,} answers of a day are counted in "
        f"{costs[-1]['seconds']:.0f} s, {costs[-1]['microseconds a row']:.1f} µs each, where "
        f"{costs[0]['answers']:,} take {costs[0]['microseconds a row']:.1f} µs each"
    )


def exact(zone: str, around: date, number: int, seed: int) -> Row:
    """One zone: simulated, sent, counted twice over, compared."""
    from benchmarks.figures_world import BATCHES, simulate
    from omakase_settings import override, settings

    world = simulate(zone, around, number, np.random.default_rng(seed))
    own = settings().model_copy(
        update={"analytics": settings().analytics.model_copy(update={"time_zone": zone})}
    )
    compared = differences = 0
    with override(own):
        empty()
        for batch in range(BATCHES):
            send(world, batch)
            found = compare(world, set(), batch)
            compared, differences = compared + found[0], differences + found[1]
        erased = erase(world)
        found = compare(world, erased, BATCHES - 1)
    return {
        "data": "exact",
        "zone": zone,
        "answers": len(world.answers),
        "events sent": len(world.events),
        "erased people": len(erased),
        "figures": compared + found[0],
        "differences": differences + found[1],
    }


def empty() -> None:
    """Tables without rows."""
    from benchmarks.alert_world import clear
    from omakase_service.recommendation_log.models import Attributed

    clear()
    Attributed.objects.all().delete()


def send(world: Any, batch: int) -> None:
    """Write the answers of a batch, some of them twice, send its events, and attribute them."""
    from omakase_service.catalog.contracts import ItemIn
    from omakase_service.catalog.services import upsert_items
    from omakase_service.events.selectors import newest_seq
    from omakase_service.events.services import record
    from omakase_service.recommendation_log.attribution import attribute
    from omakase_service.recommendation_log.store import write

    prices = enumerate(world.prices[batch])
    upsert_items(items=[ItemIn(item_id=f"i{n}", price=float(price)) for n, price in prices])
    answers = [answer for at, answer in world.answers if at == batch]
    for part in parts(answers + answers[::20]):
        write(answers=part)
    for part in parts([body for at, body in world.events if at == batch]):
        report = record(events=part)
        assert not report.rejected, report.rejected[0]
    attribute(until=newest_seq())


def parts(rows: list[Any]) -> Iterator[list[Any]]:
    """Some at a time."""
    for at in range(0, len(rows), CHUNK):
        yield rows[at : at + CHUNK]


def erase(world: Any) -> set[str]:
    """Forget a hundredth of the users, as a person asks for it; who they were."""
    from omakase_service.privacy.services import erase_user

    users = sorted({a.user_id for _, a in world.answers if a.user_id})[::100]
    for user_id in users:
        erase_user(user_id=user_id)
    return set(users)


def compare(world: Any, erased: set[str], upto: int) -> tuple[int, int]:
    """Roll up; how many figures were compared, and how many differ."""
    from benchmarks.figures_world import expected
    from omakase_service.analytics.models import DailyFigures
    from omakase_service.analytics.selectors import figures_of
    from omakase_service.jobs.services.worker import run_now

    run_now(kind="roll_up")
    wanted = expected(world, erased, upto)
    counted = {
        (row.day, row.algorithm, row.version, row.placement): figures_of(row)
        for row in DailyFigures.objects.all()
    }
    compared = differences = 0
    for key in wanted.keys() | counted.keys():
        if key not in wanted or key not in counted:
            differences += 1
            print(f"{key}: on one side alone", flush=True)
            continue
        for name, left, right in pairs(wanted[key], counted[key]):
            compared += 1
            if left != right:
                differences += 1
                print(f"{key} {name}: {left} by loops, {right} rolled up", flush=True)
    return compared, differences


def pairs(wanted: Any, counted: Any) -> Iterator[tuple[str, Any, Any]]:
    """Name and both values of every figure; money and scores to a millionth."""
    for name in NAMES:
        yield name, int(wanted.sums[name]), getattr(counted, name)
    for name in MONEY:
        yield name, round(wanted.sums[name], 6), round(getattr(counted, name), 6)
    yield "people", len(wanted.people), counted.people
    yield "items", len(wanted.items), counted.items
    yield "latency", wanted.latency, counted.latency
    yield "scores", wanted.scores, counted.scores


def cost(number: int) -> Row:
    """A day of so many answers, counted."""
    from omakase_service.analytics.services import roll_up

    empty()
    file = Path(os.environ["OMAKASE_DATA_FOLDER"]) / "omakase.sqlite3"
    fill(file, number)
    began = time.perf_counter()
    roll_up(DAY)
    seconds = time.perf_counter() - began
    return {
        "data": "cost",
        "answers": number,
        "outcomes": number // 10,
        "seconds": seconds,
        "microseconds a row": seconds / number * 1e6,
        "GiB of the database": file.stat().st_size / 2**30,
    }


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
        for row in dice.integers(0, 5_000, (2_000, 5))
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
    run("daily_figures", benchmark, __doc__)
