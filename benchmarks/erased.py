"""A hundred people are erased: what is left of them in any byte that is kept

A house with a database, Redis and a mail server learns of a hundred people in every way there is:
an import, events in sessions, with reasons in their own words, lists that they asked for and saw,
an experiment, conversations, ratings of these, searches, exports of their data, addresses and
digests. Then each is erased by the one request that does it, with nothing stopped. Afterwards the
data folder, the database's own files with their logs of changes, Redis and the server's log are
read, byte by byte (tables in Parquet are opened), for each person's id, session, address and words.
"at once" is what is found right after, "later" after the next training, the pruning and the
database's own tidying that the receipt names. "named" are those that lie where the receipt says
that they are gone later; the bar is that none of the others is found, and none later.
"""

import re
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import psycopg

from benchmarks.digests import mailbox
from benchmarks.experiment_served import begin
from benchmarks.faults import lines, postgres, wait_until
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, free_port, served

VARIANTS = {"ease": {"model": "ease"}, "item_knn": {"model": "item_knn"}}
DUE = "UPDATE omakase_digests_recipient SET next_at = {}"
PEOPLE, QUICK_PEOPLE = 100, 10
TRACES = re.compile(rb"(?:vanish|passage|lavender|gone)(\d{3})(?:kx|qz|moss|mail)")
"""An id, a session, words of a conversation, an address."""

DATED = re.compile(r"until \d{4}-\d\d-\d\d")
"""How a receipt says when something will be gone."""


def benchmark(asked: Asked) -> Result:
    """A line a database and place in which something was left."""
    people = QUICK_PEOPLE if asked.quick else PEOPLE
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="omakase-erased-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user where this one is root
        ratings = Path(folder) / "ratings.csv"
        ratings.write_text("\n".join([*lines(), *their_lines(people)]) + "\n")
        rows += measured("SQLite", ratings, people, {}, ())
        rows += measured("SQLite, without Redis", ratings, people, {"OMAKASE_REDIS_URL": ""}, ())
        place = Path(folder) / "pg"
        with postgres(place) as url:
            rows += measured("PostgreSQL", ratings, people, {"OMAKASE_DATABASE_URL": url}, [place])
    return Result(rows, words(rows))


def words(rows: Sequence[Row]) -> list[str]:
    """The whole in a sentence a database."""
    notes = []
    for database in dict.fromkeys(row["data"] for row in rows):
        own = [row for row in rows if row["data"] == database]
        unnamed = sum(row["at once"] for row in own if not row["named"])
        later = sum(row["later"] for row in own)
        met = "met" if not unnamed and not later else "not met"
        notes.append(
            f"{database}: of {own[0]['written']} traces that were there, {unnamed} are left where "
            f"the receipt does not say so, {later} after what it says: {met}."
        )
    return notes


def their_lines(people: int) -> Iterator[str]:
    """Ratings of those who are erased, as rows of the file that is imported."""
    for n in range(people):
        for item in range(1, 11):
            yield f"{name(n)},{(n + 2 * item) % 60 + 1},5,{1_700_000_000 + 60 * n + item}"


def name(number: int) -> str:
    """The id of a person who will be erased."""
    return f"vanish{number:03}kx"


def measured(
    database: str, data: Path, people: int, settings: Mapping[str, str], places: Sequence[Path]
) -> list[Row]:
    """One house from the first event to the last byte."""
    from tests.omakase_service.redis_server import RedisServer

    redis, port = RedisServer(), free_port()
    try:
        at_once = {"OMAKASE_RETENTION__FORGOTTEN_DAYS": "0"}  # the day of the receipt has come
        own = {"OMAKASE_REDIS_URL": redis.url} | at_once | house(port) | dict(settings)
        with (
            mailbox(port),
            served(data, "ease,item_knn", own, "read,write,admin", logged=True) as server,
        ):
            return lived(database, server, people, redis.url, places)
    finally:
        redis.stop()


