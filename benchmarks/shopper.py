"""A shopper who has something in mind

In each of three worlds of 1,200 items people look for an item that they would like and have not
seen; no message names it. The first message names its category, each further one another fact (a
brand, a district, a word of its description, a price, a decade), or says that the list is too
dear. Who has the item in a list of five within five messages has succeeded. "guide" is
`POST /api/chat` of a served version; "search" sends all messages so far to `GET /api/search`;
"proxy" stands for a language model in front of the first fifty items, which understands every fact
without a fault: it shows those of the fifty that fit what was said. Differences are paired, with
intervals of 95 %.
"""

import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import served
from benchmarks.shopper_lines import Wish, first_line, line
from omakase.evaluate.confidence import interval
from omakase.synthetic import WORLDS, World, make, write

ITEMS, USERS, EVENTS = 1_200, 600, 30_000
DIALOGUES, QUICK_DIALOGUES = 250, 10
"""In each world and language."""

TURNS, N = 5, 5
PROXY_ITEMS = 50
LIKED_SHARE = 0.2
"""Of a world's items: those that somebody likes best, of which they have one in mind."""

LANGUAGES = ("ko", "en")
MODEL = "ease"
PRICE_STEP = 5_000
TRANSLATED = ("title", "description", "category", "district", "director")


@dataclass(frozen=True)
class Target:
    """What somebody has in mind.

    Attributes:
        item: its row of the catalog.
        category: its own name, without what it lies in.
        wishes: facts, in the order in which they are said.
    """

    user_id: str
    item: Mapping[str, Any]
    category: str
    wishes: Sequence[Wish]


@dataclass
class Talk:
    """One conversation with one system."""

    target: Target
    world: str
    language: str
    rng: np.random.Generator
    said: list[str] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    spoken: int = 0

    def message(self, shown: Sequence[Mapping[str, Any]]) -> str:
        """The next message, in view of the list before."""
        if not self.said:
            self.wishes.append(Wish("category", self.target.category))
            text = first_line(self.language, self.world, self.target.category, self.rng)
        else:
            text = self._refinement(shown)
        self.said.append(text)
        return text

    def _refinement(self, shown: Sequence[Mapping[str, Any]]) -> str:
        price = self.target.item.get("price")
        dear = price and shown and all((each.get("price") or 0) > price for each in shown)
        if dear and not any(wish.kind == "budget" for wish in self.wishes):
            return line(self.language, "cheaper", "", self.rng)
        if self.spoken == len(self.target.wishes):
            return line(self.language, "different", "", self.rng)
        wish = self.target.wishes[self.spoken]
        self.spoken += 1
        self.wishes.append(wish)
        return line(self.language, wish.kind, wish.text, self.rng)


Lists = Callable[[Talk, str], Sequence[Mapping[str, Any]]]
"""What a system shows for a message: items with `item_id` and `price`."""


def benchmark(asked: Asked) -> Result:
    """A line a world, a language and a system."""
    number = QUICK_DIALOGUES if asked.quick else DIALOGUES
    rows: list[Row] = []
    for world_name in WORLDS:
        world = make(world_name, users=USERS, items=ITEMS, events=EVENTS, seed=asked.seeds[0])
        for language in LANGUAGES:
            rows += language_rows(world, language, number, asked.seeds[0])
            print(*rows[-3:], sep="\n", flush=True)
    return Result(rows, [words(rows)])


def words(rows: Sequence[Row]) -> str:
    """What the figures say."""
    others = [row for row in rows if row["system"] != "guide"]
    sure = sum(row["guide ahead by"][0] > 0 for row in others)
    guide = [row["success"] for row in rows if row["system"] == "guide"]
    return (
        f"The guide finds the item within {TURNS} messages in {min(guide):.0%} to {max(guide):.0%} "
        f"of dialogues; it is surely ahead of {sure} of {len(others)} baselines"
    )


