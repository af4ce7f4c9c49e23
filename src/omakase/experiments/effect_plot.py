"""The effect over time as a drawing: a line for each variant, in the band of its intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from omakase.explain.templates import Language

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 56
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Told apart by those who see no red or green (Okabe and Ito); used again beyond seven."""

PADDING = 0.1
TICKS = 5
NARROWEST = 0.01
"""Least height of the scale, as a lift."""

WORDS = {
    "en": ("Lift over the control, with its interval", "no difference", "Nothing was measured yet"),
    "ko": ("대조군 대비 향상과 신뢰 구간", "차이 없음", "아직 측정된 것이 없습니다"),
}


@dataclass(frozen=True, slots=True)
class EffectMark:
    """How a variant stood at the end of a day.

    Attributes:
        lift: relative to the control: 0.05 is 5 % more.
        low, high: ends of the interval; None where nothing bounds it.
    """

    day: date
    lift: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class EffectLine:
    """The marks of one variant, the oldest first."""

    variant: str
    marks: tuple[EffectMark, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days and lifts to pixels."""

    first: date
    days: int
    low: float
    high: float

    def across(self, day: date) -> float:
        share = (day - self.first).days / self.days if self.days else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def down(self, lift: float | None, edge: float) -> float:
        """Of a lift, or of an edge where there is none; never outside the frame."""
        inside = min(max(edge if lift is None else lift, self.low), self.high)
        share = (self.high - inside) / (self.high - self.low)
        return round(TOP + share * (HEIGHT - TOP - BOTTOM), 1)


def effect_svg(title: str, lines: Sequence[EffectLine], *, language: Language = "en") -> str:
    """Draw the effect over time as SVG 1.1, 640 by 320.

    The scale is that of the lifts and of the last intervals; what an early interval holds beyond
    it is cut off.

    Args:
        title: above the drawing, as it is.
        lines: one a variant; one without marks is named only.
    """
    subtitle, zero, nothing = WORDS[language]
    scale = _scale([mark for line in lines for mark in line.marks], lines)
    if scale is None:
        body = [_text(WIDTH / 2, HEIGHT / 2, nothing, anchor="middle")]
    else:
        body = [*_axes(scale, zero)]
        for number, line in enumerate(lines):
            body += _draw(line, scale, COLOURS[number % len(COLOURS)])
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}: {escape(subtitle)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 18, title, weight="bold"),
        _text(LEFT, 33, subtitle, fill="#555555"),
    ]
    return "\n".join([*head, *body, *_legend(lines), "</svg>"]) + "\n"


def _scale(marks: Sequence[EffectMark], lines: Sequence[EffectLine]) -> _Scale | None:
    if not marks:
        return None
    last = [line.marks[-1] for line in lines if line.marks]
    ends = [end for mark in last for end in (mark.low, mark.high) if end is not None]
    lifts = [0.0, *(mark.lift for mark in marks), *ends]
    low, high = min(lifts), max(lifts)
    padding = PADDING * max(high - low, NARROWEST)
    days = [mark.day for mark in marks]
    return _Scale(min(days), (max(days) - min(days)).days, low - padding, high + padding)


def _axes(scale: _Scale, zero: str) -> list[str]:
    """Ticks of the lift, the first and last day, and the line of no difference."""
    parts, right = [], WIDTH - RIGHT
    for number in range(TICKS):
        lift = scale.low + (scale.high - scale.low) * number / (TICKS - 1)
        height = scale.down(lift, lift)
        parts.append(f'<path d="M{LEFT} {height}H{right}" stroke="#e5e5e5"/>')
        parts.append(_text(LEFT - 6, height + 4, f"{lift:+.1%}", anchor="end"))
    none = scale.down(0.0, 0.0)
    parts.append(f'<path d="M{LEFT} {none}H{right}" stroke="#555555" stroke-dasharray="4 3"/>')
    parts.append(_text(right, none - 4, zero, anchor="end", fill="#555555"))
    below = HEIGHT - BOTTOM + 16
    parts.append(_text(scale.across(scale.first), below, scale.first.isoformat()))
    if scale.days:
        final = date.fromordinal(scale.first.toordinal() + scale.days)
        parts.append(_text(right, below, final.isoformat(), anchor="end"))
    return parts


def _draw(line: EffectLine, scale: _Scale, colour: str) -> list[str]:
    """The band, the line and a dot a day."""
    if not line.marks:
        return []
    across = [scale.across(mark.day) for mark in line.marks]
    lifts = [scale.down(mark.lift, mark.lift) for mark in line.marks]
    upper = [scale.down(mark.high, scale.high) for mark in line.marks]
    lower = [scale.down(mark.low, scale.low) for mark in line.marks]
    band = [*zip(across, upper, strict=True), *reversed([*zip(across, lower, strict=True)])]
    dots = zip(across, lifts, strict=True)
    return [
        f'<polygon points="{_points(band)}" fill="{colour}" fill-opacity="0.15" '
        f'stroke="{colour}" stroke-opacity="0.3"/>',
        f'<polyline points="{_points([*zip(across, lifts, strict=True)])}" fill="none" '
        f'stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{right}" cy="{down}" r="3" fill="{colour}"/>' for right, down in dots),
    ]


def _legend(lines: Sequence[EffectLine]) -> list[str]:
    parts, room = [], (WIDTH - LEFT - RIGHT) / max(len(lines), 1)
    for number, line in enumerate(lines):
        position, colour = LEFT + number * room, COLOURS[number % len(COLOURS)]
        parts.append(f'<rect x="{position:.1f}" y="{HEIGHT - 20}" width="10" height="10" ')
        parts[-1] += f'fill="{colour}"/>'
        lift = f" {line.marks[-1].lift:+.1%}" if line.marks else ""
        parts.append(_text(position + 14, HEIGHT - 11, line.variant + lift))
    return parts


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{right},{down}" for right, down in pairs)


def _text(
    right: float,
    down: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = "#000000",
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{right}" y="{down}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )
