"""A storm: two hundred faults of some twenty kinds under load, and what became of the promises

A house on SQLite and one on PostgreSQL, Redis and a vector store, each a server with two workers
on a disk of 768 MiB in memory. People click and ask without a pause; in half an hour two hundred
faults, drawn at random, happen to each house, some of them while others are still going on:
processes killed, what the server stands on taken away, the disk full, the clock moved, silent and
slow clients, bad bodies, damaged files, training, promotion, import, erasure, deletion. The first
round has every kind once.

"lost" are acknowledged events that are not there afterwards, "doubled" those that are there twice;
"wrong" are answers of other kinds than success and a refusal by 503, lists with too few items, and
lists with what its person had seen or what was deleted by then; "not forgotten" are people of whom
something is stored after their erasure. A recovery is the time from the end of a fault until every
part is well and both an event and a list have been answered; "late" are those over thirty seconds.
Memory is the proportional share of all of the server's processes after the storm and the last job,
at its lowest of forty seconds at rest, beside a server that was begun anew over the same data and
was then asked for as many lists, and for what is no question at each address, as the other was
just before.

`--houses SQLite` or `--houses PostgreSQL` tries one house and leaves the lines of the other as they
are; `--faults 100` is a shorter storm of the same pace. Linux only; the disk needs root, the clock
a C compiler. Qdrant is its embedded mode behind HTTP, since no registry carries the server.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

import httpx

from benchmarks.form import Asked, Result, Row, commit, earlier_rows, own_option, run
from benchmarks.house import quantile
from benchmarks.served import load
from benchmarks.storm_faults import FAULTS, Storm, kinds, send_bad_bodies
from benchmarks.storm_house import StormHouse, storm_house, wait_until_well
from benchmarks.storm_people import Crowd, Promises
from benchmarks.tree import processes, proportional

FAULTS_IN_ALL, QUICK_FAULTS = 200, 8
SECONDS_A_FAULT = 9.0
BAR_SECONDS, BAR_MEMORY = 30.0, 1.05
PATIENCE_SECONDS = 120.0
REST_SECONDS, LISTS_AT_REST, LINES_AT_REST = 40.0, 1200, 24
HOUSES = {"SQLite": False, "PostgreSQL": True}
CHOSEN: list[str] = []
"""Houses; none: both."""
NUMBER: list[int] = []
"""Of faults; none: all."""


def benchmark(asked: Asked) -> Result:
    """A line a house, and one a kind of fault."""
    most = NUMBER[0] if NUMBER else FAULTS_IN_ALL
    many = QUICK_FAULTS if asked.quick else most
    rows: list[Row] = []
    notes = []
    for name in CHOSEN or HOUSES:
        with storm_house(with_services=HOUSES[name]) as house:
            row, by_kind, complaints = endured(name, house, many, asked.seeds[0])
        rows += [row, *by_kind]
        notes += complaints
    if CHOSEN and not asked.quick:
        rows = [*(row for row in earlier_rows("fault_storm") if row["house"] not in CHOSEN), *rows]
    return Result(rows, [*(words(row) for row in rows if "data" not in row), *notes])


def endured(name: str, house: StormHouse, many: int, seed: int) -> tuple[Row, list[Row], list[str]]:
    """All faults, and what was left afterwards: the house's line, those of kinds, complaints."""
    crowd = Crowd(f"http://127.0.0.1:{house.port}", house.key)
    storm = Storm(house, crowd, random.Random(seed))
    drawn = drawn_faults(kinds(house), many, storm.dice)
    begun, load_before = time.monotonic(), load()
    recoveries: list[tuple[str, float]] = []
    with crowd.going_on() as promises:
        for number, kind in enumerate(drawn):
            wait_for_turn(begun + SECONDS_A_FAULT * number)
            recoveries.append((kind, suffered(storm, number, kind)))
        for thread in storm.behind:
            thread.join()
    seconds = time.monotonic() - begun
    wait_until_well(house, PATIENCE_SECONDS)
    memory = memory_after(house)
    row = {
        "house": name,
        "minutes": seconds / 60,
        "faults": many,
        "kinds": len(set(drawn)),
        "acknowledged": promises.number_of_events,
        **kept(crowd),
        "lists": len(promises.lists),
        "wrong": len(promises.wrong),
        "refused": promises.refused,
        "cut": promises.cut,
        "longest recovery s": max(seconds for _, seconds in recoveries),
        "late": sum(seconds > BAR_SECONDS for _, seconds in recoveries),
        **memory,
        "load": load_before,
        "commit": commit(),
    }
    return row, rows_of_kinds(name, recoveries), promises.wrong[:10]


def drawn_faults(possible: Sequence[str], many: int, dice: random.Random) -> list[str]:
    """Every kind once, and then whatever comes."""
    first = dice.sample(possible, min(many, len(possible)))
    return first + dice.choices(possible, k=many - len(first))


def wait_for_turn(moment: float) -> None:
    """Faults come evenly over the time there is."""
    time.sleep(max(0.0, moment - time.monotonic()))


