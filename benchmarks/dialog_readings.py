"""Budgets, times, negations and places, read as people type them

Three hundred short messages in Korean and English, with spacing mistakes, particles, slang, numbers
in words and typing mistakes, stand in `tests/omakase/dialog/readings.csv`, each with its right
reading. They were written before the grammar was looked at. Half of them, by a hash of the text,
was looked at while the grammar was mended ("developed"); the other half was not ("kept"). A reading
is right when it has all that the table has and no further budget, day, refusal or district: "about"
is a range of at most 30 % around the sum, a part of the day is an hour within it, minutes on foot
are 60 to 100 metres each. What is wrong is listed below.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import polars as pl

from benchmarks.form import Asked, Result, Row, run
from benchmarks.shopper import TRANSLATED
from omakase.dialog.concepts import concept_by_word
from omakase.dialog.guide import Guide
from omakase.dialog.letters import squeezed
from omakase.dialog.understanding import Understanding
from omakase.synthetic import make

TABLE = Path(__file__).parents[1] / "tests/omakase/dialog/readings.csv"
ITEMS, SEED = 600, 0
KINDS = ("budget", "time", "negation", "place")
ABOUT, WALK = 0.3, 0.25
PARTS = {
    "morning": range(5, 12),
    "lunch": range(11, 15),
    "afternoon": range(12, 18),
    "evening": range(17, 22),
    "night": (20, 21, 22, 23, 0, 1, 2),
}
"""Hours of the parts of a day."""


@dataclass(frozen=True)
class TypedMessage:
    """A line of the table.

    Attributes:
        reading: names of what is meant, each with its texts.
    """

    language: str
    kind: str
    text: str
    reading: Mapping[str, Sequence[str]]
    spelt: str

    @property
    def half(self) -> str:
        """Developed or kept, by a hash of the text."""
        return ("developed", "kept")[crc32(self.text.encode()) % 2]


def benchmark(asked: Asked) -> Result:
    """A line a half, a language and a kind; and one for every wrong reading."""
    messages = table()
    wrong = [message for message in messages if not is_right(message)]
    rows: list[Row] = []
    for half in ("developed", "kept"):
        for language in ("ko", "en"):
            for kind in KINDS:
                rows.append(_row(messages, wrong, half, language, kind))
    rows += [_wrong_row(message) for message in wrong]
    return Result(rows, [_share(messages, wrong, half) for half in ("developed", "kept", "all")])


def table() -> list[TypedMessage]:
    """The messages with their readings."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [
            TypedMessage(
                row["language"], row["kind"], row["text"], _reading(row["reading"]), row["reading"]
            )
            for row in csv.DictReader(lines)
        ]


def is_right(message: TypedMessage) -> bool:
    """Whether the guide to restaurants reads a message as the table does."""
    heard = guide_in(message.language).understand(message.text)
    checks = (_is_budget_right, _is_moment_right, _is_refusal_right, _is_place_right)
    return all(check(heard, message.reading) for check in checks)


@cache
def guide_in(language: str) -> Guide:
    """The guide to a world of restaurants, whose items are in one language."""
    catalog = pl.concat(make("restaurants", users=50, items=ITEMS, events=500, seed=SEED).items())
    for column in TRANSLATED:
        if f"{column}_{language}" in catalog.columns:
            catalog = catalog.with_columns(pl.col(f"{column}_{language}").alias(column))
    catalog = catalog.drop([n for n in catalog.columns if n.endswith(("_ko", "_en"))])
    return Guide.of(catalog, way="words")


def _reading(text: str) -> dict[str, list[str]]:
    """`max 20; at 종로; at 명동` as names with their texts."""
    found: dict[str, list[str]] = {}
    for part in text.split("; "):
        name, _, rest = part.partition(" ")
        if name == "not":
            name, rest = "not at", rest.removeprefix("at ")
        found.setdefault(name, []).append(rest)
    return found


def _is_budget_right(heard: Understanding, reading: Mapping[str, Sequence[str]]) -> bool:
    budget = heard.reading.budget
    low, high = (None, None) if budget is None else (budget.low, budget.high)
    if "around" in reading:
        number = float(reading["around"][0])
        ends = (low or 0, high or 0)
        return (1 - ABOUT) * number <= ends[0] <= number <= ends[1] <= (1 + ABOUT) * number
    ends = [float(reading[name][0]) if name in reading else None for name in ("min", "max")]
    return (low, high) == (ends[0], ends[1])


