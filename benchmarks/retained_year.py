"""A year of a shop, of which thirty days are kept

Every day 100,000 events come in (99,000 by a file, 1,000 clicks on lists of that day), and 10,000
answers of ten items are logged. Every night outcomes are looked for, the day is counted, and what
is older than thirty days goes; every seventh night a model learns from the last sixty days. "GiB"
are those of the whole data folder after the night; "wrong days" are days whose figures are not
those that were written; "wrong trainings" are those that learnt from more or fewer events than
sixty days of them.
"""

import os
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl

from benchmarks.alert_month import open_house
from benchmarks.form import Asked, Result, Row, run

START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
DAY_SECONDS = 86_400
LOG_DAYS, SNAPSHOT_DAYS = 30, 60
TRAIN_EVERY = 7
PEOPLE, ITEMS, PLACES = 20_000, 5_000, 10
SHOWN_DAYS = (30, 60, 90, 180, 270, 365)
CLICK_SHARE, ANSWER_SHARE = 0.01, 0.1
"""Of the events of a day: clicks on its lists, and lists."""


def benchmark(asked: Asked) -> Result:
    """A line for some days of the year."""
    days, events = (100, 2_000) if asked.quick else (365, 100_000)
    with tempfile.TemporaryDirectory(prefix="omakase-year-") as folder:
        os.environ["OMAKASE_RETENTION__EVENTS_DAYS"] = str(LOG_DAYS)
        os.environ["OMAKASE_RETENTION__ANSWERS_DAYS"] = str(LOG_DAYS)
        os.environ["OMAKASE_RETENTION__SNAPSHOT_DAYS"] = str(SNAPSHOT_DAYS)
        os.environ["OMAKASE_TRAINING__GATE"] = "off"
        open_house(Path(folder))
        rows = list(Year(Path(folder), days, events).rows())
    return Result(rows, [words(rows)])


def words(rows: list[Row]) -> str:
    """What the figures say."""
    full = [row["GiB"] for row in rows if row["day"] >= SNAPSHOT_DAYS]
    last = rows[-1]
    return (
        f"{last['events']:,} events came in over {last['day']} days; the data folder took "
        f"{full[0]:.2f} GiB when sixty days were full and {max(full):.2f} GiB at most; figures of "
        f"{last['wrong days']} days and {last['wrong trainings']} of {last['trainings']} trainings "
        "were wrong"
    )


class Year:
    """Days of one shop, one after another.

    Args:
        folder: with the data folder and the files that come in.
        days: how many.
        events: a day.
    """

    def __init__(self, folder: Path, days: int, events: int) -> None:
        self.folder, self.days, self.events = folder, days, events
        self.clicks, self.answers = int(events * CLICK_SHARE), int(events * ANSWER_SHARE)
        self.rng = np.random.default_rng(3)
        self.trainings = self.wrong_trainings = 0
        self.stored: list[int] = []

    def rows(self) -> list[Row]:
        """Live all days; a row for some of them."""
        rows = []
        for day in range(1, self.days + 1):
            begun = time.perf_counter()
            begin = START + (day - 1) * DAY_SECONDS
            self.log_answers(day, begin)
            self.bring_in(day, begin)
            seconds = time.perf_counter() - begun
            with patch("time.time", lambda begin=begin: begin + DAY_SECONDS):
                self.night(day)
            if day in SHOWN_DAYS or day == self.days:
                rows.append(self.row(day, seconds, time.perf_counter() - begun - seconds))
                print(rows[-1], flush=True)
        return rows

    def log_answers(self, day: int, begin: int) -> None:
        """Lists of the day, and clicks on some of them."""
        from omakase_service.events.services import record
        from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
        from omakase_service.recommendation_log.store import write

        times = begin + np.sort(self.rng.integers(0, DAY_SECONDS - 600, self.answers))
        people = self.rng.integers(0, PEOPLE, self.answers)
        first = self.rng.integers(0, ITEMS - PLACES, self.answers)
        for low in range(0, self.answers, 2_000):
            write(
                answers=[
                    LoggedAnswer(
                        f"r{day}-{n}",
                        int(times[n]),
                        [ShownItem(f"i{first[n] + p}", 1.0 - p / PLACES) for p in range(PLACES)],
                        "item_knn",
                        "v1",
                        user_id=f"u{people[n]}",
                    )
                    for n in range(low, min(low + 2_000, self.answers))
                ]
            )
        record(
            events=[
                {
                    "event_id": f"c{day}-{n}",
                    "user_id": f"u{people[n]}",
                    "item_id": f"i{first[n]}",
                    "type": "click",
                    "time": int(times[n]) + 60,
                    "request_id": f"r{day}-{n}",
                }
                for n in range(self.clicks)
            ]
        )

    def bring_in(self, day: int, begin: int) -> None:
        """All other events of the day, as a file."""
        from omakase_service.events.importing import import_path

        number = self.events - self.clicks
        file = self.folder / f"day-{day}.csv"
        pl.DataFrame(
            {
                "user_id": [f"u{n}" for n in self.rng.integers(0, PEOPLE, number)],
                "item_id": [f"i{n}" for n in self.rng.zipf(1.3, number) % ITEMS],
                "type": ["view"] * number,
                "time": begin + np.sort(self.rng.integers(0, DAY_SECONDS, number)),
            }
        ).write_csv(file)
        report = import_path(file)
        self.stored.append(report.stored + self.clicks)
        file.unlink()

    def night(self, day: int) -> None:
        """Attribute, count, train on some nights, and remove what is old."""
        from omakase_service.events.selectors import newest_seq
        from omakase_service.jobs.services.worker import run_now
        from omakase_service.recommendation_log.attribution import attribute
        from omakase_service.retention.services import prune

        attribute(until=newest_seq())
        run_now(kind="roll_up")
        if day % TRAIN_EVERY == 0:
            self.train(day)
        prune(now=time.time())

    def train(self, day: int) -> None:
        """Learn, from all that should be there and nothing else."""
        from omakase_service.training.services import train

        version = train(models=["popular"], evaluate=False)
        self.trainings += 1
        expected = sum(self.stored[-SNAPSHOT_DAYS:])
        self.wrong_trainings += version.window["events"] != expected

    def row(self, day: int, seconds: float, night: float) -> Row:
        """How things stand after a night."""
        var = Path(os.environ["OMAKASE_DATA_FOLDER"])
        bytes_ = sum(file.stat().st_size for file in var.rglob("*") if file.is_file())
        snapshot = sum(file.stat().st_size for file in (var / "snapshot").rglob("*.parquet"))
        return {
            "day": day,
            "events": sum(self.stored),
            "GiB": bytes_ / 2**30,
            "GiB of the snapshot": snapshot / 2**30,
            "wrong days": self.wrong_days(day),
            "trainings": self.trainings,
            "wrong trainings": self.wrong_trainings,
            "seconds of the day's writes": seconds,
            "seconds of the night": night,
            "MiB at most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    def wrong_days(self, days: int) -> int:
        """Days whose figures are missing, or other than what was written."""
        from omakase_service.analytics.models import DailyFigures

        figures = [row.figures for row in DailyFigures.objects.order_by("day")]
        right = sum(f["requests"] == self.answers and f["clicks"] == self.clicks for f in figures)
        return days - right


if __name__ == "__main__":
    run("retained_year", benchmark, __doc__)
