"""Killed at random while schedules run: no run lost, none doubled, the live version whole

A made cinema is imported and learnt; two schedules train every minute, one in which the models of
the settings compete and one that learns EASE again, while events come in over HTTP and lists are
asked for all the time. Beside the server runs a worker. Twenty times, after 8 to 35 seconds that
are drawn at random, either the worker or everything of the server (the processes that answer, the
one that trains) is ended by SIGKILL and started again.

- *due*: minutes at which a schedule was due; each needs a run that was enqueued in that minute, or
  an earlier one of the schedule that was still at work ("busy"); else it is *lost*. A run that did
  not end well (succeeded, or skipped since nothing was new) is lost too;
- *doubled*: a second run of a schedule for one minute, a second version of one run, or a run that
  succeeded without a version of its own;
- *whole*: after each kill the files of the live version are read in full and compared with their
  hashes, while nothing runs; and every list that was answered came, not empty, from a version that
  was live.
"""

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np

from benchmarks.form import Asked, Result, Row, run
from benchmarks.house import House, asking, is_ready, wait_until
from benchmarks.served import free_port
from omakase.errors import OmakaseError
from omakase.registry import version_store
from omakase.synthetic import make, write

KILLS = 20
SHORTEST_SECONDS, LONGEST_SECONDS = 8.0, 35.0
PAUSE_SECONDS = 0.25
PEOPLE = 40
SETTINGS = {
    "OMAKASE_TRAINING__SCHEDULE": "* * * * *",
    "OMAKASE_JOBS__SCHEDULES": '{"ease_again": {"kind": "train", "cron": "* * * * *", '
    '"parameters": {"models": {"ease": {}}, "evaluate": false}}}',
    "OMAKASE_JOBS__LEASE_SECONDS": "5",
}
SCHEDULES = ("train", "ease_again")
MINUTE = timedelta(minutes=1)


@dataclass
class Visits:
    """Lists that are asked for and events that are sent, until it ends.

    Attributes:
        answered: how many lists came.
        wrong: what no visitor should get, in words.
        versions: that answered.
    """

    client: httpx.Client
    answered: int = 0
    wrong: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    ending: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Be a visitor."""
        n = 0
        while not self.ending.wait(PAUSE_SECONDS):
            n += 1
            event = {"user_id": f"v{n % PEOPLE}", "item_id": self.item(n), "type": "view"}
            with suppress(httpx.TransportError):
                self.client.post("/api/events", json=event)
                self._look(self.client.get("/api/recommendations", params={"user_id": "v1"}))

    @staticmethod
    def item(n: int) -> str:
        """One of the world's."""
        return f"I{n % 100:08d}"

    def _look(self, answer: httpx.Response) -> None:
        if answer.status_code == 503:  # the server has just begun, or is ending
            return
        self.answered += 1
        body = answer.json()
        if answer.status_code != 200 or not body.get("items"):
            self.wrong.append(f"{answer.status_code}: {answer.text[:200]}")
        else:
            self.versions.add(body["model_version"])