def language_rows(world: World, language: str, number: int, seed: int) -> list[Row]:
    """Three lines: the guide, and the two beside it."""
    name = world.spec.name
    with tempfile.TemporaryDirectory(prefix="omakase-shopper-") as folder:
        catalog = written_world(world, Path(folder), language)
        targets = targets_of(world, catalog, language, number, seed)
        with served(Path(folder), MODEL, {}) as server, server.client() as client:
            prices = dict(zip(catalog["item_id"], catalog["price"], strict=True))
            guide = GuideLists(client, prices)
            systems: dict[str, Lists] = {
                "guide": guide,
                "search": search_lists(client, prices),
                "proxy": proxy_lists(catalog),
            }
            turns = {
                system: [
                    turns_of(lists, target, name, language, seed + at)
                    for at, target in enumerate(targets)
                ]
                for system, lists in systems.items()
            }
    spent = guide.milliseconds
    return [row_of(name, language, system, turns, spent, seed) for system in systems]


def row_of(
    world: str,
    language: str,
    system: str,
    turns: Mapping[str, Sequence[int]],
    milliseconds: Sequence[float],
    seed: int,
) -> Row:
    """How one system did."""
    success = np.array(turns[system]) > 0
    row: dict[str, Any] = {
        "world": world,
        "language": language,
        "system": system,
        "dialogues": len(success),
        "success": float(success.mean()),
        "messages of a success": float(np.array(turns[system])[success].mean())
        if success.any()
        else 0.0,
    }
    if system == "guide":
        return {**row, "p95 ms a message": float(np.quantile(milliseconds, 0.95))}
    ahead = (np.array(turns["guide"]) > 0).astype(float) - success
    bounds = interval(ahead[None, :], rng=np.random.default_rng(seed))
    low, high = (0.0, 0.0) if bounds is None else (float(end[0]) for end in bounds)
    return {**row, "guide ahead by": [low, high]}


def written_world(world: World, folder: Path, language: str) -> pl.DataFrame:
    """The files of a world whose items are in one language; and its catalog."""
    write(world, folder)
    catalog = pl.concat(world.items())
    for column in TRANSLATED:
        if f"{column}_{language}" in catalog.columns:
            catalog = catalog.with_columns(pl.col(f"{column}_{language}").alias(column))
    if language == "en":
        catalog = catalog.with_columns(pl.lit(None, pl.List(pl.String)).alias("tags"))
        brand = pl.col("director") if "director" in catalog.columns else pl.lit(None, pl.String)
        catalog = catalog.with_columns(brand.alias("brand"))
    drop = [name for name in catalog.columns if name.endswith(("_ko", "_en"))]
    catalog = catalog.drop(drop, "dietary", strict=False)
    for file in folder.glob("items*"):
        file.unlink()
    catalog.write_parquet(folder / "items.parquet")
    return catalog


def targets_of(
    world: World, catalog: pl.DataFrame, language: str, number: int, seed: int
) -> list[Target]:
    """Whom to play, each with an item that they like and have not met."""
    rng = np.random.default_rng(seed)
    events = pl.concat(world.events()).select("user_id", "item_id").unique()
    met = dict(events.group_by("user_id").agg("item_id").iter_rows())
    users = pl.concat(world.users())["user_id"].to_list()
    rows = catalog.to_dicts()
    shares = shares_of(catalog, language)
    liked = int(LIKED_SHARE * len(rows))
    targets = []
    for place in rng.integers(0, len(users), number):
        user = users[place]
        affinity = world.affinity(np.array([place]), np.arange(len(rows)))[0]
        known = set(met.get(user, ()))
        best = [n for n in np.argsort(-affinity) if rows[n]["item_id"] not in known][:liked]
        item = rows[int(rng.choice(best))]
        category = item["category"][-1]
        wishes = wishes_of(item, category, language, shares)
        targets.append(
            Target(user, item, category, [wishes[n] for n in rng.permutation(len(wishes))])
        )
    return targets