def _is_moment_right(heard: Understanding, reading: Mapping[str, Sequence[str]]) -> bool:
    moment = heard.reading.moment
    if moment.day.replace("_", " ") not in reading.get("day", ("",)):
        return False
    if "clock" in reading:
        hour, minute = map(int, reading["clock"][0].split(":"))
        return (moment.hour, moment.minute) == (hour, minute)
    if "part" in reading:
        return any(moment.hour in PARTS[name] for name in reading["part"][0].split("|"))
    return True


def _is_refusal_right(heard: Understanding, reading: Mapping[str, Sequence[str]]) -> bool:
    """What is refused is that alone, and nothing that is wanted is."""
    refused = [*reading.get("without", ()), *reading.get("not at", ())]
    avoided = heard.reading.avoided
    names = [{_bare(each.word), each.concept} - {""} for each in avoided]
    if len(names) != len(refused):
        return False
    if not all(any(_names_of(word) & each for each in names) for word in refused):
        return False
    asked = _wanted(heard)
    if any(_names_of(word) & asked for word in refused):
        return False
    return all(_names_of(word) & asked for word in reading.get("with", ()))


def _is_place_right(heard: Understanding, reading: Mapping[str, Sequence[str]]) -> bool:
    districts = {n.lower() for e in heard.entities if e.kind == "district" for n in e.names}
    if districts != set(reading.get("at", ())):
        return False
    radius = heard.reading.radius
    if "within" in reading:
        metres = float(reading["within"][0])
        is_walk = metres in (400, 800)
        return radius is not None and abs(1000 * radius - metres) <= metres * (
            WALK if is_walk else 0.01
        )
    return radius is not None if "near" in reading else True


def _wanted(heard: Understanding) -> set[str]:
    """Everything that the message asks for, by word and by concept."""
    words = [*heard.words, *heard.mentions]
    words += [entity.surface for entity in heard.entities]
    words += [n.split(" > ")[-1] for e in heard.entities if e.kind != "title" for n in e.names]
    return {name for word in words for name in _names_of(word)} | set(heard.reading.wanted)


def _names_of(word: str) -> set[str]:
    concept = concept_by_word(_bare(word))
    own = {_bare(word), *(_bare(part) for part in word.split())}
    return own | ({concept.name} if concept else set())


def _bare(word: str) -> str:
    bare = squeezed(word)
    return bare[:-1] if bare.isascii() and bare.endswith("s") and len(bare) > 3 else bare


def _row(
    messages: Sequence[TypedMessage],
    wrong: Sequence[TypedMessage],
    half: str,
    language: str,
    kind: str,
) -> Row:
    def count(among: Sequence[TypedMessage]) -> int:
        return sum((m.half, m.language, m.kind) == (half, language, kind) for m in among)

    number = count(messages)
    return {
        "half": half,
        "language": language,
        "kind": kind,
        "messages": number,
        "right": number - count(wrong),
    }


def _wrong_row(message: TypedMessage) -> Row:
    heard = guide_in(message.language).understand(message.text)
    moment, budget = heard.reading.moment, heard.reading.budget
    parts = {
        "budget": "" if budget is None else f"{budget.low or ''}..{budget.high or ''}",
        "hour": "" if moment.hour is None else f"{moment.hour}:{moment.minute:02d}",
        "day": moment.day,
        "without": ", ".join(each.word for each in heard.reading.avoided),
        "at": ", ".join(n for e in heard.entities if e.kind == "district" for n in e.names),
        "km": "" if heard.reading.radius is None else f"{heard.reading.radius:g}",
        "words": " ".join(heard.words),
    }
    read = "; ".join(f"{name} {text}" for name, text in parts.items() if text)
    return {
        "data": "wrong readings",
        "half": message.half,
        "text": message.text,
        "right reading": message.spelt,
        "read as": read or "nothing",
    }


def _share(messages: Sequence[TypedMessage], wrong: Sequence[TypedMessage], half: str) -> str:
    number = sum(half in ("all", m.half) for m in messages)
    right = number - sum(half in ("all", m.half) for m in wrong)
    return f"{half}: {right} of {number} are read right, {right / number:.1%}"


if __name__ == "__main__":
    run("dialog_readings", benchmark, __doc__)
