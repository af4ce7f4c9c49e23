"""From what an owner says of an item to what every list shows, over two workers

MovieLens 100K, EASE, item KNN, content and what is everybody's, served by two processes. Again and
again a new film is posted and chosen by six hundred people, and one that the models know is taken
up; each is then sold out, stocked again, deleted, and named by a late event. Every list that the
item belongs into, or must leave, is asked over connections of their own until eight answers in a
row agree, so that both processes are asked; "p95 s" is from the owner's answer to the first of
those eight. A late event of a deleted item is looked at for five seconds: "shown again" counts the
answers that hold it.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection

import httpx

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, served

MODELS = "ease,item_knn,content,popular,trending,newest"
BAR_SECONDS = 5.0
IN_A_ROW = 8
PATIENCE_SECONDS = 30.0
CHOSEN_BY = 600
NEW, KNOWN = "new", "known"
N = 50


@dataclass(frozen=True)
class Watch:
    """A list that an item belongs into.

    Attributes:
        name: of the list.
        path: where it is asked for; the item is among its first `N`.
    """

    name: str
    path: str


@dataclass(frozen=True)
class Seen:
    """How long it took until one list of both processes showed what it should.

    Attributes:
        step: what the owner said.
        kind: of the item: new, or known to the models.
        seconds: none where it never did.
    """

    step: str
    kind: str
    list: str
    seconds: float | None


def item_states(asked: Asked) -> Result:
    """A line for each step, kind of item and list."""
    trials = 2 if asked.quick else 8
    found: list[Seen] = []
    again = 0
    with served(asked.folder("ml-100k"), MODELS, {"OMAKASE_WEB__WORKERS": "2"}) as server:
        for trial in range(trials):
            found += new_item(server, f"new {trial}")
            again += late_event(server, f"new {trial}", everybodys())
        for item in known_items(server, trials):
            lists = lists_of(server, item)
            found += life_of(server, item, KNOWN, lists)
            again += late_event(server, item, lists)
    rows = list(rows_of(found))
    return Result(rows, [words(rows, again, trials)])


def words(rows: list[Row], again: int, trials: int) -> str:
    """What the figures say of the bar."""
    slowest = max(float(str(row["p95 s"])) for row in rows)
    met = slowest <= BAR_SECONDS and not again and not any(row["never"] for row in rows)
    return (
        f"slowest p95 {slowest:.2f} s, the bar is {BAR_SECONDS:.0f} s; after late events of "
        f"{2 * trials} deleted items, answers that show one: {again}: {'met' if met else 'not met'}"
    )


def new_item(server: Server, item: str) -> list[Seen]:
    """A new film: posted, chosen, and what becomes of it."""
    newest, *chosen = everybodys()
    with server.client() as owner:
        done(owner.post("/api/items", json={"item_id": item, "title": item, "created": clock()}))
    found = [seen(server, "post", NEW, newest, item, True)]
    with server.client() as owner:
        events = [
            {"user_id": f"{item} {n}", "item_id": item, "type": "purchase"}
            for n in range(CHOSEN_BY)
        ]
        done(owner.post("/api/events", json=events))
    found += [seen(server, "chosen", NEW, each, item, True) for each in chosen]
    return found + life_of(server, item, NEW, everybodys())


def life_of(server: Server, item: str, kind: str, lists: tuple[Watch, ...]) -> list[Seen]:
    """Sold out, stocked again, deleted."""
    path = f"/api/items/{item}"
    steps: dict[str, tuple[Callable[[httpx.Client], httpx.Response], bool]] = {
        "sold out": (lambda owner: owner.patch(path, json={"stock": 0}), False),
        "restock": (lambda owner: owner.patch(path, json={"stock": 9}), True),
        "delete": (lambda owner: owner.delete(path), False),
    }
    found = []
    for step, (say, is_there) in steps.items():
        with server.client() as owner:
            done(say(owner))
        start = time.monotonic()
        ask = partial(seen, server, step, kind, item=item, is_there=is_there, start=start)
        with ThreadPoolExecutor(len(lists)) as all_at_once:
            found += all_at_once.map(ask, lists)
    return found


def seen(
    server: Server,
    step: str,
    kind: str,
    watch: Watch,
    item: str,
    is_there: bool,
    start: float | None = None,
) -> Seen:
    """Ask one list until it shows, or shows no more, an item to whoever asks."""
    start = time.monotonic() if start is None else start
    first, agreed = start, 0
    while time.monotonic() - start < PATIENCE_SECONDS:
        asked_at = time.monotonic()
        if holds(server, watch, item) == is_there:
            first = first if agreed else asked_at
            agreed += 1
        else:
            agreed = 0
        if agreed == IN_A_ROW:
            return Seen(step, kind, watch.name, first - start)
    return Seen(step, kind, watch.name, None)


def late_event(server: Server, item: str, lists: tuple[Watch, ...]) -> int:
    """Answers that show a deleted item within the bar after somebody looked at it late."""
    with server.client() as owner:
        owner.post("/api/events", json=[{"user_id": "late", "item_id": item, "type": "view"}])
    end, shown = time.monotonic() + BAR_SECONDS, 0
    while time.monotonic() < end:
        shown += sum(holds(server, each, item) for each in lists)
    return shown


def holds(server: Server, watch: Watch, item: str) -> bool:
    """Whether one answer, over a connection of its own, shows an item."""
    connection = HTTPConnection(server.address, timeout=PATIENCE_SECONDS)
    with closing(connection):
        connection.request("GET", watch.path, headers={"Authorization": f"Bearer {server.key}"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
    if answer.status == 404:  # the item whose list this is is gone
        return False
    if answer.status != 200:
        raise SystemExit(f"{watch.path}: {answer.status} {body}")
    return any(each["item_id"] == item for each in body["items"])


def everybodys() -> tuple[Watch, ...]:
    """Lists into which a new item comes that many chose."""
    return tuple(Watch(name, f"/api/{name}?n={N}") for name in ("newest", "popular", "trending"))


def known_items(server: Server, count: int) -> list[str]:
    """Items that the models have learnt of, and that many people chose."""
    with server.client() as asking:
        listed = done(asking.get(f"/api/popular?n={N}"))["items"]
    known = [each["item_id"] for each in listed if not each["item_id"].startswith("new")]
    return known[:count]


def lists_of(server: Server, item: str) -> tuple[Watch, ...]:
    """Lists that hold an item now: everybody's, a person's, what goes with another, a search."""
    with server.client() as asking:
        near = done(asking.get(f"/api/items/{item}/similar?n={N}"))["items"]
        title = done(asking.get(f"/api/items/{item}"))["title"]
    words = httpx.QueryParams({"q": title, "n": N})
    made = [
        Watch("popular", f"/api/popular?n={N}"),
        Watch("a stranger's", f"/api/recommendations?n={N}"),
        Watch("search", f"/api/search?{words}"),
        *(Watch("similar", f"/api/items/{each['item_id']}/similar?n={N}") for each in near),
        *(Watch("a person's", f"/api/recommendations?user_id={n}&n={N}") for n in range(1, 200)),
    ]
    first: dict[str, Watch] = {}
    for each in made:
        if each.name not in first and holds(server, each, item):
            first[each.name] = each
    return tuple(first.values())


def rows_of(found: list[Seen]) -> Iterator[Row]:
    """Percentiles over the trials."""
    groups: dict[tuple[str, str, str], list[Seen]] = {}
    for each in found:
        groups.setdefault((each.step, each.kind, each.list), []).append(each)
    for (step, kind, name), group in groups.items():
        taken = sorted(each.seconds for each in group if each.seconds is not None)
        yield {
            "step": step,
            "item": kind,
            "list": name,
            "trials": len(group),
            "p50 s": taken[len(taken) // 2] if taken else PATIENCE_SECONDS,
            "p95 s": taken[int(0.95 * len(taken))] if taken else PATIENCE_SECONDS,
            "never": len(group) - len(taken),
        }


def done(answer: httpx.Response) -> Mapping[str, list[Mapping[str, str]]]:
    """The body of an answer that went well."""
    answer.raise_for_status()
    return answer.json() if answer.content else {}


def clock() -> str:
    """Now, as an owner writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


if __name__ == "__main__":
    run("item_states", item_states, __doc__)
