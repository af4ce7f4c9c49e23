"""Learning people's own words from talks that they rated

In a world of 1,200 restaurants people talk as they do at home: dialect, slang and nicknames, which
the guide has never read, stand for a good part of the categories, districts, brands and tags that
they wish for. Each looks for an item that meets a hidden wish; who finds one chooses it and is
content (4 or 5 of 5), who does not says the same in plain words, and in the end settles for
something that meets a part, and is not (1 to 3). One rating in ten is a slip. 500 such talks are
held with `POST /api/chat` of a served version and rated by its feedback; then
`omakase dialog learn` runs beside the server. It knows what was said, shown, chosen and rated, and
nothing of the wishes. 200 talks of other people, of other seeds, are held before and after: the
same words, paired. "slot F1" compares the labels of the chips with the facts that were
said so far; "NDCG" counts items of
the list of five that meet the whole wish. In the lines "random" satisfaction is a throw of the
dice, and the choices are what they were. Intervals are of 95 %.
"""

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl

from benchmarks.dialog_slang import FIRST, PLAIN, SLANG, THEN
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, served
from benchmarks.shopper import written_world
from omakase.dialog.letters import without_particles
from omakase.evaluate.confidence import paired_difference
from omakase.synthetic import make

ITEMS, USERS, EVENTS = 1_200, 600, 20_000
TALKS, LATER, QUICK_TALKS, QUICK_LATER = 500, 200, 150, 40
TURNS, N = 6, 5
SLANG_SHARE, SLIPS, SETTLES = 0.7, 0.1, 0.7
PATIENCE_SECONDS = 60.0
KINDS = ("category", "district", "brand", "tag", "company", "quality", "budget")
"""Of chips, by whose labels facts are known: the import keeps the lower categories as tags."""


@dataclass(frozen=True)
class Fact:
    """A part of a wish, and the words in which it is said.

    Attributes:
        word: slang or the catalog's own name.
    """

    kind: str
    name: str
    word: str
    high: float = 0.0

    @property
    def is_slang(self) -> bool:
        """Whether the catalog calls it otherwise."""
        return self.word != self.name

    def is_true(self, item: Mapping[str, Any]) -> bool:
        """Whether an item meets it."""
        if self.kind == "budget":
            return item["price"] is not None and item["price"] <= self.high
        if self.kind == "category":
            return self.name in item["category"]
        if self.kind == "tag":
            return self.name in (item["tags"] or ())
        return bool(item[self.kind] == self.name)


@dataclass(frozen=True)
class Person:
    """Somebody with a wish."""

    user_id: str
    facts: Sequence[Fact]
    seed: int

    def meets(self, item: Mapping[str, Any]) -> bool:
        """Whether an item is what they wish for."""
        return all(fact.is_true(item) for fact in self.facts)


@dataclass
class Measures:
    """Of talks, one figure each."""

    slot_f1: list[float] = field(default_factory=list)
    ndcg: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class House:
    """A served world: who asks, and what there is."""

    server: Server
    client: httpx.Client
    items: Mapping[str, Mapping[str, Any]]


def benchmark(asked: Asked) -> Result:
    """A line a seed and a kind of satisfaction."""
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    rows: list[Row] = []
    for seed in seeds:
        for satisfaction in ("honest", "random"):
            rows.append(arm(satisfaction, seed, quick=asked.quick))
            print(rows[-1], flush=True)
    return Result(rows, [words(rows)])


def words(rows: Sequence[Row]) -> str:
    """What the figures say."""

    def count(satisfaction: str) -> str:
        theirs = [row for row in rows if row["satisfaction"] == satisfaction]
        return f"{sum(row['promoted'] == 'yes' for row in theirs)} of {len(theirs)}"

    honest = [row for row in rows if row["satisfaction"] == "honest"]
    low = min(row["NDCG gain"][0] for row in honest)
    return (
        f"By honest satisfaction {count('honest')} models are promoted, by random satisfaction "
        f"{count('random')}. The gain in NDCG on talks of other people is surely above {low:.3f}"
    )


def arm(satisfaction: str, seed: int, *, quick: bool) -> Row:
    """Talks, learning, and what came of it."""
    world = make("restaurants", users=USERS, items=ITEMS, events=EVENTS, seed=seed)
    with tempfile.TemporaryDirectory(prefix="omakase-learning-") as folder:
        catalog = written_world(world, Path(folder), "ko")
        items = {row["item_id"]: row for row in catalog.to_dicts()}
        users = pl.concat(world.users())["user_id"].to_list()
        fresh = {"OMAKASE_CHAT__REFRESH_SECONDS": "0"}
        with served(Path(folder), "ease", fresh) as server, server.client() as client:
            return _arm(House(server, client, items), users, satisfaction, seed, quick=quick)


