"""A month of alerts: what goes wrong is told in time, and quiet months stay quiet

A made-up shop answers, and people follow, in steps of three hours: days have their weekly shape and
their own mood, a sale comes now and then, items come and go, a version is trained every night. The
rows are those of the log; the product's own jobs count and check them at every step, with the
shop's clock. Three weeks teach what is usual; the thirty days that follow are judged.

In a quiet month nothing is wrong, and every incident that opens is a false alarm (the bar: at most
one a month, over 20 months of shops with 300, 1,000 and 2,500 answers a day; others by the first
seed). In the others one fault begins on the eleventh day, at noon; "hours" is the time until an
incident tells of it (the longest of the seeds), and "others" are further incidents that opened
after it began, mostly its own consequences (where events stop, clicks stop too). All thresholds are
those that come by default.
"""

import os
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, Row, run

SIZES = (300, 1_000, 2_500)
QUIET_MONTHS = 20
FARTHEST = 1_000
"""Between the quiet months of one first seed and those of the next."""


def benchmark(asked: Asked) -> Result:
    """A line a fault, and one of all quiet months."""
    with tempfile.TemporaryDirectory(prefix="omakase-alerts-") as folder:
        open_house(Path(folder))
        from benchmarks.alert_world import FAULTS

        months = range(2 if asked.quick else QUIET_MONTHS)
        quiet = [month(FARTHEST * asked.seeds[0] + n, "") for n in months]
        rows = [quiet_row(quiet)]
        faults = FAULTS[:3] if asked.quick else FAULTS
        for fault in faults:
            rows.append(fault_row(fault, [month(100 + seed, fault.name) for seed in asked.seeds]))
            print(rows[-1], flush=True)
    return Result(rows, [words(rows)])


def words(rows: list[Row]) -> str:
    """What the figures say."""
    quiet, *faults = rows
    told = sum(row["told in time"] == row["months"] for row in faults[:10])
    return (
        f"{told} of {len(faults[:10])} faults were told within their window in every month; "
        f"{quiet['false alarms']} false alarms in {quiet['months']} quiet months, at most "
        f"{quiet['most in a month']} in one"
    )


def open_house(folder: Path) -> None:
    """Django on an empty database of its own."""
    os.environ["OMAKASE_DATA_FOLDER"] = str(folder / "var")
    os.environ["OMAKASE_DATABASE__DURABLE"] = "false"
    os.environ["DJANGO_SETTINGS_MODULE"] = "omakase_service.config.django_settings"
    (folder / "var").mkdir()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def month(seed: int, fault: str) -> dict[str, Any]:
    """One month; incidents by name, in hours since the fault began, or the month."""
    from benchmarks.alert_world import BEGIN, DAYS, STEP, WARM_DAYS, Shop, incidents, world

    judged = BEGIN + timedelta(days=WARM_DAYS)
    since = judged + timedelta(days=10, hours=12)
    shop = Shop(np.random.default_rng(seed), SIZES[seed % len(SIZES)], fault, since)
    end, planted = judged + timedelta(days=DAYS), False
    with world(shop):
        while shop.now < end:
            shop.live()
            if fault and not planted and shop.now >= since:
                shop.plant()
                planted = True
            if shop.now >= judged - STEP or shop.now.hour == 0:
                shop.check()
        opened = incidents()
    start = since if fault else judged
    return {
        name: (moment - start).total_seconds() / 3600
        for name, moment in opened.items()
        if moment >= judged
    }


def quiet_row(months: list[dict[str, Any]]) -> Row:
    """All months in which nothing was wrong."""
    false = Counter(name for opened in months for name in opened)
    return {
        "fault": "none",
        "months": len(months),
        "false alarms": sum(false.values()),
        "most in a month": max(map(len, months)),
        "which": ", ".join(f"{name} {n}" for name, n in false.most_common()) or "–",
    }


def fault_row(fault: Any, months: list[dict[str, Any]]) -> Row:
    """One fault over some months."""
    first = [
        min((opened[n] for n in fault.names if n in opened), default=None) for opened in months
    ]
    in_time = [hours for hours in first if hours is not None and 0 <= hours <= fault.hours]
    others = {
        n for opened in months for n, at in opened.items() if n not in fault.names and at >= 0
    }
    early = sum(at < 0 for opened in months for at in opened.values())
    return {
        "fault": fault.name,
        "months": len(months),
        "told in time": len(in_time),
        "hours": max((hours for hours in first if hours is not None), default=None),
        "window in hours": fault.hours,
        "before it began": early,
        "others": ", ".join(sorted(others)) or "–",
    }


if __name__ == "__main__":
    run("alert_month", benchmark, __doc__)
