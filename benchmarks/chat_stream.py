"""A message in the chat: how long its answer takes, and how soon words of a model are passed on

A served world of 1,200 restaurants and talks in Korean and English: first a category, then further
wishes. "templates" is `POST /api/chat` without a language model, as milliseconds a message.
"first words" is `POST /api/chat/stream` with a server that speaks as OpenAI's do and writes the
answer back in words, pausing before each: the time from its first words, as that server sent them,
to those the client of Omakase got. The bars are 150 ms (p95) and 50 ms. "load before" is the
machine's own measure of what else it was doing.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.form import Asked, Result, Row, run
from benchmarks.http_server import running
from benchmarks.served import load, served
from benchmarks.shopper import EVENTS, ITEMS, MODEL, USERS, written_world
from omakase.synthetic import make

MESSAGES, QUICK_MESSAGES = 400, 20
PAUSE_SECONDS = 0.005
TALKS = {
    "ko": ("찌개 먹고 싶어", "더 싼 데", "조용한 데로", "새우 빼고", "왜 추천했어?"),
    "en": ("I want pasta", "cheaper please", "somewhere quiet", "no prawns", "why this one?"),
}
SETTINGS = {"OMAKASE_LIMITS__USER_PER_MINUTE": "0", "OMAKASE_LIMITS__KEY_PER_MINUTE": "0"}


def benchmark(asked: Asked) -> Result:
    """A line a way and a language."""
    number = QUICK_MESSAGES if asked.quick else MESSAGES
    world = make("restaurants", users=USERS, items=ITEMS, events=EVENTS, seed=asked.seeds[0])
    rows: list[Row] = []
    for language in TALKS:
        with tempfile.TemporaryDirectory(prefix="omakase-stream-") as folder:
            written_world(world, Path(folder), language)
            for way in ("templates", "first words"):
                rows.append(_row(way, language, Path(folder), number))
                print(rows[-1], flush=True)
    whole = max(row["p95 ms"] for row in rows if row["what"] == "templates")
    first = max(row["p95 ms"] for row in rows if row["what"] == "first words")
    return Result(
        rows,
        [f"p95 of an answer {whole:.0f} ms (bar: 150), of passing first words on {first:.0f} ms "
         "(bar: 50)"],
    )  # fmt: skip


def _row(way: str, language: str, folder: Path, number: int) -> Row:
    before, first_sent = load(), [0.0]
    with repeating_model(first_sent) if way == "first words" else nullcontext("") as url:
        own = {"OMAKASE_CHAT__LLM_URL": url, "OMAKASE_CHAT__LLM_MODEL": "repeating"} if url else {}
        with served(folder, MODEL, {**SETTINGS, **own}) as server, server.client() as client:
            measure = _first_words if url else _whole
            talked = list(measure(client, language, number, first_sent))[len(TALKS[language]) :]
    middle, high = np.percentile(talked, [50, 95])
    return {
        "what": way,
        "language": language,
        "messages": len(talked),
        "p50 ms": middle,
        "p95 ms": high,
        "slowest ms": max(talked),
        "load before": before,
    }


def _bodies(language: str, number: int, last: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Messages of talks one after another; `last` has the conversation's id."""
    for at in range(number + len(TALKS[language])):
        turn = at % len(TALKS[language])
        body = {"message": TALKS[language][turn], "session_id": "s", "n": 5}
        yield body | ({"conversation_id": last["id"]} if turn else {})


def _whole(
    client: httpx.Client, language: str, number: int, first_sent: list[float]
) -> Iterator[float]:
    """Milliseconds of whole answers; of the first talk too, which learns the catalog."""
    last: dict[str, str] = {}
    for body in _bodies(language, number, last):
        begun = time.perf_counter()
        answer = client.post("/api/chat", json=body).raise_for_status()
        yield (time.perf_counter() - begun) * 1000
        last["id"] = answer.json()["conversation_id"]


def _first_words(
    client: httpx.Client, language: str, number: int, first_sent: list[float]
) -> Iterator[float]:
    """Milliseconds from the model's first words to the client's, of answers that have words."""
    last: dict[str, str] = {}
    for body in _bodies(language, number, last):
        first_sent[0], got, name = 0.0, 0.0, ""
        with client.stream("POST", "/api/chat/stream", json=body) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif name == "words" and not got:
                    got = time.perf_counter()
                elif name == "list" and line:
                    last["id"] = json.loads(line.removeprefix("data: "))["conversation_id"]
                    name = ""
        if first_sent[0] and got:
            yield (got - first_sent[0]) * 1000


@contextmanager
def repeating_model(first_sent: list[float]) -> Iterator[str]:
    """The address of a model that streams the answer back word by word, until the block ends.

    Args:
        first_sent: where the moment stands at which the first words went out.
    """

    class Model(BaseHTTPRequestHandler):
        """Writes what it gets."""

        def do_POST(self) -> None:
            """One stream."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.loads(body["messages"][1]["content"])["answer"]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for word in answer.split(" "):
                time.sleep(PAUSE_SECONDS)
                first_sent[0] = first_sent[0] or time.perf_counter()
                part = {"choices": [{"delta": {"content": f"{word} "}}]}
                self.wfile.write(b"data: " + json.dumps(part).encode() + b"\n\n")
            self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    with running(Model) as address:
        yield f"{address}/v1"


if __name__ == "__main__":
    run("chat_stream", benchmark, __doc__)