def suffered(storm: Storm, number: int, kind: str) -> float:
    """Let a fault happen; seconds from its end until all goes on."""
    storm.number = number
    FAULTS[kind](storm)
    ended = time.monotonic()
    while not is_over(storm, ended):
        if time.monotonic() - ended > PATIENCE_SECONDS:
            break
        time.sleep(0.1)
    taken = time.monotonic() - ended
    late = f" {storm.house.parts()}" if taken > BAR_SECONDS else ""
    print(f"{number} {kind}: {taken:.1f} s{late}", flush=True)
    return taken


def is_over(storm: Storm, ended: float) -> bool:
    """Whether events and lists have been answered since, and every part is well."""
    promises = storm.crowd.promises
    moves = (
        promises.events
        and promises.lists
        and promises.events[-1] > ended
        and promises.lists[-1] > ended
    )
    return bool(moves) and storm.house.is_well()


def kept(crowd: Crowd) -> dict[str, int]:
    """What is stored of what was promised, as who exports their data is told."""
    promises = crowd.promises
    lost = doubled = 0
    with crowd.client() as client:
        for person, names in promises.acknowledged.items():
            stored = Counter(events_of(client, person))
            lost += sum(name not in stored for name in names)
            doubled += sum(count - 1 for count in stored.values())
        for person, many in promises.imported.items():
            stored_rows = len(events_of(client, person))
            lost += max(0, many - stored_rows)
            doubled += max(0, stored_rows - many)
        left = sum(bool(events_of(client, person)) for person in sorted(promises.erased))
    return {
        "lost": lost,
        "doubled": doubled,
        "erased": len(promises.erased),
        "not forgotten": left,
        "deleted": len(promises.deleted),
    }


def events_of(client: httpx.Client, person: str) -> list[str]:
    """Ids of somebody's stored events; none of whom nothing is known."""
    answer = client.get(f"/api/users/{person}/export", timeout=PATIENCE_SECONDS)
    if answer.status_code == 404:
        return []
    return [event["event_id"] for event in answer.raise_for_status().json()["events"]]


def memory_after(house: StormHouse) -> dict[str, float]:
    """Megabytes of the server after the storm, and of a new one that has answered as much."""
    after = at_rest(house)
    house.stop()
    house.start()
    wait_until_well(house)
    anew = at_rest(house)
    return {"MB after": after, "MB anew": anew, "ratio": after / anew}


def at_rest(house: StormHouse) -> float:
    """Megabytes of all processes once each code path was walked, at the lowest of some seconds."""
    assert house.server is not None
    crowd = Crowd(f"http://127.0.0.1:{house.port}", house.key, Promises())
    for line in range(LINES_AT_REST):  # a line is of one worker: all of them are to be asked
        send_bad_bodies(Storm(house, crowd, random.Random(0)))
        with crowd.client() as client:
            for number in range(line, LISTS_AT_REST, LINES_AT_REST):
                body = {"user_id": f"p{number % 120}", "n": 5}
                crowd.request(client, "POST", "/api/recommendations", body)
    with crowd.client() as client:
        wait_until_idle(client)
    samples: list[list[float]] = []
    end = time.monotonic() + REST_SECONDS
    while time.monotonic() < end:
        samples.append([proportional(each) for each in processes(house.server.pid)])
        time.sleep(1.0)
    lowest = min(samples, key=sum)
    print("MB of each process:", *(f"{megabytes:.0f}" for megabytes in lowest), flush=True)
    return sum(lowest)


def wait_until_idle(client: httpx.Client) -> None:
    """Until no job waits or is done: each has a process of its own meanwhile."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = [client.get(f"/api/jobs?state={state}").json() for state in ("queued", "running")]
        if not any(found):
            return
        time.sleep(1.0)


def rows_of_kinds(house: str, recoveries: Sequence[tuple[str, float]]) -> list[Row]:
    """How often each kind came, and how long its recoveries took."""
    rows = []
    for kind in sorted({kind for kind, _ in recoveries}):
        seconds = [taken for each, taken in recoveries if each == kind]
        rows.append(
            {
                "data": f"kinds of faults, {house}",
                "house": house,
                "kind": kind,
                "times": len(seconds),
                "median s": quantile(seconds, 0.5),
                "longest s": max(seconds),
            }
        )
    return rows


def words(row: Row) -> str:
    """The figures in a sentence."""
    return (
        f"{row['house']}: {row['faults']} faults of {row['kinds']} kinds in "
        f"{row['minutes']:.0f} minutes; of {row['acknowledged']:,} acknowledged events "
        f"{row['lost']} lost, {row['doubled']} doubled; {row['wrong']} wrong answers among "
        f"{row['lists']:,} lists; {row['not forgotten']} of {row['erased']} erased people not "
        f"forgotten; {row['late']} recoveries over {BAR_SECONDS:.0f} s, the longest "
        f"{row['longest recovery s']:.1f} s; memory {row['ratio']:.3f} of a new server's "
        f"(bar {BAR_MEMORY})."
    )


if __name__ == "__main__":
    CHOSEN += own_option(sys.argv, "--houses")
    NUMBER += map(int, own_option(sys.argv, "--faults"))
    run("fault_storm", benchmark, __doc__)
