"""A made-up shop, three hours at a time: what it answers, what people do, and what may go wrong.

It writes the rows that a real one would leave behind, with a clock of its own, and lets the
product's jobs count and check them.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import numpy as np
import orjson
from django.db import connection, transaction
from django.utils import timezone

from omakase_service.alerts import detectors
from omakase_service.alerts import services as alerts
from omakase_service.alerts.models import Incident, RequestReading
from omakase_service.alerts.readings import note_requests
from omakase_service.analytics.inputs import count_inputs
from omakase_service.analytics.models import (
    Cursor,
    DailyFigures,
    DailyInputs,
    DailyTotals,
    Sale,
    ServerReading,
    TakenItem,
)
from omakase_service.catalog.models import Item
from omakase_service.events.models import Event
from omakase_service.jobs.models import Job
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.training.models import ModelVersion

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(hours=3)
WARM_DAYS, DAYS = 21, 30
TYPES = ("film", "series", "short", "game")
KINDS = ("view", "click", "cart", "purchase", "like")
MIX = np.array([0.68, 0.17, 0.08, 0.04, 0.03])
ITEMS, SHOWN, PEOPLE = 400, 5, 800
WEEK = (1.0, 0.95, 0.95, 1.0, 1.1, 1.25, 1.2)
"""How much goes on from Monday to Sunday."""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, and within which time it must be told.

    Attributes:
        names: of incidents that tell of it.
        hours: within which one of them must be open.
    """

    name: str
    names: tuple[str, ...]
    hours: float


FAULTS = (
    Fault("latency", ("latency",), 12),
    Fault("errors", ("errors",), 4),
    Fault("cache", ("cache",), 36),
    Fault("clicks fall by half", ("clicks", "clicks week on week"), 96),
    Fault("narrow lists", ("coverage",), 60),
    Fault("events stop", ("events",), 30),
    Fault("half the catalog hidden", ("catalog",), 4),
    Fault("no new model", ("model age",), 14 * 24 + 26),
    Fault("drift: kinds of events", ("drift: kinds of events",), 60),
    Fault("dead worker", ("worker",), 4),
    Fault("drift: scores", ("drift: scores",), 36),
    Fault("drift: types of items", ("drift: catalog",), 4),
    Fault("a tenth of the events", ("drift: number of events",), 72),
)
"""The first ten are those of the bar; the rest are further kinds of drift."""


Shown = tuple[int, int, list[str]]
"""Number and time of an answer, and its items."""

ANSWERS = """INSERT INTO omakase_answers_answer (id, request_id, time, user_id, version, cache_hit,
notice, latency_ms, n_items, items, policy, algorithm, placement, first_rank, context, whys)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', 'ease', 'home', 1, '{}', '[]')"""
OUTCOMES = """INSERT INTO omakase_answers_outcome (answer_id, event_id, item_id, rank, time, kind)
VALUES (%s, %s, %s, %s, %s, 'click') ON CONFLICT DO NOTHING"""
EVENTS = """INSERT INTO omakase_events_event (event_id, kind, time, user_id, item_id, device,
channel, page, reason) VALUES (%s, %s, %s, 'u1', 'i1', '', '', '', '')"""


def insert(statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Write rows without the product: there are many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, rows)