def wishes_of(
    item: Mapping[str, Any], category: str, language: str, shares: Mapping[str, float]
) -> list[Wish]:
    """All facts that may be said of an item: none is its title."""
    wishes = []
    if item.get("brand") and item["brand"] not in item["title"]:
        wishes.append(Wish("brand", item["brand"]))
    if item.get("district") and item["district"] not in item["title"]:
        wishes.append(Wish("district", item["district"]))
    if item.get("price"):
        high = int(item["price"] // PRICE_STEP + 1) * PRICE_STEP
        wishes.append(
            Wish("budget", f"{high:,}원" if language == "ko" else f"{high:,} won", high=high)
        )
    if item.get("year"):
        decade = item["year"] // 10 * 10
        wishes.append(Wish("years", str(decade), low=decade, high=decade + 9))
    spoken = item["title"].lower().split()
    named = [
        word
        for word in words_of(item["description"], language)
        if RARE <= shares[word] <= COMMON and word not in spoken and word != category.lower()
    ]
    return [*wishes, *(Wish("word", word) for word in named[:WORDS])]


WORDS = 2
"""Of a description that somebody may name."""

RARE, COMMON = 0.002, 0.1
"""A word that is worth naming stands in the descriptions of so large a share of the items."""

PARTICLES = re.compile(r"(?:으로|에서|이나|이라|와|과|을|를|은|는|이|가|에|의|도|나|로)$")


def shares_of(catalog: pl.DataFrame, language: str) -> dict[str, float]:
    """Of each word the share of the descriptions that have it."""
    texts = catalog["description"].to_list()
    counts = Counter(word for text in texts for word in set(words_of(text, language)))
    return {word: count / len(texts) for word, count in counts.items()}


def words_of(description: str, language: str) -> list[str]:
    """Words of a description, as somebody would say them."""
    found = re.findall(r"[가-힣]{2,}" if language == "ko" else r"[A-Za-z]{4,}", description)
    plain = [PARTICLES.sub("", word) if language == "ko" else word.lower() for word in found]
    return [word for word in dict.fromkeys(plain) if len(word) > 1]


def turns_of(lists: Lists, target: Target, world: str, language: str, seed: int) -> int:
    """After how many messages the item is there; 0: it never was."""
    talk = Talk(target, world, language, np.random.default_rng(seed))
    shown: Sequence[Mapping[str, Any]] = ()
    for turn in range(1, TURNS + 1):
        listed = lists(talk, talk.message(shown))
        if any(each["item_id"] == target.item["item_id"] for each in listed):
            return turn
        shown = listed or shown
    return 0


class GuideLists:
    """`POST /api/chat`; a talk is a conversation."""

    def __init__(self, client: httpx.Client, prices: Mapping[str, float]) -> None:
        self.client, self.prices = client, prices
        self.conversations: dict[int, str] = {}
        self.milliseconds: list[float] = []

    def __call__(self, talk: Talk, message: str) -> Sequence[Mapping[str, Any]]:
        body: dict[str, Any] = {"message": message, "user_id": talk.target.user_id, "n": N}
        if len(talk.said) > 1:
            body["conversation_id"] = self.conversations[id(talk)]
        begun = time.perf_counter()
        answer = self.client.post("/api/chat", json=body)
        self.milliseconds.append((time.perf_counter() - begun) * 1000)
        reply = answer.raise_for_status().json()
        self.conversations[id(talk)] = reply["conversation_id"]
        listed = (reply["recommendations"] or {"items": []})["items"]
        return [{"item_id": i["item_id"], "price": self.prices[i["item_id"]]} for i in listed]


def search_lists(client: httpx.Client, prices: Mapping[str, float]) -> Lists:
    """`GET /api/search` by everything that was said so far."""

    def lists(talk: Talk, message: str) -> Sequence[Mapping[str, Any]]:
        words = {"q": " ".join(talk.said), "n": N, "user_id": talk.target.user_id}
        found = client.get("/api/search", params=words).raise_for_status().json()["items"]
        return [{"item_id": i["item_id"], "price": prices[i["item_id"]]} for i in found]

    return lists


def proxy_lists(catalog: pl.DataFrame) -> Lists:
    """The first fifty items, filtered by every fact that was said."""
    seen = catalog.head(PROXY_ITEMS).to_dicts()

    def lists(talk: Talk, message: str) -> Sequence[Mapping[str, Any]]:
        return [item for item in seen if all(fits(item, wish) for wish in talk.wishes)][:N]

    return lists


def fits(item: Mapping[str, Any], wish: Wish) -> bool:
    """Whether a fact is true of an item."""
    if wish.kind == "category":
        return wish.text in item["category"]
    if wish.kind == "budget":
        return item["price"] is not None and item["price"] <= (wish.high or 0)
    if wish.kind == "years":
        return (wish.low or 0) <= item["year"] <= (wish.high or 0)
    if wish.kind == "word":
        return wish.text in item["description"].lower()
    return bool(item.get(wish.kind) == wish.text)


if __name__ == "__main__":
    run("shopper", benchmark, __doc__)
