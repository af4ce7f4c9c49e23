"""A catalog of 100,000 items with 40 attributes each, beside the same without them

Two servers of one process each, over the same made-up events and items; in one catalog each item
has forty free attributes more (numbers, words, lists of words, true and false). Both are asked the
same questions in turn, the one that is asked first changing with each pair, so that whatever else
the machine does is done to both; "ratio" is the median of the pairs' ratios by the servers' own
clock, with its 95 % interval by the bootstrap. "filtered" asks with a rule over the price, which
both catalogs have; "told" asks for four fields that both have; "ruled by five", of the wide one
alone, asks with a rule over five attributes, each time with another number. "memory" is what the
server's processes hold that is not of files, after the questions. Of all attributes an owner has,
models and rules see the forty that most items have, which caps what they cost.
"""

import csv
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, served
from benchmarks.tree import memory

ITEMS, PEOPLE, EVENTS = 100_000, 5_000, 400_000
ATTRIBUTES = 40
PAIRS = 1000
BAR = 1.10
MODELS = "item_knn,popular"
FIELDS = ["price", "stock", "tags", "description"]
Body = Mapping[str, object]


@dataclass(frozen=True)
class Pair:
    """The two servers."""

    plain: Server
    wide: Server


def wide_catalog(asked: Asked) -> Result:
    """A line for each kind of question, and one of memory."""
    scale = 50 if asked.quick else 1
    rng = np.random.default_rng(asked.seeds[0])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="omakase-wide-")))
        for name, width in (("plain", 0), ("wide", ATTRIBUTES)):
            write_world(folder / name, width, scale, seed=asked.seeds[0])
        pair = Pair(
            *(stack.enter_context(served(folder / name, MODELS, {})) for name in ("plain", "wide"))
        )
        rows = [compared(pair, kind, rng, PAIRS // scale) for kind in KINDS]
        rows.append(ruled_by_five(pair.wide, rng, PAIRS // scale))
        held = [memory(server.pid)[1] for server in (pair.plain, pair.wide)]
    rows.append(
        {"question": "memory MB", "plain": held[0], "wide": held[1], "ratio": held[1] / held[0]}
    )
    return Result(rows, [words(rows)])


def words(rows: Sequence[Row]) -> str:
    """What the figures say of the bar."""
    ratios = {str(row["question"]): float(str(row["ratio"])) for row in rows if "interval" in row}
    met = all(ratio <= BAR for ratio in ratios.values())
    told = ", ".join(f"{name} {ratio:.3f}" for name, ratio in ratios.items())
    more = float(str(rows[-1]["wide"])) - float(str(rows[-1]["plain"]))
    return (
        f"ratio of latency with {ATTRIBUTES} attributes: {told}; the bar is {BAR}: "
        f"{'met' if met else 'not met'}. They take {more:.0f} MB more."
    )


def question(kind: str, person: int, limit: float) -> Body:
    """One question of a kind."""
    plain = {"user_id": f"u{person}", "n": 10, "refresh": True}
    return plain | {
        "plain": {},
        "filtered": {"filter": f"item.price < {limit:.2f}"},
        "told": {"fields": FIELDS},
        "explained": {"explain": True},
    }.get(kind, {})


KINDS = ("plain", "filtered", "told", "explained")


def compared(pair: Pair, kind: str, rng: np.random.Generator, pairs: int) -> Row:
    """The same questions to both in turn."""
    taken = np.empty((pairs, 2))
    with pair.plain.client() as one, pair.wide.client() as other:
        for n in range(pairs + 20):
            body = question(kind, int(rng.integers(PEOPLE)), float(rng.uniform(20, 90)))
            turn = [(0, one), (1, other)] if n % 2 else [(1, other), (0, one)]
            for side, client in turn:
                taken[max(0, n - 20), side] = milliseconds(client, body)
    low, high = interval(taken[:, 1] / taken[:, 0], rng)
    print(f"{kind}: {low:.3f} to {high:.3f}", flush=True)
    plain, wide = np.median(taken, axis=0)
    return {
        "question": kind,
        "plain": plain,
        "wide": wide,
        "ratio": float(np.median(taken[:, 1] / taken[:, 0])),
        "interval": [low, high],
    }


def ruled_by_five(server: Server, rng: np.random.Generator, count: int) -> Row:
    """A rule over five attributes, each time another."""
    with server.client() as client:
        taken = []
        for _ in range(count):
            rule = (
                f"item.a0 < {rng.uniform(0.6, 0.9):.3f} and item.a4 > {rng.uniform(0, 0.2):.3f} "
                'and item.a1 != "w3" and item.a2 overlaps ["w5"] and item.price < 90'
            )
            body = {"user_id": f"u{rng.integers(PEOPLE)}", "refresh": True, "filter": rule}
            taken.append(milliseconds(client, body))
    return {"question": "ruled by five", "wide": float(np.median(taken))}


def milliseconds(client: httpx.Client, body: Body) -> float:
    """By the server's own clock, from the arrival of a question to its answer."""
    answer = client.post("/api/recommendations", json=body)
    if answer.status_code != httpx.codes.OK:
        raise SystemExit(f"{body}: {answer.status_code} {answer.text}")
    return float(json.loads(answer.content)["response_time_ms"])


def interval(ratios: np.ndarray, rng: np.random.Generator, times: int = 2000) -> tuple[float, ...]:
    """The 95 % interval of a median, by drawing again."""
    drawn = rng.integers(len(ratios), size=(times, len(ratios)))
    return tuple(float(x) for x in np.percentile(np.median(ratios[drawn], axis=1), [2.5, 97.5]))


def write_world(folder: Path, width: int, scale: int, seed: int) -> None:
    """Events and items, the same for every width but for the attributes."""
    rng = np.random.default_rng(seed)
    items = ITEMS // scale
    folder.mkdir()
    with (folder / "events.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["user_id", "item_id", "timestamp"])
        lines.writerows(events(rng, items, EVENTS // scale))
    with (folder / "items.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["item_id", "title", "category", "price", *(f"a{n}" for n in range(width))])
        lines.writerows(item_lines(np.random.default_rng(seed + 1), items, width))


def events(rng: np.random.Generator, items: int, count: int) -> Iterator[list[object]]:
    """Everybody's taste lies around a place of the catalog, and what is first there is popular."""
    people = rng.integers(PEOPLE, size=count)
    near = (people * 17 % 97 / 97 * items + rng.exponential(items / 40, size=count)) % items
    for n, (person, item) in enumerate(zip(people, near.astype(int), strict=True)):
        yield [f"u{person}", f"i{item}", 1_700_000_000 + n]


def item_lines(rng: np.random.Generator, items: int, width: int) -> Iterator[list[object]]:
    """Attributes of four types in turn."""
    for n in range(items):
        price = round(float(rng.uniform(1, 100)), 2)
        own = [attribute(place, int(rng.integers(1000))) for place in range(width)]
        yield [f"i{n}", f"Item {n}", f"C{n % 20} > D{n % 200}", price, *own]


def attribute(place: int, drawn: int) -> object:
    """A number, a word, a list of words, or true and false."""
    match place % 4:
        case 0:
            return drawn / 1000
        case 1:
            return f"w{drawn % 50}"
        case 2:
            return f"w{drawn % 20}|w{drawn % 7}"
        case _:
            return "true" if drawn % 2 else "false"


if __name__ == "__main__":
    run("wide_catalog", wide_catalog, __doc__)
