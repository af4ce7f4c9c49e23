"""An experiment from the first request to its verdict, over HTTP, while workers are killed

A made-up cinema whose people have known tastes is imported and served by two workers. An
experiment shows three kinds of lists at one placement: what is popular (the control), the newest,
and EASE. Before it starts, a sample of people is asked for all three lists; with the known tastes
that gives the true effect. Then everybody comes once, and clicks what appeals to them: each film
that is looked at (the first always, each further one with 85 % of the chance of the one above it)
is clicked by a chance that rises with the true affinity. Five times a worker is killed outright
(SIGKILL); a visitor whose request was cut off asks again. At the end the log is collected and the
results are read. "exposed" must be the number of people, "clickers counted" the number of those
whose click was acknowledged. "of the latency without" compares a list at a placement with an
experiment of three variants that change nothing with the same person's list at a placement without
one, in turns over one connection, computed anew each time. Linux only.
"""

import itertools
import json
import random
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.faults import settled
from benchmarks.firing import fire, request
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, load, served
from benchmarks.storm import kill, workers
from omakase.synthetic import World, make, write

PEOPLE, QUICK_PEOPLE = 20_000, 600
FILMS, EVENTS_A_PERSON = 600, 10
KILLS, VISITORS, N = 5, 4, 10
SAMPLE = 2_000
"""People whose lists by every variant give the true effect."""

LATENCY_SECONDS = 25.0
LOOK, MOST = 0.85, 0.25
"""Chance to look at the next place, and the most that a film is clicked when looked at."""

PATIENCE_SECONDS, PAUSE_SECONDS = 180.0, 0.05
VARIANTS: Mapping[str, Mapping[str, str]] = {
    "popular": {"model": "popular"},
    "newest": {"model": "newest"},
    "ease": {"model": "ease"},
}
LISTS = "/api/recommendations"
BAR = 1.05
SETTINGS = {"OMAKASE_WEB__WORKERS": "2", "OMAKASE_SERVING__REFRESH_SECONDS": "0.2"}


@dataclass
class Visits:
    """What everybody did, and what the server acknowledged.

    Attributes:
        waiting: numbers of the people who have not come yet.
        listed: people who got a list.
        clickers: people one of whose clicks was acknowledged.
        repeats: requests that were sent anew.
        failures: what went wrong beside a cut connection, in words.
    """

    server: Server
    world: World
    seed: int
    waiting: deque[int]
    listed: set[int] = field(default_factory=set)
    clickers: set[int] = field(default_factory=set)
    repeats: int = 0
    failures: list[str] = field(default_factory=list)

    def go_on(self) -> None:
        """Let one person come after another until nobody waits."""
        with self.server.client() as client:
            while True:
                try:
                    person = self.waiting.popleft()
                except IndexError:
                    return
                self.visit(client, person)

    def visit(self, client: httpx.Client, person: int) -> None:
        question = {"user_id": user_id(person), "n": N, "placement": "home"}
        answer = self._sent(client, LISTS, question)
        self.listed.add(person)
        items = [item["item_id"] for item in answer["items"]]
        rng = np.random.default_rng((self.seed, person))
        clicks = rng.random(len(items)) < click_chances(self.world, person, items)
        events = [
            {
                "event_id": f"{user_id(person)}-{item}",
                "user_id": user_id(person),
                "item_id": item,
                "type": "click",
                "request_id": answer["request_id"],
            }
            for item, is_clicked in zip(items, clicks, strict=True)
            if is_clicked
        ]
        if events:
            self._sent(client, "/api/events", events)
            self.clickers.add(person)

    def _sent(self, client: httpx.Client, path: str, body: object) -> Any:
        """The answer; asked for again until it comes."""
        while True:
            try:
                answer = client.post(path, json=body)
                if answer.status_code == 200:
                    return answer.json()
                self.failures.append(f"{path} {answer.status_code} {answer.text[:200]}")
            except httpx.TransportError:
                pass
            self.repeats += 1
            time.sleep(PAUSE_SECONDS)


