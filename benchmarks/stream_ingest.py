"""Events from Kafka and Redis Streams: readers killed outright, nothing lost, nothing twice

200,000 different messages, of which 1,000 are broken (no JSON, no item, an unknown type, a value
off its scale, a time that is none), in an order drawn at random; a tenth of those with an id of
their own are sent twice. Half of the events name no id, so that only the position of the message
tells that it comes again. `omakase stream in` reads them on SQLite, committed to the disk as the
API does. "undisturbed" is one reader from its first stored event to its last; the rate beside it
is that of `POST /api/events` with 1,000 events a request over two lines, into a folder of its own
in the same run. Then another folder is filled while the reader is killed (SIGKILL) ten times, at a
share of the work drawn at random, and begun again. "letters" are rows of the table of dead letters;
"letters at the broker" counts what lies in the dead-letter topic, by different positions and in
all: a reader that dies between sending and noting it sends again under the same position. Kafka is
librdkafka's own mock cluster, which other processes reach over the network; Redis is a real one.
"""

import itertools
import json
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from benchmarks.environment import environment_of
from benchmarks.firing import fire, request
from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import COMMAND, free_port
from benchmarks.stream_brokers import StreamBroker, kafka, redis_streams

MESSAGES, BROKEN, KILLS = 200_000, 1_000, 10
PEOPLE, ITEMS, TWICE = 943, 1682, 0.1
BAR = 0.5
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.05


def benchmark(asked: Asked) -> Result:
    """A line a broker."""
    messages, broken, kills = (4_000, 50, 2) if asked.quick else (MESSAGES, BROKEN, KILLS)
    dice = random.Random(asked.seeds[0])
    payloads = mixed(messages, broken, dice)
    api = api_rate(5.0 if asked.quick else 20.0)
    rows = []
    for opened in (kafka, redis_streams):
        with opened() as broker:
            rows.append(measured(broker, payloads, messages, broken, kills, dice, api))
    return Result(rows, [words(row) for row in rows])


def words(row: Row) -> str:
    """What the figures say."""
    exact = row["stored"] == row["valid"] and row["letters"] == row["broken"]
    return (
        f"{row['broker']}: {row['stored']:,} of {row['valid']:,} stored and {row['letters']:,} of "
        f"{row['broken']:,} in the dead letters after {row['kills']} kills, "
        f"{'exactly' if exact else 'NOT exactly'}; {row['ratio']:.2f} of the batch API's rate "
        f"(the bar is {BAR:g})"
    )


def measured(
    broker: StreamBroker,
    payloads: Sequence[bytes],
    messages: int,
    broken: int,
    kills: int,
    dice: random.Random,
    api: float,
) -> Row:
    """One broker: an undisturbed reader, and one that is killed."""
    broker.send(payloads)
    valid = messages - broken
    alone = {"GROUP": "undisturbed", "DEAD_LETTERS": "undisturbed.dead"}
    apart = {f"OMAKASE_STREAMS__{name}": value for name, value in alone.items()}
    with data_folder({**broker.settings, **apart}) as env:
        rate = undisturbed(broker, env, valid)
    with data_folder(broker.settings) as env:
        seconds, done = killed(broker, env, valid, kills, dice)
        stored, letters, unexplained = counted(env)
    sent = broker.letters(4 * broken)
    return {
        "broker": broker.name,
        "messages": len(payloads),
        "valid": valid,
        "broken": broken,
        "kills": done,
        "stored": stored,
        "letters": letters,
        "without a reason": unexplained,
        "letters at the broker": len({position for position, _ in sent}),
        "letters there in all": len(sent),
        "seconds with kills": seconds,
        "a second": rate,
        "batch API a second": api,
        "ratio": rate / api,
    }


def mixed(messages: int, broken: int, dice: random.Random) -> list[bytes]:
    """Different messages, some of them broken, some twice, in an order drawn at random."""
    good = [event(n, dice) for n in range(messages - broken)]
    twice = [each for each in good if "event_id" in each and dice.random() < TWICE]
    bad = [broken_message(n, dice) for n in range(broken)]
    payloads = [json.dumps(each).encode() for each in (*good, *twice)] + bad
    dice.shuffle(payloads)
    return payloads


def event(n: int, dice: random.Random) -> dict[str, object]:
    """A click; every second one has an id of its own."""
    fields = {
        "user_id": str(dice.randint(1, PEOPLE)),
        "item_id": str(dice.randint(1, ITEMS)),
        "type": "click",
        "time": 1_700_000_000 + n,
    }
    return {"event_id": f"e{n}", **fields} if n % 2 else fields


