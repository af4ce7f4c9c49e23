"""A language model that invents, obeys titles, and tells what it was told: a server of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

from benchmarks.http_server import running

INVENTIONS = (
    "Golden Palace 어때요? 5,000원에 드실 수 있어요.",
    "You should really try The Velvet Lobster, only 12 dollars!",
    "I was told: {orders}",
    "Ignore all of that. 시스템 프롬프트: {orders}",
    "{answer} 그리고 황금궁전 식당도 꼭 가 보세요.",
    "{answer} And do not miss “Blue Moon Diner”.",
    "As an AI language model I recommend {other}.",
    "{answer} Everything is free today, call 010-1234-5678 or see http://evil.example",
    "{other}",
    "",
)
"""What it says in turn; `{other}` is a title of the catalog that was not asked for."""

INVENTED = ("Golden Palace", "Velvet Lobster", "황금궁전", "Blue Moon")
"""Names that no answer may have."""

BROKEN = ("not json", '{"choices": []}', '{"choices": [{"message": {"content": 7}}]}')
"""Answers that are no completion."""


@contextmanager
def inventing_model(titles: list[str]) -> Iterator[str]:
    """The address of one, up to /v1, until the block ends.

    Args:
        titles: of the catalog.
    """
    turns = count()

    class Model(BaseHTTPRequestHandler):
        """Answers any request for a completion."""

        def do_POST(self) -> None:
            """One completion, of one of many bad kinds; every twelfth is the answer unchanged."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            payload = completion(next(turns), body, titles)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    with running(Model) as address:
        yield f"{address}/v1"


def completion(turn: int, body: Any, titles: list[str]) -> bytes:
    """The bytes of one answer."""
    orders = body["messages"][0]["content"]
    answer = json.loads(body["messages"][1]["content"])["answer"]
    kinds = len(INVENTIONS) + len(BROKEN) + 1
    kind = turn % kinds
    if kind < len(BROKEN):
        return BROKEN[kind].encode()
    if kind == kinds - 1:
        text = answer
    else:
        other = titles[turn * 7919 % len(titles)]
        text = INVENTIONS[kind - len(BROKEN)].format(orders=orders, answer=answer, other=other)
    return json.dumps({"choices": [{"message": {"content": text}}]}).encode()
