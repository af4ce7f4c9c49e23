"""Recorded requests to a real Gorse server, and the same requests to ours."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SERVER_KEY, ADMIN_KEY = "server-key", "admin-key"
"""As the recorded server knew them."""


@dataclass(frozen=True)
class Recorded:
    """One recorded request and its answer.

    Attributes:
        status: none where the connection was closed without an answer.
        answer: as JSON; none where it was text.
    """

    n: int
    note: str
    method: str
    path: str
    sent_headers: dict[str, str]
    sent: Any
    status: int | None
    headers: dict[str, str]
    answer: Any
    text: str

    @property
    def content_type(self) -> str:
        """Its kind, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True)
class Given:
    """What our server answered."""

    status: int
    headers: httpx.Headers
    answer: Any
    text: str

    @property
    def content_type(self) -> str:
        """Its kind, without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0]


@dataclass(frozen=True)
class Keys:
    """Server keys in the place of the recorded ones.

    Attributes:
        server: reads and writes.
        admin: may do everything.
    """

    server: str
    admin: str

    def of(self, headers: dict[str, str]) -> dict[str, str]:
        """Headers with our key."""
        ours = {SERVER_KEY: self.server, ADMIN_KEY: self.admin}
        key = headers.get("X-API-Key")
        return headers if key is None else headers | {"X-API-Key": ours.get(key, key)}


def rows_of(file: Path) -> Iterator[Recorded]:
    """The rows of a recording, in order."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Recorded(
            n=row["n"],
            note=row["note"],
            method=row["method"],
            path=row["path"],
            sent_headers=row["sent_headers"],
            sent=row["sent"],
            status=row["status"],
            headers=row["headers"],
            answer=row.get("answer"),
            text=row.get("answer_text") or "",
        )


def asked(client: httpx.Client, row: Recorded, keys: Keys) -> Given:
    """Send a recorded request, as it was sent, to ours."""
    body = row.sent if isinstance(row.sent, str) else json.dumps(row.sent)
    content = None if row.sent is None else body.encode()
    reply = client.request(row.method, row.path, headers=keys.of(row.sent_headers), content=content)
    is_json = reply.headers.get("content-type", "").partition(";")[0] == "application/json"
    answer = json.loads(reply.content) if is_json and reply.content else None
    return Given(reply.status_code, reply.headers, answer, reply.text)
