"""Rolled back by itself: a bad version goes after a stated number of answers, an equal one stays

A made cinema whose tastes are known is learnt by iALS. Each visitor gets ten films; a film is
clicked by how much its visitor likes it and by its place, most of what is clicked within minutes.
People are eager to click, or shy.
Visits follow the hours of the day, and so does the wish to click; days differ by chance. Every
night at three a new version answers. The product's own watch (`omakase.experiments.live_watch`,
level, tolerance and the time that answers settle for as they come) compares its clicks with those
on the version before it, hour of the day by hour of the day, every ten minutes.

- *permuted*: the new version's item vectors belong to other films; counted are the answers that it
  gives until the version before answers again, over many seeds;
- *half permuted*: half of the vectors do;
- *equal*: the new version is as good as the one before, for a hundred days; every roll-back is a
  false alarm. "all hours alike" is the same watch without hours, which takes the night's rest for
  a fault of the version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.form import Asked, Result, Row, run
from omakase.arrays.topk import top_k
from omakase.experiments.live_watch import (
    Engagement,
    match_hours,
    shared_hours,
    total,
    watch,
    watch_hours,
)
from omakase.models.ials import Ials, IalsConfig
from omakase.stats.rates import wilson
from omakase.synthetic import as_dataset, make
from omakase.types import Queries

USERS, ITEMS, EVENTS = 2_000, 500, 60_000
LENGTH = 10
DAILY = (1_000, 3_000, 10_000)
"""Answers a day."""
LOOK_SECONDS, SETTLING_SECONDS = 600, 900
LOOKS = 86_400 // LOOK_SECONDS
NIGHT = 3
CLICK_SECONDS = 120.0
"""Mean time from an answer to a click."""
CLICK_RATES = {"eager": 0.3, "shy": 0.05}
"""Click rate at the first place of a film that somebody likes very much."""
STATED = {"eager": 1_000, "shy": 2_000}
"""Answers within which a version with permuted vectors must be gone."""
SWING, DAYS_DIFFER = 0.3, 0.03
"""How far the wish to click follows the hour, and how much days differ by chance."""
SEEDS, DAYS = 200, 100
LONGEST_DAYS = 5


@dataclass(frozen=True)
class Version:
    """What visitors do with the lists of a version.

    Attributes:
        clicks: (U,) chance that somebody clicks something of their list, at the mean hour.
    """

    clicks: NDArray[np.float64]


def rolled_back(asked: Asked) -> Result:
    """A row a size of the house and kind of version."""
    seeds = 10 if asked.quick else SEEDS
    days = 5 if asked.quick else DAYS
    years = 2 if asked.quick else 20
    rows: list[Row] = []
    for people, daily in product(CLICK_RATES, DAILY):
        good, bad, half = versions(asked.seeds[0], CLICK_RATES[people])
        for name, new in (("permuted", bad), ("half permuted", half)):
            taken = [
                answers_until(good, new, daily, np.random.default_rng([s, 1])) for s in range(seeds)
            ]
            rows.append({"people": people, **bad_row(name, daily, good, new, taken)})
        for name, alarm in (("equal", by_hours), ("equal, all hours alike", all_alike)):
            alarms = sum(
                false_alarms(good, daily, days, np.random.default_rng([s, 2]), alarm)
                for s in range(years)
            )
            rows.append({"people": people, **equal_row(name, daily, good, alarms, years * days)})
        print(f"{people}, {daily} answers a day done", flush=True)
    return Result(rows, [verdict(rows)])


def versions(seed: int, most: float) -> tuple[Version, Version, Version]:
    """A good one, one whose vectors are permuted, one of which half are."""
    world = make("cinema", users=USERS, items=ITEMS, events=EVENTS, seed=seed)
    data = as_dataset(world)
    rng = np.random.default_rng(seed)
    model = Ials.fit(data, IalsConfig(factors=16, iterations=8), rng=rng)
    people = np.arange(data.n_users, dtype=np.int32)
    queries = data.queries(people, length=100)
    mixed = rng.permutation(data.n_items)
    some = np.arange(data.n_items)
    chosen = np.sort(rng.permutation(data.n_items)[: data.n_items // 2])
    some[chosen] = rng.permutation(chosen)
    orders = (np.arange(data.n_items), mixed, some)
    scores = model.score(queries)
    good, bad, half = (clicked(world, data, queries, scores[:, o], most) for o in orders)
    return good, bad, half


def clicked(
    world: Any, data: Any, queries: Queries, scores: NDArray[np.float32], most: float
) -> Version:
    """What comes of the best ten by these scores, without what each person had."""
    masked = scores.copy()
    real = queries.history >= 0
    rows = np.nonzero(real)[0]
    masked[rows, queries.history[real]] = -np.inf
    lists = top_k(masked, LENGTH).items
    users = np.asarray([number(key) for key in data.ids.users.ids], dtype=np.int64)
    items = np.asarray([number(key) for key in data.ids.items.ids], dtype=np.int64)
    liking = world.affinity(users, items[lists]).astype(np.float64)
    places = 1 / np.sqrt(1 + np.arange(LENGTH))
    chances = most * places / (1 + np.exp(-3 * (liking - 1)))
    return Version(1 - np.prod(1 - chances, axis=1))


def number(key: str) -> int:
    """Of an id of the world."""
    return int("".join(c for c in key if c.isdigit()))


@dataclass
class Day:
    """A day's answers from three o'clock on, by looks: how many, and how many were clicked by when.

    Attributes:
        hours: (LOOKS,) hour of the day of each look's answers.
        answers: (LOOKS,)
        clicked: (LOOKS,) within the day.
    """

    hours: NDArray[np.int64]
    answers: NDArray[np.int64]
    clicked: NDArray[np.int64]

    def counts(self, looks: int) -> dict[int, Engagement]:
        """What is counted of the first looks, by hour."""
        counted = np.bincount(self.hours[:looks], self.answers[:looks], 24).astype(int)
        taken = np.bincount(self.hours[:looks], self.clicked[:looks], 24).astype(int)
        return {h: Engagement(int(counted[h]), int(taken[h])) for h in range(24) if counted[h]}


def day(version: Version, daily: int, rng: np.random.Generator) -> Day:
    """One day of a version."""
    hours = (NIGHT + np.arange(LOOKS) * LOOK_SECONDS / 3600) % 24
    wave = np.sin((hours - 9) / 24 * 2 * np.pi)
    visits = 1 + 0.8 * wave
    answers = rng.poisson(daily * visits / visits.sum())
    mood = (1 + SWING * wave) * rng.lognormal(0, DAYS_DIFFER)
    taken = [clicks(version, n, each, rng) for n, each in zip(answers, mood, strict=True)]
    return Day(hours.astype(np.int64), answers, np.asarray(taken))


def clicks(version: Version, answers: int, mood: float, rng: np.random.Generator) -> int:
    """How many of some answers are clicked before they count, each by a visitor drawn by lot."""
    chances = np.minimum(rng.choice(version.clicks, answers) * mood, 1.0)
    soon = rng.exponential(CLICK_SECONDS, answers) < SETTLING_SECONDS
    return int(((rng.random(answers) < chances) & soon).sum())


Alarm = Callable[[Mapping[int, Engagement], Mapping[int, Engagement]], bool]


def by_hours(before: Mapping[int, Engagement], live: Mapping[int, Engagement]) -> bool:
    """As the product watches."""
    earlier, now = match_hours(before, live), total(shared_hours(before, live))
    if now.rate >= earlier.rate * 0.9:  # then no interval can be below the other
        return False
    return watch_hours(before, live).is_worse


def all_alike(before: Mapping[int, Engagement], live: Mapping[int, Engagement]) -> bool:
    """Without hours."""
    earlier, now = total(before), total(live)
    return now.rate < earlier.rate * 0.9 and watch(earlier, now).is_worse


def alarm_at(
    before: Mapping[int, Engagement], live: Day, alarm: Alarm, begin: int = 0
) -> int | None:
    """The look, from one on, at which a version is rolled back; None where it is not."""
    settled = -(-SETTLING_SECONDS // LOOK_SECONDS)
    for look in range(max(begin, settled) + 1, len(live.hours) + 1):
        if alarm(before, live.counts(look - settled)):
            return look
    return None


def answers_until(good: Version, bad: Version, daily: int, rng: np.random.Generator) -> int:
    """Answers of a bad version until it is rolled back; of all days watched where it is not."""
    before = day(good, daily, rng).counts(LOOKS)
    live = day(bad, daily, rng)
    at = alarm_at(before, live, by_hours)
    while at is None and len(live.hours) < LONGEST_DAYS * LOOKS:
        looked = len(live.hours)
        live = joined(live, day(bad, daily, rng))
        at = alarm_at(before, live, by_hours, looked)
    return int(live.answers[:at].sum())


def joined(first: Day, second: Day) -> Day:
    """Two stretches of time, one after the other."""
    return Day(
        np.concatenate([first.hours, second.hours]),
        np.concatenate([first.answers, second.answers]),
        np.concatenate([first.clicked, second.clicked]),
    )


def false_alarms(
    version: Version, daily: int, days: int, rng: np.random.Generator, alarm: Alarm
) -> int:
    """Roll-backs of versions that are as good as the one before, one a day."""
    before, found = day(version, daily, rng).counts(LOOKS), 0
    for _ in range(days):
        live = day(version, daily, rng)
        found += alarm_at(before, live, alarm) is not None
        before = live.counts(LOOKS)
    return found


def bad_row(name: str, daily: int, good: Version, new: Version, taken: list[int]) -> Row:
    """One line of the table."""
    low, middle, high = (float(np.quantile(taken, q)) for q in (0.05, 0.5, 0.95))
    return {
        "version": name,
        "answers a day": daily,
        "click rate before": float(good.clicks.mean()),
        "click rate": float(new.clicks.mean()),
        "seeds": len(taken),
        "answers until rolled back": middle,
        "5 % to 95 %": [low, high],
        "longest": max(taken),
    }


def equal_row(name: str, daily: int, good: Version, alarms: int, days: int) -> Row:
    """One line of the table."""
    interval = wilson(alarms, days)
    return {
        "version": name,
        "answers a day": daily,
        "click rate before": float(good.clicks.mean()),
        "click rate": float(good.clicks.mean()),
        "days": days,
        "false alarms": alarms,
        "in 100 days": 100 * alarms / days,
        "interval of that": [100 * interval.low, 100 * interval.high],
    }


def verdict(rows: list[Row]) -> str:
    """Both bars in a sentence."""
    permuted = [r for r in rows if r["version"] == "permuted"]
    longest = {
        people: max(r["longest"] for r in permuted if r["people"] == people) for people in STATED
    }
    told = "; ".join(
        f"{people} people {longest[people]:,} answers at the latest (stated {stated:,})"
        for people, stated in STATED.items()
    )
    worst = max(r["in 100 days"] for r in rows if r["version"] == "equal")
    return (
        f"A version with permuted vectors was rolled back after: {told}. Equal versions were at "
        f"most {worst:.2f} times in 100 days (bar 1)."
    )


if __name__ == "__main__":
    run("rolled_back", rolled_back, __doc__)
