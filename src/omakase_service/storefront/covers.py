"""A cover for what has no picture: drawn from its title and category. No Django.

The category decides the colours, one of two palettes, and the title the shapes: comedies look like
one another, and no two of them are the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from unicodedata import east_asian_width

WIDTH, HEIGHT, MARGIN = 300, 450, 24
MOST_LINES = 5
UNHOLDABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that no XML may hold."""


PALETTES = (
    ("#1f3a5f", "#f2c14e", "#d1495b", "#edeae0"),
    ("#5b2333", "#f7f4f3", "#f0a202", "#564d4a"),
    ("#1b4332", "#d8f3dc", "#f4a259", "#52b788"),
    ("#3d348b", "#f7b801", "#f18701", "#e8e6f3"),
    ("#272932", "#e0d68a", "#cb9173", "#8e443d"),
    ("#0b4f6c", "#fbfbff", "#01baef", "#b80c09"),
    ("#4a2040", "#f1e3d3", "#d66ba0", "#99c1b9"),
    ("#233d4d", "#fcca46", "#fe7f2d", "#a1c181"),
    ("#2d3142", "#ef8354", "#f5f1ea", "#bfc0c0"),
    ("#6a040f", "#ffba08", "#f5ebe0", "#e85d04"),
    ("#14342b", "#ff9f1c", "#fdfffc", "#bbdfc5"),
    ("#2b2d5b", "#ffd6c0", "#ef476f", "#06d6a0"),
)
"""Ground, and three inks that stand out on it."""


@dataclass(frozen=True)
class TextRandom:
    """Numbers that depend on nothing but a text."""

    seed: bytes

    @classmethod
    def of(cls, text: str) -> "TextRandom":
        return cls(blake2b(text.encode(), digest_size=32).digest())

    def __call__(self, place: int, below: int) -> int:
        """The number at a place, at least 0 and under `below`."""
        at = 2 * place % 30
        return int.from_bytes(self.seed[at : at + 2], "big") % below


def cover(title: str, category: str) -> str:
    """An SVG of 300 × 450; of a text, what XML may hold."""
    title, category = (UNHOLDABLE.sub("", text) for text in (title, category))
    dice = TextRandom.of(title)
    top = category.split(" > ")[-1] if category else ""
    ground, *inks = PALETTES[(TextRandom.of(top)(0, len(PALETTES)) + dice(2, 2)) % len(PALETTES)]
    turn = dice(0, 3)
    inks = [*inks[turn:], *inks[:turn]]
    draw = SHAPES[dice(1, len(SHAPES))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>'
        f"{draw(dice, inks)}"
        f'<linearGradient id="g" x2="0" y2="1"><stop stop-color="{ground}" stop-opacity="0"/>'
        f'<stop offset=".42" stop-color="{ground}"/></linearGradient>'
        f'<path d="M0 180H{WIDTH}V{HEIGHT}H0z" fill="url(#g)"/>'
        f"{_title(title)}{_category(top)}</svg>"
    )


def _sun(dice: TextRandom, inks: Sequence[str]) -> str:
    x, y, r = 70 + dice(2, 160), 80 + dice(3, 80), 55 + dice(4, 50)
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{r + 22 * n}" fill="none" stroke="{inks[n % 3]}" '
        f'stroke-width="{6 - n}" opacity=".7"/>'
        for n in range(1, 5)
    )
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{inks[0]}"/>{rings}'


def _hills(dice: TextRandom, inks: Sequence[str]) -> str:
    moon = f'<circle cx="{60 + dice(2, 180)}" cy="{60 + dice(3, 50)}" r="32" fill="{inks[0]}"/>'
    hills = [
        f"M0 {130 + 45 * n}Q{40 + dice(4 + n, 90)} {60 + 40 * n} 150 {125 + 45 * n}"
        f"T300 {110 + 45 * n + dice(8 + n, 40)}V300H0z"
        for n in range(3)
    ]
    return moon + "".join(
        f'<path d="{path}" fill="{inks[(n + 1) % 3]}" opacity="{0.55 + 0.2 * n:.2f}"/>'
        for n, path in enumerate(hills)
    )


