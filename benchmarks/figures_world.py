"""A log of answers and of what came of them, and what its daily figures must be, by plain loops.

Written from what was simulated, never from the product's tables: who was shown what when, and which
answer each event comes of by the documented rule (the one it names, else the newest within the
window that showed the item to the person).
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from math import log2
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

SPEAKING = ("click", "purchase")
"""Kinds of events that speak for their item."""

Key = tuple[date, str, str, str, str, str]
"""Day, algorithm, version, placement, variant, channel."""


def labels(item: int) -> tuple[str, list[str]]:
    """The category of an item, below another one, and its tags; every tenth has neither."""
    if item % 10 == 0:
        return "", []
    return f"c{item % 4} > d{item % 9}", [f"t{item % 7}", f"t{item % 3}"]


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
        context=_circumstances(dice),
        **named,
    )


def _circumstances(dice: np.random.Generator) -> dict[str, str]:
    """An experiment's variant, a channel or a device, or nothing."""
    told: dict[str, str] = {}
    if dice.random() < 0.3:
        told |= {"experiment": "shelf", "variant": str(dice.choice(["a", "b"]))}
    if dice.random() < 0.3:
        told["channel"] = "email"
    if dice.random() < 0.5:
        told["device"] = "mobile"
    return told


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
    sessions: set[str] = field(default_factory=set)
    engaged: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    latency: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_MS) + 1))
    scores: list[int] = field(default_factory=lambda: [0] * SCORE_BUCKETS)


def expected(world: Simulated, erased: set[str], upto: int) -> dict[Key, Expected]:
    """What the figures must be after some batches, without people who were erased.

    What lists are worth is by what was taken up to then, also by those people.
    """
    found: dict[Key, Expected] = defaultdict(Expected)
    zone, worth = ZoneInfo(world.zone), Worth(_taken(world, upto))
    for batch, answer in world.answers:
        if batch <= upto and answer.user_id not in erased:
            one = found[_key(answer, zone)]
            _add_answer(one, answer)
            worth.add_answer(one, [each.item_id for each in answer.items])
    for answer, body, price in _outcomes(world, upto):
        if answer.user_id in erased:
            continue
        one, sums = found[_key(answer, zone)], found[_key(answer, zone)].sums
        sums[COLUMNS[str(body["kind"])]] += 1
        if body["kind"] in SPEAKING:
            one.engaged.add(answer.request_id)
        if body["kind"] == "click":
            sums["unexpected"] += worth.unexpected(str(body["item_id"]))
        if body["kind"] == "purchase":
            sums["revenue"] += price * float(body.get("value", 1.0))  # type: ignore[arg-type]
    return dict(found)


def _key(answer: LoggedAnswer, zone: ZoneInfo) -> Key:
    day = datetime.fromtimestamp(answer.time, zone).date()
    told = answer.context
    variant = f"{told['experiment']}: {told['variant']}" if "experiment" in told else ""
    channel = str(told.get("channel") or told.get("device") or "")
    return day, answer.algorithm, answer.version, answer.placement, variant, channel


def _taken(world: Simulated, upto: int) -> dict[str, int]:
    """How often each item was taken up to a batch; an event that comes twice counts once."""
    seen = {
        str(body["event_id"]): str(body["item_id"])
        for batch, body in world.events
        if batch <= upto and body["kind"] in SPEAKING
    }
    return dict(Counter(seen.values()))


class Worth:
    """What lists are worth, by loops over their definitions.

    Args:
        taken: how often each item was.
    """

    def __init__(self, taken: dict[str, int]) -> None:
        total = sum(taken.values())
        self._knows = total > 0
        counts = {f"i{n}": taken.get(f"i{n}", 0) for n in range(ITEMS)}
        more = {c: sum(other > c for other in counts.values()) for c in set(counts.values())}
        self._bits = {key: -log2(max(c, 0.5) / max(total, 1)) for key, c in counts.items()}
        self._rank = {key: more[c] / ITEMS for key, c in counts.items()}
        self._likeness = {
            (f"i{a}", f"i{b}"): _likeness(a, b) for a in range(ITEMS) for b in range(ITEMS)
        }

    def unexpected(self, item_id: str) -> float:
        """Share of the catalog that was taken more often."""
        return self._rank[item_id]

    def add_answer(self, one: Expected, item_ids: Sequence[str]) -> None:
        """Add what a list is worth."""
        if self._knows:
            one.sums["judged"] += len(item_ids)
            one.sums["bits"] += sum(self._bits[key] for key in item_ids)
            one.sums["tail"] += sum(self._rank[key] >= 0.2 for key in item_ids)
        pairs = [self._likeness[pair] for pair in combinations(item_ids, 2)]
        known = [alike for alike in pairs if alike is not None]
        if known:
            one.sums["spread"] += 1
            one.sums["diversity"] += sum(1 - alike for alike in known) / len(known)


def _likeness(one: int, other: int) -> float | None:
    """By shared categories, also those above, and tags; None where either has none."""
    left, right = _label_set(one), _label_set(other)
    if not left or not right:
        return None
    return len(left & right) / (len(left) * len(right)) ** 0.5


def _label_set(item: int) -> set[str]:
    path, tags = labels(item)
    above = path.split(" > ")[0]
    return {f"category {each}" for each in {path, above} - {""}} | {f"tag {t}" for t in tags}


def _add_answer(one: Expected, answer: LoggedAnswer) -> None:
    one.sums["requests"] += 1
    one.sums["shown"] += len(answer.items)
    one.sums["cache_hits"] += answer.cache_hit
    one.sums["degraded"] += answer.notice == "degraded"
    one.sums["score"] += sum(each.score for each in answer.items)
    one.sessions.update({answer.session_id} - {None})  # type: ignore[arg-type]
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
