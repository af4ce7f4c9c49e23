"""A shop whose log is long, as the console of its owner meets it: written by the service itself.

Items, people, imports, clicks, answers, figures, exposures and versions come by the services that
make them in life; what has no bulk way (jobs, incidents, conversations, digests, dead letters) is
written through its own tables.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.alert_month import open_house

CATEGORIES, BRANDS, PLACES = 40, 200, 10
DAYS, DAY_SECONDS = 28, 86_400
CHUNK, ITEM_CHUNK = 2_000, 5_000
CLICK_SHARE = 0.05
"""Clicks an answer."""

PLACEMENTS = ("home", "cart", "search")
EXPERIMENT = "varied-home"
PASSWORD = "correct horse battery staple"
STORED = "stored.json"
ROWS_BESIDE = 10_000
"""Jobs, conversations, mailings; a tenth of it incidents and dead letters."""


@dataclass(frozen=True)
class Size:
    """How much there is."""

    answers: int
    items: int

    @property
    def people(self) -> int:
        """Each was answered ten times."""
        return max(self.answers // 20, 50)

    @property
    def events(self) -> int:
        """Imported ones, beside the clicks on answers: as many as answers."""
        return self.answers


def make(folder: Path, size: Size) -> None:
    """The whole world in a data folder, by a process of its own.

    Raises:
        SystemExit: it could not be made; its words are on the terminal.
    """
    words = [sys.executable, "-m", "benchmarks.console_world", str(folder)]
    done = subprocess.run([*words, str(size.answers), str(size.items)], check=False)
    if done.returncode:
        raise SystemExit("the world could not be made")


def write_world(folder: Path, size: Size) -> None:
    """Everything, step by step, with the seconds of each."""
    dice = np.random.default_rng(7)
    begin = int(time.time()) - DAYS * DAY_SECONDS
    open_house(folder)
    steps = {
        "catalog": lambda: write_catalog(size, dice),
        "events": lambda: import_events(folder, size, begin, dice),
        "versions": train_versions,
        "settings": write_decisions,
        "answers": lambda: write_answers(size, begin, dice),
        "clicks": lambda: write_clicks(size, begin),
        "figures": count_all,
        "beside": lambda: write_beside(size),
    }
    for name, step in steps.items():
        began = time.perf_counter()
        step()
        print(f"{name}: {time.perf_counter() - began:.0f} s", flush=True)


def write_catalog(size: Size, dice: np.random.Generator) -> None:
    """Items with what pages show of them, and people."""
    from omakase_service.catalog.contracts import ItemIn, UserIn
    from omakase_service.catalog.services import upsert_items, upsert_users

    prices = np.round(dice.lognormal(3, 1, size.items), 2)
    for low in range(0, size.items, ITEM_CHUNK):
        upsert_items(items=[
            ItemIn(
                item_id=f"i{n}", title=f"Item {n} of the shelf", type="product",
                category=f"c{n % 8} > d{n % CATEGORIES}", brand=f"b{n % BRANDS}",
                price=float(prices[n]), tags=[f"t{n % 30}", f"t{n % 17}"],
            )
            for n in range(low, min(low + ITEM_CHUNK, size.items))
        ])  # fmt: skip
    for low in range(0, size.people, ITEM_CHUNK):
        last = min(low + ITEM_CHUNK, size.people)
        upsert_users(users=[UserIn(user_id=f"u{n}", location="Seoul") for n in range(low, last)])


def import_events(folder: Path, size: Size, begin: int, dice: np.random.Generator) -> None:
    """Views and purchases by a file, most of them of few items."""
    from omakase_service.events.importing import import_path

    file = folder / "events.csv"
    times = begin + np.sort(dice.integers(0, DAYS * DAY_SECONDS, size.events))
    kinds = np.where(dice.random(size.events) < 0.1, "purchase", "view")
    pl.DataFrame({
        "user_id": [f"u{n}" for n in dice.integers(0, size.people, size.events)],
        "item_id": [f"i{n}" for n in dice.zipf(1.2, size.events) % size.items],
        "type": kinds,
        "time": times,
    }).write_csv(file)  # fmt: skip
    import_path(file)
    file.unlink()


def train_versions() -> None:
    """One version that answers, and a candidate beside it."""
    from omakase_service.training.services import train

    train(models=["item_knn", "popular"], evaluate=False)
    train(models=["popular"], evaluate=False, promote=False)


def write_decisions() -> None:
    """Staff, keys, placements, and an experiment that runs."""
    from omakase_service.experiments.contracts import (
        ExperimentDesign,
        ExperimentMetric,
        ExperimentVariant,
    )
    from omakase_service.experiments.services import lifecycle
    from omakase_service.platform.roles import Role
    from omakase_service.platform.services import create_key
    from omakase_service.platform.staff import create_staff
    from omakase_service.serving.placements import save_placement
    from omakase_settings import Placement

    create_staff(login="owner", password=PASSWORD, role=Role.ADMINISTER)
    for n in range(50):
        create_key(name=f"shop-{n}")
    for name in PLACEMENTS:
        save_placement(name=name, placement=Placement(diversity=0.2))
    varied = ExperimentVariant("varied", 0.5, Placement(diversity=0.6))
    design = ExperimentDesign(
        place="home",
        variants=(ExperimentVariant("control", 0.5), varied),
        metrics=(ExperimentMetric("clicks"),),
    )
    for name in (EXPERIMENT, "draft"):
        lifecycle.create_experiment(name=name, design=design)
    lifecycle.start_experiment(name=EXPERIMENT)


def write_answers(size: Size, begin: int, dice: np.random.Generator) -> None:
    """The log of answers, at three placements, with the experiment of one."""
    from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
    from omakase_service.recommendation_log.store import write

    times = begin + np.sort(dice.integers(0, DAYS * DAY_SECONDS - 600, size.answers))
    first = dice.integers(0, size.items - PLACES, size.answers)
    slow = np.round(dice.lognormal(1.5, 0.8, size.answers), 3)
    for low in range(0, size.answers, CHUNK):
        write(answers=[
            LoggedAnswer(
                f"r{n}", int(times[n]),
                [ShownItem(f"i{first[n] + p}", 1.0 - p / PLACES) for p in range(PLACES)],
                "item_knn", "v1", user_id=f"u{n % size.people}",
                placement=PLACEMENTS[n % 3], latency_ms=float(slow[n]),
                context=variant_of(n, size.people) if n % 3 == 0 else {},
            )
            for n in range(low, min(low + CHUNK, size.answers))
        ])  # fmt: skip


def variant_of(number: int, people: int) -> dict[str, str]:
    """The circumstances of an answer of the experiment: the same variant for the same person."""
    variant = "varied" if (number % people) % 2 else "control"
    return {"experiment": EXPERIMENT, "variant": variant}


def write_clicks(size: Size, begin: int) -> None:
    """Clicks on a part of the lists, as pages send them; the moments are those of the answers."""
    from omakase_service.events.services import record
    from omakase_service.recommendation_log.models import Answer

    step = round(1 / CLICK_SHARE)
    clicked = Answer.objects.filter(pk__gt=0).order_by("pk")[::step]
    rows = [(row.request_id, row.user_id, row.items[0][0], row.time) for row in clicked]
    for low in range(0, len(rows), CHUNK):
        record(events=[
            {
                "event_id": f"c-{request}", "user_id": user, "item_id": item, "type": "click",
                "time": moment + 60, "request_id": request,
            }
            for request, user, item, moment in rows[low : low + CHUNK]
        ])  # fmt: skip


def count_all() -> None:
    """What the workers do by themselves: outcomes, daily figures, exposures."""
    from omakase_service.events.selectors import newest_seq
    from omakase_service.jobs.services.worker import run_now
    from omakase_service.recommendation_log.attribution import attribute

    attribute(until=newest_seq())
    run_now(kind="roll_up")
    run_now(kind="collect_experiments")


def write_beside(size: Size) -> None:
    """Jobs, incidents, conversations, digests and dead letters of a long life."""
    from omakase_service.alerts.models import Incident
    from omakase_service.digests.models import Mailing, Recipient
    from omakase_service.jobs.models import Job
    from omakase_service.streams.models import DeadLetter, StreamState

    now, few = datetime.now(UTC), ROWS_BESIDE // 10
    Job.objects.bulk_create([
        Job(kind="roll_up", key="roll_up", state="succeeded", started=now, finished=now)
        for _ in range(ROWS_BESIDE)
    ], batch_size=CHUNK)  # fmt: skip
    Incident.objects.bulk_create(
        Incident(name="latency", message=f"slow, {n} ms", advice="see the log", closed=now)
        for n in range(few)
    )
    Recipient.objects.bulk_create([
        Recipient(user_id=f"u{n}", address=f"u{n}@shop.example", key=f"{n:032d}", next_at=now)
        for n in range(min(ROWS_BESIDE, size.people))
    ], batch_size=CHUNK)  # fmt: skip
    Mailing.objects.bulk_create([
        Mailing(request_id=f"m{n}", user_id=f"u{n}", created=now - timedelta(minutes=n))
        for n in range(ROWS_BESIDE)
    ], batch_size=CHUNK)  # fmt: skip
    StreamState.objects.create(name="in:kafka", stored=size.events)
    DeadLetter.objects.bulk_create(
        DeadLetter(
            position=f"kafka:t:0:{n}", stream="in:kafka", reason="unknown type", payload="{}"
        )
        for n in range(few)
    )
    write_conversations()


def write_conversations() -> None:
    """Conversations of three turns each."""
    from omakase_service.chat.models import Conversation, Turn

    Conversation.objects.bulk_create([
        Conversation(conversation_id=f"t{n}", user_id=f"u{n}") for n in range(ROWS_BESIDE)
    ], batch_size=CHUNK)  # fmt: skip
    Turn.objects.bulk_create([
        Turn(
            conversation_id=f"t{n}", number=turn, message="something quiet", intent="recommend",
            confidence=0.9, items=["i1", "i2", "i3"], answer="Try these.", written_by="template",
        )
        for n in range(ROWS_BESIDE) for turn in range(1, 4)
    ], batch_size=CHUNK)  # fmt: skip


def stored() -> dict[str, int]:
    """Rows of the tables that grow."""
    from omakase_service.catalog.models import Item
    from omakase_service.events.models import Event
    from omakase_service.experiments.models import Exposure
    from omakase_service.recommendation_log.models import Answer

    tables = {"answers": Answer, "items": Item, "events": Event, "exposures": Exposure}
    return {name: table.objects.count() for name, table in tables.items()}


if __name__ == "__main__":
    os.environ.setdefault("OMAKASE_TRAINING__GATE", "off")
    write_world(Path(sys.argv[1]), Size(int(sys.argv[2]), int(sys.argv[3])))
    (Path(sys.argv[1]) / STORED).write_text(json.dumps(stored()), encoding="utf-8")
