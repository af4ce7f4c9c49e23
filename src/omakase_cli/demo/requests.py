"""Requests that work as they are printed, in English and Korean."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from omakase_cli.addresses import origin_of
from omakase_cli.console import out


@dataclass(frozen=True)
class Example:
    """A request, and what it does in two languages."""

    english: str
    korean: str
    words: tuple[str, ...]

    @property
    def line(self) -> str:
        """As one types it."""
        return shlex.join(self.words)


def examples(url: str, key: str, user: str, item: str) -> Iterator[Example]:
    """The first requests of a newcomer."""
    request = {"user_id": user, "n": 5}
    clicked = {"user_id": user, "item_id": item, "type": "click"}
    yield Example(
        "What to recommend to this person",
        "이 사람에게 추천할 것",
        _post(url, "recommendations", key, request),
    )
    yield Example(
        "What goes with this item",
        "이 작품과 비슷한 것",
        _get(url, f"items/{quote(item, safe='')}/similar?n=5", key),
    )
    yield Example(
        "Tell what somebody did; the next answer knows it",
        "행동을 알려 주면 다음 추천에 바로 반영됩니다",
        _post(url, "events", key, clicked),
    )
    yield Example("What everybody likes", "모두가 좋아하는 것", _get(url, "popular?n=5", key))


def show_requests(host: str, port: int, key: str, *, user: str, item: str) -> None:
    """The examples, each as one line to copy."""
    for example in examples(f"{origin_of(host, port)}/api", key, user, item):
        out().print(f"# {example.english} · {example.korean}", style="dim")
        out().print(example.line)


def _post(url: str, path: str, key: str, body: Mapping[str, object]) -> tuple[str, ...]:
    arguments = ("-H", "Content-Type: application/json", "-d", orjson.dumps(body).decode())
    return ("curl", "-s", f"{url}/{path}", "-H", f"Authorization: Bearer {key}", *arguments)


def _get(url: str, path: str, key: str) -> tuple[str, ...]:
    return ("curl", "-s", f"{url}/{path}", "-H", f"Authorization: Bearer {key}")