def _blocks(dice: TextRandom, inks: Sequence[str]) -> str:
    return "".join(
        f'<rect x="{60 * n}" y="{dice(2 + n, 150)}" width="60" height="300" '
        f'fill="{inks[(n + dice(9, 3)) % 3]}" opacity="{0.5 + dice(8 + n, 5) / 10:.1f}"/>'
        for n in range(5)
    )


def _arcs(dice: TextRandom, inks: Sequence[str]) -> str:
    x = 300 * dice(2, 2)
    return "".join(
        f'<circle cx="{x}" cy="{40 + dice(3, 200)}" r="{250 - 48 * n}" fill="{inks[n % 3]}" '
        f'opacity=".8"/>'
        for n in range(5)
    )


def _stripes(dice: TextRandom, inks: Sequence[str]) -> str:
    lean = 40 + dice(2, 120)
    return "".join(
        f'<path d="M{-150 + 62 * n} 300L{-150 + 62 * n + lean} 0h30l-{lean} 300z" '
        f'fill="{inks[n % 3]}" opacity=".85"/>'
        for n in range(9)
    )


def _tiles(dice: TextRandom, inks: Sequence[str]) -> str:
    tiles = []
    for n in range(20):
        x, y, turn = 60 * (n % 5), 60 * (n // 5), dice(n % 14 + 1, 4 + n) % 4
        d = ("M0 0h60A60 60 0 0 1 0 60z", "M60 0v60A60 60 0 0 1 0 0z")[turn % 2]
        if turn > 1:
            d = ("M0 60h60A60 60 0 0 0 0 0z", "M30 0a30 30 0 1 0 .1 0z")[turn - 2]
        tiles.append(f'<path transform="translate({x} {y})" d="{d}" fill="{inks[turn % 3]}"/>')
    return "".join(tiles)


SHAPES = (_sun, _hills, _blocks, _arcs, _stripes, _tiles)


def _title(title: str) -> str:
    """The title from below, in as large a type as five lines allow."""
    wide = WIDTH - 2 * MARGIN
    tried = [(size, lines_of(title, wide / size)) for size in (34, 28, 23, 19)]
    size, lines = next((attempt for attempt in tried if len(attempt[1]) < MOST_LINES), tried[-1])
    lines = lines[:MOST_LINES]
    first = HEIGHT - 52 - round(1.18 * size * (len(lines) - 1))
    spans = "".join(
        f'<tspan x="{MARGIN}" y="{first + round(1.18 * size * n)}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    face = "Georgia,'Nanum Myeongjo','Noto Serif CJK KR','Noto Serif KR',serif"
    how = f'font-family="{face}" font-weight="700" font-size="{size}" fill="#fff"'
    return f"<text {how}>{spans}</text>"


def _category(top: str) -> str:
    face = "system-ui,'Noto Sans CJK KR','Noto Sans KR',sans-serif"
    return (
        f'<text x="{MARGIN}" y="{HEIGHT - 20}" font-family="{face}" font-size="14" '
        f'letter-spacing="1" fill="#fff" opacity=".85">{escape(top[:28])}</text>'
    )


def lines_of(text: str, ems: float) -> list[str]:
    """The text in lines of at most so many ems; a word that is longer is cut."""
    lines: list[str] = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if _ems(joined) <= ems:
            lines[-1] = joined
            continue
        while _ems(word) > ems:
            cut = next(n for n in range(1, len(word) + 1) if _ems(word[: n + 1]) > ems)
            lines.append(word[:cut])
            word = word[cut:]
        lines.append(word)
    return [line for line in lines if line]


def _ems(text: str) -> float:
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.58 for letter in text)