def _arm(house: House, users: Sequence[str], satisfaction: str, seed: int, *, quick: bool) -> Row:
    number, later = (QUICK_TALKS, QUICK_LATER) if quick else (TALKS, LATER)
    half = len(users) // 2
    teachers = people(house.items, users[:half], number, np.random.default_rng((seed, 1)))
    others = people(house.items, users[half:], later, np.random.default_rng((seed, 2)))
    unread = words_unread(house)
    before = measured(house, others)
    rng = np.random.default_rng((seed, 3))
    ratings = [teach(house, person, satisfaction, rng) for person in teachers]
    report = json.loads(house.server.command("dialog", "learn", "--json"))
    print(satisfaction, seed, report["vocabulary"], report["reason"], flush=True)
    if report["promoted"]:
        wait_until_known(house, report["vocabulary"])
    after = measured(house, others)
    return _row(satisfaction, seed, unread, ratings, report, before, after)


def _row(
    satisfaction: str,
    seed: int,
    unread: int,
    ratings: Sequence[int],
    report: Mapping[str, Any],
    before: Measures,
    after: Measures,
) -> Row:
    slang = {
        (without_particles(word)[-1], name) for (_, name), words in SLANG.items() for word in words
    }
    learnt = {(word, name) for word, _, name in report["vocabulary"]}
    gate = report["gain"] or (0.0, 0.0, 0.0)
    row: dict[str, Any] = {
        "satisfaction": satisfaction,
        "seed": seed,
        "talks": len(ratings),
        "content": float(np.mean([rating >= 4 for rating in ratings])),
        "words unread before": unread,
        "words learnt right": len(learnt & slang),
        "words learnt wrong": len(learnt - slang),
        "promoted": "yes" if report["promoted"] else "no",
        "gain at the gate": [gate[1] or 0.0, gate[2] or 0.0],
        "judging talks": report["judged"],
        "later talks": len(before.ndcg),
    }
    for name, old, new in (
        ("slot F1", before.slot_f1, after.slot_f1),
        ("NDCG", before.ndcg, after.ndcg),
    ):
        gain = paired_difference(np.asarray(new), np.asarray(old), rng=np.random.default_rng(seed))
        row |= {f"{name} before": float(np.mean(old)), f"{name} after": float(np.mean(new))}
        row[f"{name} gain"] = [gain.low or 0.0, gain.high or 0.0]
    return row


def people(
    items: Mapping[str, Mapping[str, Any]],
    users: Sequence[str],
    number: int,
    rng: np.random.Generator,
) -> list[Person]:
    """People with wishes that some item meets."""
    rows = list(items.values())
    return [
        Person(
            users[int(rng.integers(len(users)))],
            wish_of(rows[int(rng.integers(len(rows)))], rng),
            int(rng.integers(2**31)),
        )
        for _ in range(number)
    ]