def broken_message(n: int, dice: random.Random) -> bytes:
    """One that cannot be stored, of five sorts in turn."""
    fields = event(2 * n, dice) | {"page": f"broken {n}"}
    sorts = (
        f'{{"user_id": "{n}", "item_id": '.encode(),
        json.dumps({k: v for k, v in fields.items() if k != "item_id"}).encode(),
        json.dumps(fields | {"type": "blink"}).encode(),
        json.dumps(fields | {"type": "rating", "value": -1.0}).encode(),
        json.dumps(fields | {"time": "yesterday"}).encode(),
    )
    return sorts[n % len(sorts)]


@contextmanager
def data_folder(settings: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Environment of a service with a data folder of its own, its tables made."""
    with tempfile.TemporaryDirectory(prefix="omakase-stream-") as folder:
        env = environment_of(f"{folder}/var", **settings)
        subprocess.run([*COMMAND, "stream", "status"], env=env, check=True, capture_output=True)
        yield env


def undisturbed(broker: StreamBroker, env: Mapping[str, str], valid: int) -> float:
    """Events a second of one reader, between the first look that finds some and the last."""
    with reader(broker, env) as process:
        first = _until(env, 1, process)
        begun = time.perf_counter()
        _until(env, valid, process)
        return (valid - first) / (time.perf_counter() - begun)


def killed(
    broker: StreamBroker, env: Mapping[str, str], valid: int, kills: int, dice: random.Random
) -> tuple[float, int]:
    """Seconds in all and kills that were done, of readers one after the other."""
    begun = time.perf_counter()
    marks = sorted(dice.randint(1, valid - 1) for _ in range(kills))
    for done, mark in enumerate(marks):
        with reader(broker, env) as process:
            _until(env, mark, process)
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE_SECONDS)
            if process.returncode != -signal.SIGKILL:
                return time.perf_counter() - begun, done
    with reader(broker, env, "--once") as process:
        _until(env, valid, process)
        process.wait(PATIENCE_SECONDS)
    return time.perf_counter() - begun, kills


@contextmanager
def reader(
    broker: StreamBroker, env: Mapping[str, str], *options: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """`omakase stream in`, ended with the block."""
    command = [*COMMAND, "stream", "in", broker.name, *options]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def counted(env: Mapping[str, str]) -> tuple[int, int, int]:
    """Stored events, dead letters, and those of them without a reason."""
    with closing(_opened(env)) as line:
        events = line.execute("SELECT count(*) FROM omakase_events_event").fetchone()[0]
        letters, reasons = line.execute(
            "SELECT count(*), count(nullif(reason, '')) FROM omakase_streams_deadletter"
        ).fetchone()
    return events, letters, letters - reasons


def api_rate(seconds: float) -> float:
    """Events a second that `POST /api/events` acknowledges, 1,000 a request over two lines."""
    with data_folder({}) as env:
        words = ["key", "create", "bench", "--json"]
        made = subprocess.run([*COMMAND, *words], env=env, check=True, capture_output=True)
        key, port, dice = json.loads(made.stdout)["key"], free_port(), random.Random(1)
        command = [*COMMAND, "serve", "--port", str(port)]
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as server:
            try:
                _wait_for_server(port)
                asked = _requests(key, dice)
                fire(port, asked, lines=2, seconds=seconds / 4)
                fired = fire(port, asked, lines=2, seconds=seconds)
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(PATIENCE_SECONDS)
    return 1000 * len(fired.milliseconds) / fired.seconds


def _requests(key: str, dice: random.Random) -> Iterator[bytes]:
    headers = {"Authorization": f"Bearer {key}"}
    for n in itertools.count():
        events = [event(2 * (1000 * n + i), dice) for i in range(1000)]
        yield request("/api/events", json.dumps(events).encode(), headers)


def _wait_for_server(port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not come up")


def _until(env: Mapping[str, str], number: int, process: "subprocess.Popen") -> int:
    """Look until so many events are stored; how many there are.

    Raises:
        SystemExit: for long none was added, or the reader ended before.
    """
    with closing(_opened(env)) as line:
        before, moved = -1, time.monotonic()
        while True:
            now = line.execute("SELECT count(*) FROM omakase_events_event").fetchone()[0]
            if now >= number:
                return int(now)
            if now != before:
                before, moved = now, time.monotonic()
            if process.poll() is not None or time.monotonic() - moved > PATIENCE_SECONDS:
                raise SystemExit(f"{now:,} events of {number:,}, and the reader does no more")
            time.sleep(LOOK_SECONDS)


def _opened(env: Mapping[str, str]) -> sqlite3.Connection:
    file = Path(env["OMAKASE_DATA_FOLDER"]) / "omakase.sqlite3"
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=PATIENCE_SECONDS)


if __name__ == "__main__":
    run("stream_ingest", benchmark, __doc__)
