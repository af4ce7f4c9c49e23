"""A log of answers and of what came of them, and what its daily figures must be, by plain loops.

Written from what was simulated, never from the product's tables: who was shown what when, and which
answer each event comes of by the documented rule (the one it names, else the newest within the
window that showed the item to the person).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from omakase_service.analytics.contracts import LATENCY_MS, SCORE_BUCKETS
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem

WINDOW = 86_400
DAYS, BATCHES, ITEMS, SHOWN = 6, 4, 200, 4
KINDS = ("impression", "click", "purchase")
CHANCES = (0.6, 0.3, 0.1)
COLUMNS = {"impression": "seen", "click": "clicks", "purchase": "conversions"}
LATE, TWICE, NAMED = 0.03, 0.05, 0.8

Key = tuple[date, str, str, str]
"""Day, algorithm, version, placement."""


@dataclass
class Simulated:
    """What happened in one place of the world.

    Attributes:
        answers: with the batch in which each is written.
        events: bodies for the API, with the batch in which each is sent; some of them twice.
        prices: of items, batch by batch.
    """

    zone: str
    answers: list[tuple[int, LoggedAnswer]]
    events: list[tuple[int, dict[str, object]]]
    prices: np.ndarray


def simulate(zone: str, around: date, number: int, dice: np.random.Generator) -> Simulated:
    """So many answers over six days around one on which the clock changes."""
    first = datetime(around.year, around.month, around.day, tzinfo=ZoneInfo(zone))
    start = int((first - timedelta(days=DAYS // 2)).timestamp())
    times = np.sort(dice.integers(start, start + DAYS * WINDOW, number))
    answers = [_answer(n, int(times[n]), max(number // 40, 5), dice) for n in range(number)]
    own = np.arange(number) * BATCHES // number
    late = np.where(dice.random(number) < LATE, dice.integers(0, BATCHES, number), 0)
    batches = np.minimum(own + late, BATCHES - 1)
    events = list(_events(answers, batches, dice))
    order = np.argsort([batch for batch, _ in events], kind="stable")
    return Simulated(
        zone,
        [(int(batch), answer) for batch, answer in zip(batches, answers, strict=True)],
        [events[n] for n in order],
        dice.integers(1, 100, (BATCHES, ITEMS)).astype(float),
    )


def _answer(number: int, time: int, people: int, dice: np.random.Generator) -> LoggedAnswer:
    who = int(dice.integers(people))
    named = {"user_id": f"u{who}"} if who % 3 else {"session_id": f"s{who}"}
    items = zip(dice.choice(ITEMS, SHOWN, replace=False), dice.random(SHOWN), strict=True)
    return LoggedAnswer(
        request_id=f"r{number}",
        time=time,
        items=[ShownItem(f"i{item}", float(score)) for item, score in items],
        algorithm=str(dice.choice(["ease", "ials", "popular"])),
        version=str(dice.choice(["v1", "v2"])),
        placement=str(dice.choice(["", "home", "cart"])),
        notice="degraded" if dice.random() < 0.02 else "",
        cache_hit=bool(dice.random() < 0.3),
        latency_ms=round(float(dice.lognormal(3, 1.5)), 3),
        **named,
    )


def _events(
    answers: Sequence[LoggedAnswer], batches: np.ndarray, dice: np.random.Generator
) -> Iterator[tuple[int, dict[str, object]]]:
    for answer, batch in zip(answers, batches, strict=True):
        for kind, chance in zip(KINDS, CHANCES, strict=True):
            if dice.random() > chance:
                continue
            body = _event(answer, kind, dice)
            sent = min(int(batch) + int(dice.random() < 0.1), BATCHES - 1)
            yield sent, body
            if dice.random() < TWICE:
                yield int(dice.integers(sent, BATCHES)), body


def _event(answer: LoggedAnswer, kind: str, dice: np.random.Generator) -> dict[str, object]:
    late = dice.random() < LATE
    delay = int(dice.integers(0, 5 * WINDOW)) if late else int(dice.exponential(900))
    who = {"user_id": answer.user_id} if answer.user_id else {"session_id": answer.session_id}
    body: dict[str, object] = {
        "event_id": f"{answer.request_id}-{kind}",
        "item_id": answer.items[int(dice.integers(SHOWN))].item_id,
        "kind": kind,
        "time": answer.time + delay,
        **who,
    }
    if dice.random() < NAMED:
        body["request_id"] = answer.request_id
    if kind == "purchase" and dice.random() < 0.5:
        body["value"] = float(dice.integers(1, 4))
    return body


@dataclass
class Expected:
    """Figures of one day and group, by plain loops."""

    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    people: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    latency: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_MS) + 1))
    scores: list[int] = field(default_factory=lambda: [0] * SCORE_BUCKETS)


def expected(world: Simulated, erased: set[str], upto: int) -> dict[Key, Expected]:
    """What the figures must be after some batches, without people who were erased."""
    found: dict[Key, Expected] = defaultdict(Expected)
    zone = ZoneInfo(world.zone)
    for batch, answer in world.answers:
        if batch <= upto and answer.user_id not in erased:
            _add_answer(found[_key(answer, zone)], answer)
    for answer, body, price in _outcomes(world, upto):
        if answer.user_id in erased:
            continue
        sums = found[_key(answer, zone)].sums
        sums[COLUMNS[str(body["kind"])]] += 1
        if body["kind"] == "purchase":
            sums["revenue"] += price * float(body.get("value", 1.0))  # type: ignore[arg-type]
    return dict(found)


def _key(answer: LoggedAnswer, zone: ZoneInfo) -> Key:
    day = datetime.fromtimestamp(answer.time, zone).date()
    return day, answer.algorithm, answer.version, answer.placement


def _add_answer(one: Expected, answer: LoggedAnswer) -> None:
    one.sums["requests"] += 1
    one.sums["shown"] += len(answer.items)
    one.sums["cache_hits"] += answer.cache_hit
    one.sums["degraded"] += answer.notice == "degraded"
    one.sums["score"] += sum(each.score for each in answer.items)
    one.people.add(f"u{answer.user_id}" if answer.user_id else f"s{answer.session_id}")
    one.items.update(each.item_id for each in answer.items)
    one.latency[bisect_left(LATENCY_MS, answer.latency_ms)] += 1
    for each in answer.items:
        one.scores[int(each.score * SCORE_BUCKETS)] += 1


def _outcomes(
    world: Simulated, upto: int
) -> Iterator[tuple[LoggedAnswer, dict[str, object], float]]:
    """Each first event of its kind on an item of an answer, with the item's price then."""
    by_request: dict[str, LoggedAnswer] = {}
    by_person: dict[str, list[LoggedAnswer]] = defaultdict(list)
    counted: set[tuple[str, str, str]] = set()
    seen: set[str] = set()
    for batch in range(upto + 1):
        for answer in (answer for at, answer in world.answers if at == batch):
            by_request[answer.request_id] = answer
            by_person[answer.user_id or str(answer.session_id)].append(answer)
        for body in (body for at, body in world.events if at == batch):
            if str(body["event_id"]) in seen:
                continue
            seen.add(str(body["event_id"]))
            answer = _came_of(body, by_request, by_person)
            if answer is None:
                continue
            place = (answer.request_id, str(body["item_id"]), str(body["kind"]))
            if place not in counted:
                counted.add(place)
                yield answer, body, float(world.prices[batch][int(str(body["item_id"])[1:])])


def _came_of(
    body: dict[str, object],
    by_request: dict[str, LoggedAnswer],
    by_person: dict[str, list[LoggedAnswer]],
) -> LoggedAnswer | None:
    named = by_request.get(str(body.get("request_id", "")))
    if named is not None:
        shown = {each.item_id for each in named.items}
        return named if body["item_id"] in shown else None
    time = int(str(body["time"]))
    own = by_person.get(str(body.get("user_id") or body.get("session_id")), [])
    fitting = [
        (answer.time, at, answer)
        for at, answer in enumerate(own)
        if answer.time <= time <= answer.time + WINDOW
        and any(each.item_id == body["item_id"] for each in answer.items)
    ]
    return max(fitting, key=lambda each: each[:2])[2] if fitting else None