def house(port: int) -> dict[str, str]:
    """Settings of a house that does all that it can."""
    return {
        "OMAKASE_MAIL__HOST": "127.0.0.1",
        "OMAKASE_MAIL__PORT": str(port),
        "OMAKASE_DIGESTS__SENDER": "Shop <news@shop.example>",
        "OMAKASE_DIGESTS__SITE_URL": "http://127.0.0.1:1",
        "OMAKASE_DIGESTS__ITEM_URL": "https://shop.example/i/{item_id}",
        "OMAKASE_DIGESTS__LATE_HOURS": "23",
        "OMAKASE_LIMITS__USER_PER_MINUTE": "0",
        "OMAKASE_TRAINING__KEEP_VERSIONS": "1",
        "OMAKASE_LOGS__REQUESTS": "true",
    }


def lived(
    database: str, server: Server, people: int, redis: str, places: Sequence[Path]
) -> list[Row]:
    """Everybody lives, everybody is erased, and everything is read three times."""
    folders = [server.folder, *places]
    begin(server, "models", "home", VARIANTS, people)
    with server.client() as client:
        for n in range(people):
            live(client, n)
        letters(server, client, people)
        settled(client)
        before = traces(folders, redis, server.log)
        receipts = [erased(client, name(n)) for n in range(people)]
    settled_house(server)
    at_once = traces(folders, redis, server.log)
    finish(server)
    later = traces(folders, redis, server.log)
    pending = receipts[0]["pending"]
    return [
        {
            "data": database,
            "place": place,
            "written": sum(before.values()),
            "before": before[place],
            "at once": at_once[place],
            "named": is_named(place, pending),
            "later": later[place],
        }
        for place in sorted({*before, *at_once, *later})
    ]


def live(client: httpx.Client, n: int) -> None:
    """All that a person may do."""
    person, session, saying = name(n), f"passage{n:03}qz", f"something like lavender{n:03}moss"
    events = [
        {"session_id": session, "item_id": "3", "type": "view"},
        {"user_id": person, "session_id": session, "item_id": "5", "type": "click"},
        {"user_id": person, "item_id": "7", "type": "like", "reason": saying},
    ]
    client.post("/api/events", json=events).raise_for_status()
    client.post(f"/api/users/{person}/sessions", json={"session_id": session}).raise_for_status()
    question = {"user_id": person, "n": 5, "placement": "home", "paged": True, "explain": True}
    answer = client.post("/api/recommendations", json=question).raise_for_status().json()
    shown = {"user_id": person, "request_id": answer["request_id"], "type": "click"}
    shown["item_id"] = answer["items"][0]["item_id"]
    client.post("/api/events", json=shown).raise_for_status()
    talk = {"user_id": person, "message": saying}
    said = client.post("/api/chat", json=talk).raise_for_status().json()
    rating = {"user_id": person, "satisfaction": 5, "chosen": ["7"]}
    client.post(f"/api/chat/{said['conversation_id']}/feedback", json=rating).raise_for_status()
    client.get("/api/search", params={"q": saying, "user_id": person}).raise_for_status()
    client.get(f"/api/users/{person}/export").raise_for_status()
    client.get(f"/api/users/{person}/stats").raise_for_status()
    wish = {"brands": [f"lavender{n:03}moss"]}
    client.patch(f"/api/users/{person}/settings", json=wish).raise_for_status()


def letters(server: Server, client: httpx.Client, people: int) -> None:
    """Everybody gets a digest."""
    addresses = [(name(n), f"gone{n:03}mail@people.example") for n in range(people)]
    rows = [{"user_id": person, "address": address} for person, address in addresses]
    client.post("/api/digests/recipients", json={"recipients": rows}).raise_for_status()
    make_due(server)
    job(client, "send_digests")


def make_due(server: Server) -> None:
    """Let everybody's hour have come."""
    url, moment = server.env.get("OMAKASE_DATABASE_URL"), time.gmtime()
    if url is None:
        with closing(sqlite3.connect(server.folder / "omakase.sqlite3", timeout=60)) as line:
            line.execute(DUE.format("?"), [time.strftime("%Y-%m-%d %H:%M:%S", moment)])
            line.commit()
        return
    with psycopg.connect(url) as line:
        line.execute(DUE.format("%s"), [time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)])