def benchmark(asked: Asked) -> Result:
    """One row an experiment of all variants, and one a comparison."""
    people = QUICK_PEOPLE if asked.quick else PEOPLE
    seed, before = asked.seeds[0], load()
    world = make("cinema", users=people, items=FILMS, events=people * EVENTS_A_PERSON, seed=seed)
    with tempfile.TemporaryDirectory(prefix="omakase-cinema-") as folder:
        write(world, Path(folder))
        with served(Path(folder), "ease,newest", SETTINGS, "read,write,admin") as server:
            ratios = latency(server, people, 4.0 if asked.quick else LATENCY_SECONDS)
            truth = true_rates(server, world, min(people, SAMPLE))
            begin(server, "lists", "home", VARIANTS, people)
            visits = Visits(server, world, seed, deque(range(people)))
            begun = time.monotonic()
            kills = visited(visits, KILLS, random.Random(seed))
            seconds = time.monotonic() - begun
            settled(server)
            found = collected(server, visits)
    row = {"people": people, "kills": kills, "visits a second": people / seconds, **ratios}
    rows = [whole(visits, found) | row | {"load before": before}, *compared(found, truth)]
    return Result(rows, words(rows))


def user_id(person: int) -> str:
    """The id of the person of this number."""
    return f"U{person:08}"


def click_chances(world: World, person: int, items: Sequence[str]) -> np.ndarray:
    """(N,) chance of a click at each place of a list of item ids, given the true affinity."""
    numbers = np.array([[int(item[1:]) for item in items]], dtype=np.int64)
    liking = world.affinity(np.array([person], dtype=np.int64), numbers)[0].astype(np.float64)
    return LOOK ** np.arange(len(items)) * MOST / (1 + np.exp(-3 * (liking - 1)))


def begin(
    server: Server,
    name: str,
    place: str,
    variants: Mapping[str, Mapping[str, str]],
    people: int,
) -> None:
    """Create an experiment and start it."""
    design = {
        "name": name,
        "place": place,
        "variants": [
            {"name": variant, "weight": 1 / len(variants), "placement": placement}
            for variant, placement in variants.items()
        ],
        "metrics": [{"name": "clicks"}],
        "target": people // len(variants),
    }
    with server.client() as client:
        client.post("/api/experiments", json=design).raise_for_status()
        client.post(f"/api/experiments/{name}/start").raise_for_status()
    time.sleep(1)  # every process looks for active experiments five times a second


def true_rates(server: Server, world: World, sample: int) -> dict[str, np.ndarray]:
    """(sample,) chance that each person clicks anything, by the variant whose list is shown."""
    people = np.random.default_rng(0).permutation(world.n_users)[:sample].tolist()
    found = {}
    with server.client() as client:
        for name, placement in VARIANTS.items():
            place = f"only-{name}"
            client.put(f"/api/placements/{place}", json=placement).raise_for_status()
            time.sleep(1)
            chances = [
                click_chances(world, person, list_of(client, person, place)) for person in people
            ]
            found[name] = np.array([1 - np.prod(1 - each) for each in chances])
    return found


def list_of(client: httpx.Client, person: int, place: str) -> list[str]:
    """Ids of the items that somebody is shown."""
    question = {"user_id": user_id(person), "n": N, "placement": place}
    answer = client.post(LISTS, json=question).raise_for_status()
    return [item["item_id"] for item in answer.json()["items"]]


def visited(visits: Visits, kills: int, dice: random.Random) -> int:
    """Let everybody come, and kill a worker whenever a further part has come; how many died."""
    threads = [threading.Thread(target=visits.go_on) for _ in range(VISITORS)]
    total, done = len(visits.waiting), 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        alive = workers(visits.server.pid)
        if alive and done < kills and len(visits.listed) > total * (done + 1) / (kills + 1):
            done += kill(dice.choice(alive))
        time.sleep(PAUSE_SECONDS)
    return done


def collected(server: Server, visits: Visits) -> dict[str, Any]:
    """The results once everything that was acknowledged is counted, or nothing more comes."""
    end = time.monotonic() + PATIENCE_SECONDS
    with server.client() as client:
        while True:
            collect(client)
            found = client.get("/api/experiments/lists/results").raise_for_status().json()
            is_whole = sum(found["units"].values()) >= len(visits.listed)
            if (is_whole and clickers(found) >= len(visits.clickers)) or time.monotonic() > end:
                return dict(found)
            time.sleep(1)


def collect(client: httpx.Client) -> None:
    """Have the log looked through, and wait for it."""
    job = client.post("/api/jobs", json={"kind": "collect_experiments"}).raise_for_status().json()
    over, end = ("succeeded", "failed", "cancelled", "skipped"), time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = client.get(f"/api/jobs/{job['id']}")
        if answer.status_code == 200 and answer.json()["state"] in over:
            return
        time.sleep(1)
    raise SystemExit("the log was not looked through in time")


