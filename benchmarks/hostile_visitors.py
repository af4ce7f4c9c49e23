"""Hostile visitors: how far one, and fifty, change what known people see

MovieLens 100K, its newest rating an hour ago, is served; hostile visitors with tokens of their own
push one film that hardly anybody knows and tie random films to the best known ones. A hundred known
people, and a hundred films, are asked for their lists before, at once and after the next training:
popular, trending, newest, similar and personal. A place that holds another film than before is
changed. "bounded" is one visitor with so many requests under the usual limits; the others send
their events in batches with the limits off, as the patient would over days. "quiet" ones stay
below what the alert looks for. In the end the alert's advice is followed (`omakase events
quarantine`), and the lists after one more training are compared with those of the start. The bar is
1 % of the places at once and after training, and that the alert names each of the loud.
"""

import random
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.erased import job
from benchmarks.faults import wait_until
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, served

MODELS = "ease,item_knn"
WALLS = ("popular", "trending", "newest")
PLACES, ASKED = 10, 100
BATCH, BAR, HOUR = 500, 0.01, 3_600
USUAL = {"OMAKASE_TRAINING__GATE": "off", "OMAKASE_LIMITS__KEY_PER_MINUTE": "0"}
OPEN_DOOR = {
    **USUAL,
    "OMAKASE_LIMITS__EVENTS_PER_MINUTE": "0",
    "OMAKASE_LIMITS__USER_PER_MINUTE": "0",
}
Lists = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Attack:
    """Who comes, and with how much.

    Attributes:
        name: of the row.
        visitors: how many.
        events: that each of them sends.
        bounded: one a request and under the limits that a house has by itself.
    """

    name: str
    visitors: int
    events: int
    bounded: bool = False


ATTACKS = (
    Attack("bounded", 1, 100_000, bounded=True),
    Attack("one", 1, 100_000),
    Attack("fifty", 50, 20_000),
    Attack("one, quiet", 1, 900),
    Attack("fifty, quiet", 50, 900),
)
QUICK_ATTACKS = (Attack("one", 1, 12_000),)


def benchmark(asked: Asked) -> Result:
    """A line an attack and a kind of list."""
    rows: list[Row] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="omakase-hostile-") as folder:
        ratings = Path(folder) / "ratings.csv"
        source = asked.folder("ml-100k") / "ml-100k.inter"
        items = write_recent(source, ratings, int(time.time()) - HOUR)
        for attack in QUICK_ATTACKS if asked.quick else ATTACKS:
            with served(ratings, MODELS, USUAL if attack.bounded else OPEN_DOOR, SCOPES) as server:
                own, note = endured(server, attack, items, random.Random(asked.seeds[0]))
            rows += own
            notes.append(note)
            print(note, flush=True)
    return Result(rows, notes)


SCOPES = "read,write,admin"


def write_recent(source: Path, target: Path, newest: int) -> list[str]:
    """The ratings as a table whose newest is of a moment (Unix seconds).

    Gives the films, best known last.
    """
    lines = [line.split("\t") for line in source.read_text().splitlines()[1:]]
    shift = newest - max(int(line[3]) for line in lines)
    rows = [f"{user},{item},{rating},{int(at) + shift}" for user, item, rating, at in lines]
    target.write_text("\n".join(["user_id,item_id,rating,timestamp", *rows]) + "\n")
    known: dict[str, int] = {}
    for _, item, _, _ in lines:
        known[item] = known.get(item, 0) + 1
    return sorted(known, key=lambda item: (known[item], item))


def endured(
    server: Server, attack: Attack, items: Sequence[str], dice: random.Random
) -> tuple[list[Row], str]:
    """One attack from the lists before to the lists after what it did is taken back."""
    with server.client() as client:
        retrained(server, client)
        before = lists(client, items)
        since = int(time.time()) - 5
        taken = attacked(server, client, attack, items, dice)
        at_once = lists(client, items)
        named = names(client, attack)
        retrained(server, client)
        later = lists(client, items)
        taken_back(client, attack, since)
        retrained(server, client)
        restored = lists(client, items)
    rows = [
        {
            "attack": attack.name,
            "visitors": attack.visitors,
            "events sent": attack.visitors * attack.events,
            "events taken": taken,
            "list": kind,
            "changed at once": changed(before[kind], at_once[kind]),
            "changed after training": changed(before[kind], later[kind]),
            "changed after quarantine": changed(before[kind], restored[kind]),
            "named": named,
        }
        for kind in before
    ]
    return rows, words(attack, rows)


def words(attack: Attack, rows: Sequence[Row]) -> str:
    """An attack in a sentence."""
    share = {
        name: sum(row[f"changed {name}"] for row in rows) / len(rows)
        for name in ("at once", "after training", "after quarantine")
    }
    met = "met" if max(share["at once"], share["after training"]) <= BAR else "not met"
    worst = max(rows, key=lambda row: row["changed after training"])
    return (
        f"{attack.name}: of {rows[0]['events sent']:,} events {rows[0]['events taken']:,} were "
        f"taken; {share['at once']:.2%} of the places changed at once, "
        f"{share['after training']:.2%} after training (most: {worst['list']}, "
        f"{worst['changed after training']:.2%}), {share['after quarantine']:.2%} after the "
        f"quarantine; the alert names {rows[0]['named']} of {attack.visitors}: {met}."
    )