@dataclass
class Shop:
    """A shop that lives step by step.

    Attributes:
        answers: a day, on average.
        fault: that goes wrong from `since` on; none: all is well.
    """

    dice: np.random.Generator
    answers: int
    fault: str = ""
    since: datetime = BEGIN + timedelta(days=WARM_DAYS + 10)
    now: datetime = BEGIN
    requests: int = 0
    failures: int = 0
    answered: int = 0
    _mix: np.ndarray = field(default_factory=lambda: MIX)
    _busy: float = 1.0

    def is_(self, name: str) -> bool:
        """Whether this is going wrong now."""
        return self.fault == name and self.now >= self.since

    @property
    def counted(self) -> Mapping[str, tuple[int, int]]:
        """Requests and failures since the start, by server."""
        return {"server": (self.requests, self.failures)}

    def live(self) -> None:
        """Let three hours pass."""
        if self.now.hour == 0:
            self._begin_day()
        curve = 1 + 0.8 * np.sin((self.now.hour - 9) / 24 * 2 * np.pi)
        usual = self.answers * curve / 8 * WEEK[self.now.weekday()] * self._busy
        rows = self._answer(int(self.dice.poisson(usual)))
        self._follow(rows)
        self.now += STEP

    def _begin_day(self) -> None:
        """A day has its own mood; a new version is trained at night, items come and go."""
        self._busy = float(np.exp(self.dice.normal(0, 0.12)))
        if self.dice.random() < 0.04:
            self._busy *= 1.8  # a sale
        self._mix = self.dice.dirichlet(MIX * 3_000)
        if self.fault != "no new model" or self.now < self.since:
            ModelVersion.objects.update(created=self.now, name=f"v{self.now:%m%d}")
        come = self.dice.choice(ITEMS, 4, replace=False)
        for number in come:
            Item.objects.filter(item_id=f"i{number}").update(hidden=bool(self.dice.random() < 0.3))

    def _answer(self, number: int) -> list[Shown]:
        narrow = self.is_("narrow lists")
        # what is new or rare is shown now and then, as exploration does
        weights = 1 / (np.arange(ITEMS) + 10)
        picked = self.dice.choice(
            30 if narrow else ITEMS,
            (number, SHOWN),
            p=None if narrow else weights / weights.sum(),
        )
        a, b = (2.0, 6.0) if self.is_("drift: scores") else (6.0, 3.0)
        scores = -np.sort(-self.dice.beta(a, b, (number, SHOWN)), axis=1)
        milliseconds = self.dice.lognormal(3.0, 0.8, number) * (15 if self.is_("latency") else 1)
        hits = self.dice.random(number) < (0.1 if self.is_("cache") else 0.45)
        seconds = np.sort(self.dice.integers(0, STEP.seconds, number))
        people = self.dice.integers(0, PEOPLE, number)
        lacking = self.dice.random(number) < 0.001
        version, begin, first = f"v{self.now:%m%d}", int(self.now.timestamp()), self.answered + 1
        shown = [
            [[f"i{i}", score, 1.0] for i, score in zip(row, own, strict=True)]
            for row, own in zip(picked.tolist(), scores.tolist(), strict=True)
        ]
        rows = [
            (first + n, f"{begin}-{n}", begin + int(seconds[n]), f"u{people[n]}", version,
             bool(hits[n]), "degraded" if lacking[n] else "", float(milliseconds[n]), SHOWN,
             orjson.dumps(shown[n]).decode())
            for n in range(number)
        ]  # fmt: skip
        insert(ANSWERS, rows)
        self.answered += number
        self._count_requests(number)
        return [(first + n, rows[n][2], [item for item, *_ in shown[n]]) for n in range(number)]

    def _count_requests(self, number: int) -> None:
        self.requests += 2 * number
        share = 0.05 if self.is_("errors") else 0.0005
        self.failures += int(self.dice.binomial(2 * number, share))

    def _follow(self, answers: list[Shown]) -> None:
        """What people do: clicks on what they were shown, and whatever else."""
        if self.is_("events stop"):
            return
        rate = 0.025 if self.is_("clicks fall by half") else 0.05
        clicked = np.argwhere(self.dice.random((len(answers), SHOWN)) < rate)
        insert(OUTCOMES, [self._outcome(answers[n], int(place)) for n, place in clicked])
        shares = self._mix
        if self.is_("drift: kinds of events"):
            shares = np.array([0.25, 0.6, 0.08, 0.04, 0.03])
        number = len(answers) // 10 if self.is_("a tenth of the events") else len(answers)
        self._write_events(self.dice.multinomial(number, shares))

    def _outcome(self, answer: Shown, place: int) -> tuple[Any, ...]:
        number, time, items = answer
        return number, f"{number}-{place}", items[place], place + 1, time + 60

    def _write_events(self, numbers: np.ndarray) -> None:
        begin = int(self.now.timestamp())
        kinds = np.repeat(KINDS, numbers).tolist()
        times = self.dice.integers(0, STEP.seconds, len(kinds)).tolist()
        insert(EVENTS, [(f"{begin}-{n}", kinds[n], begin + times[n]) for n in range(len(kinds))])

    def plant(self) -> None:
        """Let go wrong what goes wrong at once."""
        if self.fault == "half the catalog hidden":
            Item.objects.filter(pk__in=list(Item.objects.values_list("pk", flat=True)[::2])).update(
                hidden=True
            )
        elif self.fault == "drift: types of items":
            Item.objects.filter(type="film").update(type="game")
        elif self.fault == "dead worker":
            job = Job.objects.create(kind="train", key="train")
            Job.objects.filter(pk=job.pk).update(created=self.now)

    def check(self) -> None:
        """What the jobs of every quarter of an hour do."""
        count_inputs()
        run_now(kind="roll_up")
        Job.objects.exclude(state="queued").delete()
        alerts.check(self.now)


TABLES = (
    Outcome, Answer, Event, Item, Job, ModelVersion, Incident, RequestReading, Cursor, DailyFigures,
    DailyInputs, DailyTotals, TakenItem, ServerReading, Sale,
)  # fmt: skip


def clear() -> None:
    """Tables without rows."""
    for table in TABLES:
        table.objects.all()._raw_delete("default")


@contextmanager
def world(shop: Shop) -> Iterator[None]:
    """The shop's own clock and counters, and an empty database, until the block ends."""
    clear()
    Item.objects.bulk_create(
        Item(item_id=f"i{n}", title=f"Item {n}", type=TYPES[n % len(TYPES)]) for n in range(ITEMS)
    )
    ModelVersion.objects.create(name="v", stage="live", best="ease", path="", digest="")
    with ExitStack() as stack:
        for place, name, stand_in in (
            (timezone, "now", lambda: shop.now),
            (alerts, "read_requests", lambda: note_requests(shop.counted)),
            (detectors, "unhealthy_parts", lambda: iter(())),  # of this process, not of the shop
            (alerts.log, "error", lambda *words: None),
            (alerts.log, "warning", lambda *words: None),
        ):
            stack.enter_context(patch.object(place, name, stand_in))
        yield


def incidents() -> Mapping[str, datetime]:
    """When each kind of incident opened first."""
    rows = Incident.objects.order_by("-pk")
    return {row.name: row.opened for row in rows}