def clickers(found: Mapping[str, Any]) -> int:
    """People who clicked, as the results have them."""
    units = found["units"]
    control = next(name for name in units if name == next(iter(VARIANTS)))
    of_clicks = [each for each in found["comparisons"] if each["metric"] == "clicks"]
    counted = units[control] * of_clicks[0]["control_mean"]
    counted += sum(units[each["variant"]] * each["treatment_mean"] for each in of_clicks)
    return round(counted)


def latency(server: Server, people: int, seconds: float) -> Row:
    """Milliseconds of a list with an experiment as a share of those without, in turns."""
    begin(server, "nothing", "timed", {name: {} for name in ("a", "b", "c")}, people)
    fire(server.port, sent_in_turns(server, people), lines=1, seconds=seconds / 8)
    fired = fire(server.port, sent_in_turns(server, people), lines=1, seconds=seconds)
    return ratios_of(fired.milliseconds)


def sent_in_turns(server: Server, people: int) -> Iterator[bytes]:
    """The questions of `turns` as they go over the line."""
    headers = {"Authorization": f"Bearer {server.key}"}
    for body in turns(people):
        yield request(LISTS, json.dumps(body).encode(), headers)


def turns(people: int) -> Iterator[dict[str, Any]]:
    """Questions of each person: without, with, with, without an experiment, and so on."""
    for person in itertools.cycle(range(people)):
        order = ("plain", "timed") if person % 2 == 0 else ("timed", "plain")
        for place in order:
            yield {"user_id": user_id(person), "n": N, "placement": place, "refresh": True}


def ratios_of(milliseconds: Sequence[float]) -> Row:
    """With to without an experiment, of times in the order of `turns`."""
    taken = np.array(milliseconds[: len(milliseconds) // 4 * 4]).reshape(-1, 4)
    without, within = taken[:, [0, 3]].ravel(), taken[:, [1, 2]].ravel()
    row: dict[str, Any] = {"pairs timed": len(without)}
    for share in (50, 95):
        plain, timed = np.percentile(without, share), np.percentile(within, share)
        row |= {f"p{share} ms without": plain, f"p{share} of the latency without": timed / plain}
    return row


def whole(visits: Visits, found: Mapping[str, Any]) -> Row:
    """What became of everybody."""
    exposed, counted = sum(found["units"].values()), clickers(found)
    return {
        "state": found["state"],
        "leader": found["leader"],
        "exposed": exposed,
        "lost exposures": len(visits.listed) - exposed,
        "clickers counted": counted,
        "lost clickers": len(visits.clickers) - counted,
        "p of the shares": found["ratio_p"],
        "sent again": visits.repeats,
        "failures": len(visits.failures),
    }


def compared(found: Mapping[str, Any], truth: Mapping[str, np.ndarray]) -> list[Row]:
    """Each variant's lift beside the true one, and how far the sample leaves that open."""
    control = truth[next(iter(VARIANTS))]
    rows = []
    for each in found["comparisons"]:
        if each["metric"] != "clicks":
            continue
        treatment = truth[each["variant"]]
        lift = float(treatment.mean() / control.mean() - 1)
        low, high = each["lift_low"], each["lift_high"]
        rows.append(
            {
                "data": "effects",
                "variant": each["variant"],
                "control": each["control_mean"],
                "treatment": each["treatment_mean"],
                "lift": each["lift"],
                "interval": [low, high],
                "true lift": lift,
                "covered": (low is None or low <= lift) and (high is None or lift <= high),
                "truly best": max(truth, key=lambda name: truth[name].mean()) == each["variant"],
            }
        )
    return rows


def words(rows: Sequence[Row]) -> list[str]:
    """What the figures say."""
    total, effects = rows[0], rows[1:]
    best = next((row["variant"] for row in effects if row["truly best"]), next(iter(VARIANTS)))
    right = total["state"] == "winner" and total["leader"] == best
    covered = sum(row["covered"] for row in effects)
    ratio = total["p50 of the latency without"]
    return [
        f"{total['people']} people, {total['kills']} kills: {total['exposed']} exposed, "
        f"{total['lost exposures']} lost; {total['clickers counted']} clickers counted, "
        f"{total['lost clickers']} lost.",
        f"The experiment says {total['state']} ({total['leader']}), truly best is {best}: "
        f"{'right' if right else 'not shown'}; {covered} of {len(effects)} intervals hold the "
        "true lift.",
        f"A list takes {ratio:.3f} of the time without experiment; the bar of {BAR} is "
        f"{'kept' if ratio <= BAR else 'missed'}.",
    ]


if __name__ == "__main__":
    run("experiment_served", benchmark, __doc__)