def visitor(number: int) -> str:
    """The id of a hostile visitor."""
    return f"hostile-{number:02}"


def attacked(
    server: Server,
    client: httpx.Client,
    attack: Attack,
    items: Sequence[str],
    dice: random.Random,
) -> int:
    """Send everything; how many events were taken."""
    taken = 0
    for number in range(attack.visitors):
        asked = {"user_id": visitor(number), "minutes": 600}
        token = client.post("/api/tokens", json=asked).raise_for_status().json()["token"]
        events = wishes(items, attack.events, dice)
        if attack.bounded:
            taken += sum(singly(server, token, list(events)))
            continue
        head = {"Authorization": f"Bearer {token}"}
        batch = list(events)
        for at in range(0, len(batch), BATCH):
            answer = client.post("/api/events", json=batch[at : at + BATCH], headers=head)
            taken += answer.raise_for_status().json()["stored"]
    return taken


def wishes(items: Sequence[str], number: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Events for one film that nobody knows, and for random films beside the best known ones."""
    target, best = items[0], items[-20:]
    for n in range(number):
        item = (target, dice.choice(items), dice.choice(best))[n % 3]
        yield {"item_id": item, "type": ("purchase", "like", "rating")[n % 3], "value": 5}


def singly(server: Server, token: str, events: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """Post one event a request over one line; 1 for each that was taken, 0 for each refused."""
    import orjson

    host = server.address.partition(":")[0]
    head = f"POST /api/events HTTP/1.1\r\nHost: {server.address}\r\nAuthorization: Bearer {token}"
    with socket.create_connection((host, server.port), timeout=60) as line:
        reader = line.makefile("rb")
        for event in events:
            body = orjson.dumps(event)
            kind = "\r\nContent-Type: application/json\r\nContent-Length: "
            line.sendall(f"{head}{kind}{len(body)}\r\n\r\n".encode() + body)
            yield int(status_of(reader) == 200)


def status_of(reader: Any) -> int:
    """The status of the next answer; its body is read over."""
    status, length = int(reader.readline().split()[1]), 0
    while (header := reader.readline()) not in (b"\r\n", b""):
        name, _, value = header.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    reader.read(length)
    return status


def retrained(server: Server, client: httpx.Client) -> None:
    """Train anew, and return when the server answers with that version."""
    server.command("train", "--models", MODELS, "--no-evaluate")
    cards = client.get("/api/models").raise_for_status().json()["versions"]
    newest = max(card["name"] for card in cards)
    asked = {"user_id": "1", "n": 1}

    def answers() -> bool:
        made = client.post("/api/recommendations", json=asked).raise_for_status().json()
        return bool(made["model_version"] == newest)

    wait_until(answers)


def lists(client: httpx.Client, items: Sequence[str]) -> Lists:
    """What known people see: lists by kind and by who, or what, was asked about."""
    people = [str(number) for number in range(1, ASKED + 1)]
    found: dict[str, dict[str, Sequence[str]]] = {"personal": {}, "similar": {}}
    for kind in ("personal", *WALLS):
        model = {} if kind == "personal" else {"model": kind}
        found[kind] = {
            person: listed(client, {"user_id": person, "n": PLACES, **model}) for person in people
        }
    for item in items[-ASKED:]:
        answer = client.get(f"/api/items/{item}/similar", params={"n": PLACES}).raise_for_status()
        found["similar"][item] = [each["item_id"] for each in answer.json()["items"]]
    return found


def listed(client: httpx.Client, question: Mapping[str, Any]) -> list[str]:
    """Items of one list, in order."""
    answer = client.post("/api/recommendations", json=question).raise_for_status()
    return [each["item_id"] for each in answer.json()["items"]]


def changed(before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]) -> float:
    """The share of places that hold another item than before."""
    pairs = [
        (old[at : at + 1], after[key][at : at + 1])
        for key, old in before.items()
        for at in range(max(len(old), len(after[key])))
    ]
    return sum(old != new for old, new in pairs) / max(len(pairs), 1)


def names(client: httpx.Client, attack: Attack) -> int:
    """How many of the hostile visitors an open incident names."""
    job(client, "check_alerts")
    cards = client.get("/api/alerts", params={"open_only": True}).raise_for_status().json()
    text = " ".join(card["message"] for card in cards)
    return sum(visitor(number) in text for number in range(attack.visitors))


def taken_back(client: httpx.Client, attack: Attack, since: int) -> None:
    """Put what the visitors did aside."""
    people = [visitor(number) for number in range(attack.visitors)]
    body = {"user_ids": people, "since": since, "reason": "hostile"}
    client.post("/api/events/quarantines", json=body, timeout=600).raise_for_status()


if __name__ == "__main__":
    run("hostile_visitors", benchmark, __doc__)