@dataclass
class Processes:
    """A server and a worker, each killed and started again."""

    house: House
    port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """One of them."""
        words = ("serve", "--port", str(self.port)) if name == "server" else ("worker",)
        self.running[name] = self.house.started(*words)

    def kill(self, name: str) -> None:
        """All processes of it, outright."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """Politely, so that nothing stays."""
        for process in self.running.values():
            process.send_signal(signal.SIGINT)
        for process in self.running.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def killed_schedule(asked: Asked) -> Result:
    """A row for what was killed, and one for each schedule."""
    kills = 3 if asked.quick else KILLS
    rng = np.random.default_rng(asked.seeds[0])
    with TemporaryDirectory(prefix="omakase-killed-") as folder:
        house = House(Path(folder), SETTINGS)
        made = make("cinema", items=1_500, users=1_000, events=60_000)
        write(made, house.folder / "world")
        house.run("data", "import", str(house.folder / "world"))
        house.run("train", "--models", "ease", "--no-evaluate")
        processes = Processes(house, free_port())
        visits = Visits(asking(processes.port, house.key()))
        begun = datetime.now(UTC)
        try:
            hits = disturbed(house, processes, visits, kills, rng)
            wait_until(lambda: not open_jobs(house), "all runs are over", seconds=300)
            until = datetime.now(UTC)
        finally:
            visits.ending.set()
            processes.end()
        rows = [kill_row(house, visits, hits), *schedule_rows(house, begun, until)]
    return Result(rows, [verdict(rows)])


def disturbed(
    house: House, processes: Processes, visits: Visits, kills: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Kill by lot; what each kill hit."""
    processes.start("server")
    processes.start("worker")
    wait_until(lambda: is_ready(visits.client), "the server answers")
    threading.Thread(target=visits.go_on, daemon=True).start()
    hits = []
    for number in range(kills):
        time.sleep(rng.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
        name = str(rng.choice(["server", "worker"]))
        at_work = open_jobs(house, "running")
        processes.kill(name)
        hits.append({"killed": name, "at work": at_work, "damage": damage(house)})
        processes.start(name)
        print(f"kill {number + 1} of {kills}: {hits[-1]}", flush=True)
    return hits


def table(house: House, statement: str) -> list[tuple[Any, ...]]:
    """Rows of the house's database, read beside it."""
    file = next((house.folder / "var").glob("*.sqlite3"))
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(statement).fetchall()


def open_jobs(house: House, *states: str) -> int:
    """Trainings that wait or work."""
    wanted = ", ".join(f"'{state}'" for state in states or ("queued", "running"))
    ((count,),) = table(
        house,
        f"SELECT count(*) FROM omakase_jobs_job WHERE kind = 'train' AND state IN ({wanted})",
    )
    return int(count)


def damage(house: House) -> str:
    """What is damaged of the live version, all of it read; nothing where it is whole."""
    live = table(house, "SELECT name FROM omakase_training_modelversion WHERE stage = 'live'")
    if len(live) != 1:
        return f"{len(live)} versions are live"
    store = version_store(house.folder / "var" / "versions")
    try:
        found = store.open(live[0][0], verify="full").damage()
    except OmakaseError as error:
        return str(error)
    return "; ".join(found.values())


def kill_row(house: House, visits: Visits, hits: Sequence[dict[str, Any]]) -> Row:
    """What was killed and what became of lists and versions."""
    known = {name for (name,) in table(house, "SELECT name FROM omakase_training_modelversion")}
    folders = {p.name for p in (house.folder / "var" / "versions").iterdir()}
    return {
        "what": "kills",
        "kills": len(hits),
        "of the server": sum(hit["killed"] == "server" for hit in hits),
        "with a run at work": sum(bool(hit["at work"]) for hit in hits),
        "live version damaged": sum(bool(hit["damage"]) for hit in hits),
        "lists": visits.answered,
        "wrong lists": len(visits.wrong),
        "versions that answered": len(visits.versions),
        "folders of no version": len(folders - known),
    }


def schedule_rows(house: House, begun: datetime, until: datetime) -> Iterator[Row]:
    """Each schedule's runs against the minutes at which it was due."""
    versions: dict[int, int] = {}
    for (job,) in table(house, "SELECT job FROM omakase_training_modelversion WHERE job NOT NULL"):
        versions[job] = versions.get(job, 0) + 1
    for name in SCHEDULES:
        yield schedule_row(name, jobs_of(house, name), due(begun, until), versions)


def jobs_of(house: House, schedule: str) -> list[dict[str, Any]]:
    """Runs of a schedule, oldest first."""
    columns = ("id", "state", "attempts", "created", "finished", "result")
    rows = table(
        house,
        f"SELECT {', '.join(columns)} FROM omakase_jobs_job "
        f"WHERE schedule = '{schedule}' ORDER BY id",
    )
    jobs = [dict(zip(columns, row, strict=True)) for row in rows]
    for job in jobs:
        for moment in ("created", "finished"):
            job[moment] = datetime.fromisoformat(job[moment]).replace(tzinfo=UTC)
    return jobs


def due(begun: datetime, until: datetime) -> list[datetime]:
    """Whole minutes of a time, but for the first and the last, which it may have missed."""
    first = begun.replace(second=0, microsecond=0) + 2 * MINUTE
    return [first + n * MINUTE for n in range(max(0, int((until - first) / MINUTE)))]


def schedule_row(
    name: str, jobs: Sequence[dict[str, Any]], minutes: Sequence[datetime], versions: dict[int, int]
) -> Row:
    """One line of the table."""
    created = [sum(m <= job["created"] < m + MINUTE for job in jobs) for m in minutes]
    busy = [any(j["created"] < m + MINUTE and j["finished"] >= m for j in jobs) for m in minutes]
    bad = [job for job in jobs if job["state"] not in ("succeeded", "skipped")]
    made = [job for job in jobs if job["state"] == "succeeded"]
    missed = sum(not count and not at for count, at in zip(created, busy, strict=True))
    return {
        "what": f"schedule {name}",
        "due": len(minutes),
        "runs": len(jobs),
        "begun anew": sum(job["attempts"] > 1 for job in jobs),
        "succeeded": len(made),
        "skipped": sum(job["state"] == "skipped" for job in jobs),
        "lost": missed + len(bad),
        "doubled": sum(max(0, count - 1) for count in created)
        + sum(versions.get(job["id"], 0) > 1 for job in jobs),
        "attempts at most": max((job["attempts"] for job in jobs), default=0),
    }


def verdict(rows: Sequence[Row]) -> str:
    """The bar in a sentence."""
    kills, schedules = rows[0], rows[1:]
    return (
        f"{kills['kills']} kills, {kills['with a run at work']} of them with a run at work: "
        f"{sum(r['lost'] for r in schedules)} runs lost, "
        f"{sum(r['doubled'] for r in schedules)} doubled, the live version damaged "
        f"{kills['live version damaged']} times, {kills['wrong lists']} of {kills['lists']} lists "
        "wrong."
    )


if __name__ == "__main__":
    run("killed_schedule", killed_schedule, __doc__)
