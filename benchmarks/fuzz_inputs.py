"""Inputs that nobody would write: mutations of known ones, and sentences of a small grammar.

Everything is drawn from one `random.Random`, so a run is repeated by its seed.
"""

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Grammar = Mapping[str, Sequence[str]]
"""What may stand for a `<name>`; it begins with `<start>`."""

PLACE = re.compile(r"<(\w+)>")
TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
NUMBER = re.compile(r"\d+")
MOST = 20_000
"""Characters of an input: larger ones are refused by their size before a parser sees them."""

DEEPEST = 6
"""Rules of a grammar within each other, before the shortest one is taken."""

EXTREMES = (
    *("0", "-1", "1", "00", "1e308", "1e999", "-0.0", "NaN", "Infinity", "9" * 19, "9" * 25),
    *("9" * 400, "2147483648", "9223372036854775808", "18446744073709551616", "0.1e-400", "٣", "²"),
)
ODD = (
    *(
        "",
        " ",
        "\0",
        "\n",
        "\r\n",
        "\t",
        "\x1f",
        "\x7f",
        "\ufeff",
        "\u200b",
        "\u202e",
        "\U0001f600",
    ),
    *("'", '"', "\\", "`", "%", "%s", "%00", "%2f", "{", "}", "{}", "[", "]", "(", ")", "<", ">"),
    *("null", "true", "false", "None", "../", "a\u0301", "가", "\u1100\u1161", "ß", "İ", "\ud7ff"),
)
"""Texts that have broken parsers of others before."""

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 1e308, -1e308, 2**53, 2**63, 2**64 - 1, "", " ", "\0", "가"),
    *([], {}, [[]], [None], {"": None}, "9" * 400, "a" * 300, "2026-01-31T12:00:00Z", "0001-01-01"),
    *("9999-12-31T23:59:59.999999-23:59", "1e5", "NaN", "../..", "<script>", "\u202e"),
)


def inputs(
    seeds: Sequence[str],
    grammar: Grammar | None,
    make: Callable[[random.Random], str] | None,
    dice: random.Random,
    most: int = MOST,
) -> Callable[[], str]:
    """A source of inputs without end: most are mutated seeds, the rest made from nothing."""
    words = sorted({token for seed in seeds for token in TOKENS.findall(seed)[:200]})
    known = list(seeds)
    makers: list[Callable[[], str]] = [lambda: mutated(dice.choice(known), known, words, dice)] * 4
    makers.append(lambda: "".join(dice.choice(words) for _ in range(dice.randint(1, 24))))
    if grammar:
        makers += [lambda: sentence(grammar, dice)] * 3
    if make:
        makers += [lambda: make(dice)] * 3
    if any(seed[:1] in "{[" for seed in seeds):
        makers += [lambda: mutated_json(dice.choice(known), dice)] * 5
    return lambda: dice.choice(makers)()[:most]


def mutated(text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random) -> str:
    """The text, changed in one to five places."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
        text = dice.choice(CHANGES)(text, seeds, words, dice)[:MOST]
    return text


def sentence(grammar: Grammar, dice: random.Random, name: str = "start", depth: int = 0) -> str:
    """A text of the grammar; now and then with an odd piece in it."""
    forms = grammar[name]
    form = min(forms, key=len) if depth > DEEPEST else dice.choice(forms)
    if dice.random() < 0.01:
        form = dice.choice((*ODD, *EXTREMES))
    return PLACE.sub(
        lambda m: sentence(grammar, dice, m[1], depth + 1) if m[1] in grammar else m[0], form
    )


def mutated_json(text: str, dice: random.Random) -> str:
    """JSON with one to three of its values exchanged; the text itself where it is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    for _ in range(dice.randint(1, 3)):
        value = _exchanged(value, dice, 0)
    try:
        return json.dumps(value, ensure_ascii=dice.random() < 0.3)
    except (ValueError, RecursionError):
        return text


def _exchanged(value: Any, dice: random.Random, depth: int) -> Any:
    """The value with one of its parts, drawn at random, as something else."""
    if depth > 60 or not isinstance(value, list | dict) or not value or dice.random() < 0.15:
        return _odd_value(value, dice)
    if isinstance(value, list):
        place = dice.randrange(len(value))
        return [*value[:place], _exchanged(value[place], dice, depth + 1), *value[place + 1 :]]
    name = dice.choice(list(value))
    if dice.random() < 0.1:
        return {**value, dice.choice((*ODD, "a" * 300, name.upper())): value[name]}
    if dice.random() < 0.1:
        return {key: each for key, each in value.items() if key != name}
    return {**value, name: _exchanged(value[name], dice, depth + 1)}


def _odd_value(value: Any, dice: random.Random) -> Any:
    chance = dice.random()
    if chance < 0.05:
        return nested(value, dice.choice((2, 60, 260, 900)), dice)
    if chance < 0.1:
        return [value] * (2 if isinstance(value, list | dict) else dice.choice((2, 50, 1001)))
    if chance < 0.2 and isinstance(value, str):
        return value + dice.choice(ODD)
    return dice.choice(ODD_VALUES)


def nested(value: Any, times: int, dice: random.Random) -> Any:
    """The value within so many lists or objects."""
    listed = dice.random() < 0.5
    for _ in range(times):
        value = [value] if listed else {"a": value}
    return value


def _without(text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random) -> str:
    begin, end = _span(text, dice)
    return text[:begin] + text[end:]


def _again(text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random) -> str:
    begin, end = _span(text, dice)
    return text[:end] + text[begin:end] * dice.choice((1, 1, 2, 7, 60, 1000)) + text[end:]


def _odd_piece(text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random) -> str:
    place = dice.randint(0, len(text))
    return text[:place] + dice.choice(ODD) * dice.choice((1, 1, 1, 3, 300)) + text[place:]


def _known_word(text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random) -> str:
    begin, end = _span(text, dice)
    return text[:begin] + dice.choice(words) + text[end if dice.random() < 0.5 else begin :]


def _other_character(
    text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random
) -> str:
    if not text:
        return chr(dice.randrange(256))
    place = dice.randrange(len(text))
    other = chr(ord(text[place]) ^ (1 << dice.randrange(7)))
    return text[:place] + other + text[place + 1 :]


def _joined(text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random) -> str:
    other = dice.choice(seeds)
    return text[: dice.randint(0, len(text))] + other[dice.randint(0, len(other)) :]


def _extreme_number(
    text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random
) -> str:
    numbers = list(NUMBER.finditer(text))
    if not numbers:
        return text + dice.choice(EXTREMES)
    number = dice.choice(numbers)
    return text[: number.start()] + dice.choice(EXTREMES) + text[number.end() :]


def _bracketed(text: str, seeds: Sequence[str], words: Sequence[str], dice: random.Random) -> str:
    left, right = dice.choice(
        ("()", "[]", "{}", '""', "''", ("not ", ""), ("-", ""), ('{"a":', "}"))
    )
    times = dice.choice((1, 2, 30, 60, 500, 2000))
    return left * times + text + right * times


CHANGES = (
    *(_without, _again, _odd_piece, _known_word),
    *(_other_character, _joined, _extreme_number, _bracketed),
)


def _span(text: str, dice: random.Random) -> tuple[int, int]:
    begin = dice.randint(0, len(text))
    return begin, min(len(text), begin + dice.choice((1, 1, 2, 4, 16, 200)))