def job(client: httpx.Client, kind: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Have a job done, and wait for its end.

    Raises:
        SystemExit: it fails.
    """
    body = {"kind": kind, "parameters": dict(parameters or {})}
    number = client.post("/api/jobs", json=body).raise_for_status().json()["id"]

    def ended() -> bool:
        return state(client, number)["state"] not in ("queued", "running")

    wait_until(ended)
    found = state(client, number)
    if found["state"] not in ("succeeded", "skipped"):
        raise SystemExit(f"the job {kind} ended as {found}")


def state(client: httpx.Client, number: Any) -> dict[str, Any]:
    """A job as the service shows it."""
    found: dict[str, Any] = client.get(f"/api/jobs/{number}").raise_for_status().json()
    return found


def settled(client: httpx.Client) -> None:
    """Return when answers are written and their outcomes found."""
    wait_until(lambda: client.get("/health/ready").json()["status"] == "ok")
    job(client, "collect_experiments")


def settled_house(server: Server) -> None:
    """Return when no job waits any more."""
    with server.client() as client:
        wait_until(lambda: client.get("/health/ready").json()["status"] == "ok")


def erased(client: httpx.Client, person: str) -> dict[str, Any]:
    """The receipt of an erasure."""
    receipt: dict[str, Any] = client.delete(f"/api/users/{person}").raise_for_status().json()
    return receipt


def finish(server: Server) -> None:
    """What the receipt waits for: a training, and the pruning of what is old."""
    server.command("train", "--models", "ease", "--no-evaluate")
    server.command("train", "--models", "ease,item_knn", "--no-evaluate")
    with server.client() as client:
        job(client, "forget_versions")
        job(client, "tidy_database", {"full": True})


def is_named(place: str, pending: Sequence[str]) -> bool:
    """Whether a receipt says that something is left there for now, and until which day."""
    words = {
        "snapshot": "snapshot",
        "versions": "version",
        "log of changes": "log of changes",
        "database": "files of the database",
    }
    word = next((word for part, word in words.items() if part in place), None)
    return word is not None and any(word in each and DATED.search(each) for each in pending)


def traces(folders: Sequence[Path], redis: str, log: Path | None) -> Counter[str]:
    """How many different traces of people each place holds."""
    found: Counter[str] = Counter()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                found[place_of(folder, file)] += len(set(traces_of(file)))
    if log is not None:
        found["log of the server"] = len(set(TRACES.findall(log.read_bytes())))
    found["Redis"] = len(set(traces_of_redis(redis)))
    return found


def traces_of(file: Path) -> list[bytes]:
    """Traces in a file; in its columns too, where it is compressed."""
    try:
        found = [match[0] for match in TRACES.finditer(file.read_bytes())]
        if file.suffix == ".parquet":
            table = pl.read_parquet(file)
            found += [match[0] for match in TRACES.finditer(table.write_json().encode())]
    except FileNotFoundError:
        return []
    return found


def traces_of_redis(url: str) -> list[bytes]:
    """Traces in everything that Redis would write to its disk."""
    import redis

    client = redis.Redis.from_url(url)
    folder = Path(client.config_get("dir")["dir"])
    client.config_set("rdbcompression", "no")
    client.save()
    return traces_of(folder / "dump.rdb")


def place_of(folder: Path, file: Path) -> str:
    """The kind of place in which a file lies, in words."""
    inner = file.relative_to(folder).parts
    return PLACES.get(inner[0], inner[0] if len(inner) > 1 else file.name)


PLACES = {
    "omakase.sqlite3": "database",
    "omakase.sqlite3-wal": "database, its log of changes",
    "pg_wal": "database, its log of changes",
    "base": "database",
}

if __name__ == "__main__":
    run("erased", benchmark, __doc__)
