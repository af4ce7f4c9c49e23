"""Talks in which people use words of their own, about a street of forty places."""

import polars as pl

from omakase.dialog.learning import samples_of
from omakase.dialog.talks import RatedTalk, TalkMessage

KINDS = ("찌개", "국밥", "치킨", "디저트")
ITEMS = pl.DataFrame(
    {
        "item_id": [f"i{n}" for n in range(40)],
        "title": [f"{n}호점" for n in range(40)],
        "category": [f"음식 > {KINDS[n % 4]}" for n in range(40)],
        "price": [8000.0 + 500 * n for n in range(40)],
    }
)
WORDS = {"짜글이": "찌개", "뜨끈이": "국밥", "치느님": "치킨", "당충전": "디저트"}


def rated(number: int, people: str, satisfaction: int = 5) -> list[RatedTalk]:
    """Talks in which somebody says a word of their own, and chooses what they mean by it."""
    found = []
    for n in range(number):
        word = list(WORDS)[n % 4]
        chosen = f"i{4 * (n % 10) + KINDS.index(WORDS[word])}"
        message = TalkMessage(f"{word} 땡기네", (chosen, "i0", "i1", "i2"))
        found.append(RatedTalk(f"t{n}", f"{people}{n}", (message,), satisfaction, (chosen,)))
    return found


def taught(learn, guide, talks: list[RatedTalk]):
    """The model that a way of learning makes of talks."""
    return learn(guide, talks, list(samples_of(guide, talks)))


def by_price(turn) -> list[str]:
    """Items that meet the category that was asked for, the cheapest first."""
    paths = {name for c in turn.plan.applied if c.kind == "category" for name in c.names}
    rows = ITEMS.filter(pl.col("category").is_in(list(paths))) if paths else ITEMS
    return rows.sort("price")["item_id"].to_list()