def wish_of(item: Mapping[str, Any], rng: np.random.Generator) -> list[Fact]:
    """The category of an item, one more fact of it, and at times a budget."""
    facts = [_fact("category", item["category"][-1], rng)]
    kind = str(rng.choice(["district", "brand", "tag"]))
    name = str(rng.choice(item["tags"])) if kind == "tag" else item[kind]
    if name:
        facts.append(_fact(kind, name, rng))
    if item["price"] and rng.random() < 0.3:
        high = int(item["price"] // 5000 + 1) * 5000
        facts.append(Fact("budget", f"{high:,}원", f"{high:,}원", high))
    return facts


def _fact(kind: str, name: str, rng: np.random.Generator) -> Fact:
    slang = SLANG.get((kind, name), ())
    is_slang = bool(slang) and rng.random() < SLANG_SHARE
    return Fact(kind, name, str(rng.choice(slang)) if is_slang else name)


def teach(house: House, person: Person, satisfaction: str, rng: np.random.Generator) -> int:
    """One talk until the wish is met or patience ends, with its rating; which is returned."""
    talk = Talk(house, person)
    said = list(person.facts)
    plain = [fact for fact in said if fact.is_slang]
    chosen, rating = "", 1
    for turn in range(1, TURNS + 1):
        if said:
            shown = talk.say(_line(said.pop(0), len(talk.said), talk.rng))
        elif plain:
            shown = talk.say(_plain_line(plain.pop(0), talk.rng))
        else:
            break
        match = next((key for key in shown if person.meets(house.items[key])), "")
        if match:
            chosen, rating = match, 5 if turn <= 2 else 4
            break
    else:
        shown = ()
    if not chosen:
        chosen, rating = _settled(house, person, talk)
    if talk.rng.random() < SLIPS or satisfaction == "random":
        source = rng if satisfaction == "random" else talk.rng
        rating = int(source.integers(1, 6))
    talk.rate(rating, chosen)
    return rating


def _settled(house: House, person: Person, talk: "Talk") -> tuple[str, int]:
    """What somebody takes who has not found their wish, and how content they are."""
    if not talk.shown or talk.rng.random() > SETTLES:
        return "", 1
    met = {key: sum(fact.is_true(house.items[key]) for fact in person.facts) for key in talk.shown}
    best = max(talk.shown, key=lambda key: met[key])
    return best, 1 + round(2 * met[best] / len(person.facts))


def measured(house: House, others: Sequence[Person]) -> Measures:
    """Talks that say all facts and nothing else, whatever is shown."""
    found = Measures()
    for person in others:
        talk = Talk(house, person)
        gains, hits, right, read = [], 0, 0, 0
        for at, fact in enumerate(person.facts):
            shown = talk.say(_line(fact, at, talk.rng))
            gains.append(ndcg(house, person, shown))
            meant = {each.name for each in person.facts[: at + 1]}
            heard = {_bare(kind, name) for kind, name in talk.chips if kind in KINDS}
            hits, right, read = hits + len(meant & heard), right + len(meant), read + len(heard)
        found.ndcg.append(float(np.mean(gains)))
        found.slot_f1.append(2 * hits / max(1, right + read))
    return found


def _bare(kind: str, name: str) -> str:
    return name.removesuffix(" 이하") if kind == "budget" else name


def ndcg(house: House, person: Person, shown: Sequence[str]) -> float:
    """Of a list, by what meets the whole wish."""
    there = sum(map(person.meets, house.items.values()))
    discounts = 1 / np.log2(np.arange(2, N + 2))
    gains = [discounts[at] for at, key in enumerate(shown[:N]) if person.meets(house.items[key])]
    return float(sum(gains) / discounts[: min(N, there)].sum())


class Talk:
    """One conversation with the server."""

    def __init__(self, house: House, person: Person) -> None:
        self.house, self.person = house, person
        self.rng = np.random.default_rng(person.seed)
        self.said: list[str] = []
        self.shown: Sequence[str] = ()
        self.chips: list[tuple[str, str]] = []
        self.conversation = ""

    def say(self, message: str) -> Sequence[str]:
        """The list that comes of a message; where none comes, none is seen."""
        body: dict[str, Any] = {"message": message, "user_id": self.person.user_id, "n": N}
        if self.conversation:
            body["conversation_id"] = self.conversation
        reply = self.house.client.post("/api/chat", json=body).raise_for_status().json()
        self.conversation = reply["conversation_id"]
        self.said.append(message)
        self.chips = [(c["kind"], c["label"]) for c in reply["applied"] + reply["dropped"]]
        listed = (reply["recommendations"] or {"items": []})["items"]
        self.shown = [each["item_id"] for each in listed]
        return self.shown

    def rate(self, satisfaction: int, chosen: str) -> None:
        """Say how it was."""
        body: dict[str, Any] = {"user_id": self.person.user_id, "satisfaction": satisfaction}
        if chosen:
            body["chosen"] = [chosen]
        path = f"/api/chat/{self.conversation}/feedback"
        self.house.client.post(path, json=body).raise_for_status()


def _line(fact: Fact, at: int, rng: np.random.Generator) -> str:
    lines = FIRST if at == 0 else THEN[fact.kind]
    return str(rng.choice(lines)).format(fact.word)


def _plain_line(fact: Fact, rng: np.random.Generator) -> str:
    return str(rng.choice(PLAIN[fact.kind])).replace("{}", fact.name)


def words_unread(house: House) -> int:
    """How many of the words the guide does not read: no chip of the right kind comes of them."""
    return sum(
        not _is_read(house, word, name) for (_, name), words in SLANG.items() for word in words
    )


def _is_read(house: House, word: str, name: str) -> bool:
    talk = Talk(house, Person("nobody", (), 0))
    talk.say(f"{word} 추천해줘")
    return name in {label for _, label in talk.chips}


def wait_until_known(house: House, learnt: Sequence[Sequence[str]]) -> None:
    """Return when the server reads a word that was learnt.

    Raises:
        SystemExit: it does not within `PATIENCE_SECONDS`.
    """
    word, _, name = learnt[0]
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if _is_read(house, word, name):
            return
        time.sleep(0.2)
    raise SystemExit(f"the server does not read {word!r}, which was learnt")


if __name__ == "__main__":
    run("dialog_learning", benchmark, __doc__)
