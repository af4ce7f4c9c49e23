"""Daily figures equal a count by plain loops, whatever comes late, twice or is erased

Answers are written by the log, events sent as the API takes them, in four batches with a roll-up
after each, over six days around a change of the clock: Berlin (an hour forward), New York (an hour
back), Lord Howe (half an hour back). A part of the answers is written batches late; events come up
to five days late; a twentieth is sent twice, a tenth in the batch after; a fifth names no answer;
prices change from batch to batch, and a purchase is worth what the item cost when it came. Then a
hundredth of the users is erased. After each roll-up every figure of every day, algorithm, version
and placement is compared with a count by loops over what was simulated ("differences"), of which
"figures" is the number.
"""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.alert_month import open_house
from benchmarks.form import Asked, Result, Row, run

ZONES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
)
ANSWERS = 170_000
CHUNK = 1_000
NAMES = ("requests", "shown", "seen", "clicks", "conversions", "cache_hits", "degraded")
MONEY = ("revenue", "score")
WORTH = ("spread", "diversity", "judged", "bits", "tail", "unexpected")
"""By what was taken when a day is counted: compared once every day was counted at the end."""


def benchmark(asked: Asked) -> Result:
    """A line a zone."""
    with tempfile.TemporaryDirectory(prefix="omakase-figures-") as folder:
        open_house(Path(folder))
        number = 2_000 if asked.quick else ANSWERS
        rows = [exact(zone, day, number, asked.seeds[0]) for zone, day in ZONES]
    return Result(rows, [words(rows)])


def words(rows: list[Row]) -> str:
    """What the figures say."""
    figures = sum(row["figures"] for row in rows)
    sent = sum(row["answers"] + row["events sent"] for row in rows)
    return (
        f"{sum(row['differences'] for row in rows)} of {figures:,} figures differ, over {sent:,} "
        f"answers and events in {len(rows)} time zones"
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
        count_all_anew()
        found = compare(world, erased, BATCHES - 1, WORTH)
    return {
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
    from benchmarks.figures_world import labels
    from omakase_service.catalog.contracts import ItemIn
    from omakase_service.catalog.services import upsert_items
    from omakase_service.events.selectors import newest_seq
    from omakase_service.events.services import record
    from omakase_service.recommendation_log.attribution import attribute
    from omakase_service.recommendation_log.store import write

    prices = [(n, float(price), labels(n)) for n, price in enumerate(world.prices[batch])]
    upsert_items(
        items=[
            ItemIn(item_id=f"i{n}", price=price, category=category, tags=tags)
            for n, price, (category, tags) in prices
        ]
    )
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


def count_all_anew() -> None:
    """Have every day counted by what was taken up to now."""
    from omakase_service.analytics.models import DailyFigures
    from omakase_service.analytics.services import mark_days

    mark_days(DailyFigures.objects.values_list("day", flat=True).distinct())


def compare(world: Any, erased: set[str], upto: int, more: Sequence[str] = ()) -> tuple[int, int]:
    """Roll up; how many figures were compared, and how many differ.

    Args:
        more: figures that are compared besides.
    """
    from benchmarks.figures_world import expected
    from omakase_service.analytics.models import DailyFigures
    from omakase_service.analytics.selectors import figures_of
    from omakase_service.jobs.services.worker import run_now

    run_now(kind="count_inputs")
    run_now(kind="roll_up")
    wanted = expected(world, erased, upto)
    counted = {
        (row.day, row.algorithm, row.version, row.placement, row.variant, row.channel): (
            figures_of(row)
        )
        for row in DailyFigures.objects.all()
    }
    compared = differences = 0
    for key in wanted.keys() | counted.keys():
        if key not in wanted or key not in counted:
            differences += 1
            print(f"{key}: on one side alone", flush=True)
            continue
        for name, left, right in pairs(wanted[key], counted[key], more):
            compared += 1
            if left != right:
                differences += 1
                print(f"{key} {name}: {left} by loops, {right} rolled up", flush=True)
    return compared, differences


def pairs(wanted: Any, counted: Any, more: Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    """Name and both values of every figure; money, scores and worth to a millionth."""
    for name in NAMES:
        yield name, int(wanted.sums[name]), getattr(counted, name)
    for name in (*MONEY, *more):
        yield name, round(wanted.sums[name], 6), round(getattr(counted, name), 6)
    yield "people", len(wanted.people), counted.people
    yield "sessions", len(wanted.sessions), counted.sessions
    yield "engaged", len(wanted.engaged), counted.engaged
    yield "items", len(wanted.items), counted.items
    yield "latency", wanted.latency, counted.latency
    yield "scores", wanted.scores, counted.scores


if __name__ == "__main__":
    run("daily_figures", benchmark, __doc__)
